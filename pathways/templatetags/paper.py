"""What the edges of a printed sheet say, as attributes that paper.css hands to the page's margins."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pathways.templatetags.clinic_words import clinic_time

register = template.Library()


@register.simple_tag(takes_context=True)
def paper(context: template.Context) -> SafeString:
    """Return whose page this is, and who prints it in which clinic, as the record stood when.

    The strict policy leaves no place for words in a style, so they travel as attributes of the page.
    A list says at its head what it is and how it was narrowed: `sheet`, its name and those words.
    """
    clinic, banner, sheet = (context.get(name) for name in ("clinic", "banner", "sheet"))
    if clinic is None:
        return SafeString()
    reader, read = context["request"].user, clinic_time(context["read_at"], clinic)
    told = {"foot": f"{clinic}. Printed by {reader}, as the record stood {read}."}
    if banner is not None:
        told["name"] = banner.called
        told["facts"] = " · ".join(f"{label} {value}" for label, value in banner.identity)
    elif sheet is not None:
        told["name"], told["facts"] = sheet
    words = format_html_join("", ' data-paper-{}="{}"', told.items())
    return format_html("{}", words)
