"""The drawn components as template tags; see each one in every state at /components/.

Tags that appear on every row of a list (status, strip, counts) are built as strings here, because
fifty template includes a page are measurably slow. Whatever comes from outside is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pathways.charts import strip_svg
from pathways.charts.window_strip import Strip, strip_axis

register = template.Library()

# Shapes on a 14 px square; colour comes from the tag's class through `currentColor`-like variables.
GLYPHS = {
    "triangle": (
        '<path class="g-fill" d="M7 1 13.5 12.5H.5Z"/>'
        '<path class="g-hole" d="M6.3 5h1.4v3.6H6.3zM6.3 9.6h1.4V11H6.3z"/>'
    ),
    "disc": '<circle class="g-fill" cx="7" cy="7" r="5"/>',
    "half": (
        '<circle class="g-line" cx="7" cy="7" r="5"/>'
        '<path class="g-fill" d="M7 2a5 5 0 0 1 0 10Z"/>'
    ),
    "ring": '<circle class="g-line" cx="7" cy="7" r="5"/>',
    "ring-i": (
        '<circle class="g-line" cx="7" cy="7" r="5.5"/>'
        '<path class="g-fill" d="M6.3 3.6h1.4v1.5H6.3zM6.3 6h1.4v4.6H6.3z"/>'
    ),
    "clock": (
        '<circle class="g-line" cx="7" cy="7" r="5"/><path class="g-line" d="M7 4v3.2l2 1.3"/>'
    ),
    "bars": '<path class="g-fill" d="M3.5 3h2v8h-2zM8.5 3h2v8h-2z"/>',
    "tick": '<path class="g-line g-thick" d="m2.5 7.5 3 3 6-6.5"/>',
    "diamond": '<path class="g-fill" d="m7 1.5 5.5 5.5L7 12.5 1.5 7Z"/>',
    "diamond-open": '<path class="g-line" d="m7 2 5 5-5 5-5-5Z"/>',
    "square-i": (
        '<path class="g-line" d="M1.8 1.8h10.4v10.4H1.8z"/>'
        '<path class="g-fill" d="M6.3 3.6h1.4v1.5H6.3zM6.3 6h1.4v4.6H6.3z"/>'
    ),
}

# State of a screening -> glyph, colour set, words when none are given.
STATES = {
    "overdue": ("triangle", "over", "Overdue"),
    "due": ("disc", "due", "Due"),
    "due-soon": ("half", "soon", "Due soon"),
    "not-due": ("ring", "hold", "Not due"),
    "awaiting-result": ("clock", "wait", "Awaiting result"),
    "result-overdue": ("clock", "wait", "Result past its day"),
    "postponed": ("bars", "hold", "Postponed"),
    "on-hold": ("bars", "hold", "On hold"),
    "done": ("tick", "ok", "Done"),
    "completed": ("tick", "ok", "Done"),
    "closed": ("tick", "hold", "Closed"),
    "booked": ("diamond", "hold", "Booked"),
    "not-assessable": ("ring-i", "hold", "Not assessable"),
    # What was found of a feature; no colour says that one is good.
    "present": ("disc", "hold", "Present"),
    "absent": ("ring", "hold", "Absent"),
    "uncertain": ("half", "hold", "Uncertain"),
    "not-assessed": ("ring-i", "hold", "Not assessed"),
    # States of post and of people use the same shapes.
    "waiting": ("ring", "hold", "Waiting"),
    "sent": ("tick", "ok", "Sent"),
    "failed": ("triangle", "over", "Failed"),
    "held": ("bars", "hold", "Held"),
    "unsure": ("half", "due", "Unsure"),
    "information": ("square-i", "hold", "For information"),
}

SEVERITIES = {
    "emergency": ("triangle", "emergency", "Emergency"),
    "same-day": ("triangle", "over", "Same day"),
    "within-7-days": ("diamond-open", "due", "Within 7 days"),
    "next-visit": ("half", "soon", "Next visit"),
    "for-information": ("square-i", "hold", "For information"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the navigation: the name of its address, its words, the key after `g`."""

    url_name: str
    words: str
    short: str
    key: str
    counted: bool = False


PLACES = (
    Place("due-list", "Due list", "Due list", "d"),
    Place("patients", "Patients", "Patients", "p"),
    Place("alerts", "Alerts", "Alerts", "a", counted=True),
    Place("work-items", "Work", "Work", "t"),
    Place("post", "Post", "Post", "o"),
    Place("documents", "What the documents say", "Documents", "w"),
)


def _key(state: object) -> str:
    return str(state).strip().lower().replace("_", "-").replace(" ", "-")


@lru_cache(maxsize=64)
def _tag_head(colours: str, shape: str) -> str:
    return f'<span class="tag tag-{colours}">{_glyph(shape)}'


def _glyph(shape: str, extra: str = "") -> str:
    classes = f"glyph {extra}".strip()
    return f'<svg class="{classes}" viewBox="0 0 14 14" aria-hidden="true">{GLYPHS[shape]}</svg>'


def _tag(table: dict[str, tuple[str, str, str]], state: object, words: str) -> SafeString:
    key = _key(state)
    if key not in table:
        raise template.TemplateSyntaxError(
            f"No tag is drawn for {state!r}. Use one of: {', '.join(table)}."
        )
    shape, colours, usual = table[key]
    # Safe: the head is built from our own tables and the words are escaped.
    drawn = f"{_tag_head(colours, shape)}{conditional_escape(words or usual)}</span>"
    return mark_safe(drawn)  # noqa: S308


@register.simple_tag
def status_tag(state: object, words: str = "") -> SafeString:
    """Draw a status: glyph, then words, on its tint. `state` is a DueStatus or a key of STATES."""
    return _tag(STATES, state, words)


@register.simple_tag
def alert_severity(severity: object, words: str = "") -> SafeString:
    """Draw how soon an alert wants an answer; only an emergency is filled."""
    return _tag(SEVERITIES, severity, words)


@register.simple_tag
def severity_glyph(severity: object) -> SafeString:
    """Draw the shape of a severity alone, before its name."""
    shape, colours, _ = SEVERITIES[_key(severity)]
    return glyph(shape, "over" if colours == "emergency" else colours)


@register.simple_tag
def glyph(shape: str, colours: str = "hold") -> SafeString:
    """Draw a shape alone in one of the colour sets: over, due, soon, wait, ok, hold."""
    return mark_safe(_glyph(shape, f"glyph-{conditional_escape(colours)}"))  # noqa: S308


@register.simple_tag
def due_phrase(state: object, words: str, line: str) -> SafeString:
    """Draw the status tag and, beneath it, the line of the due phrase."""
    return format_html('{}<span class="second">{}</span>', status_tag(state, words), line)


@register.simple_tag
def window_strip(strip: Strip) -> SafeString:
    """Draw one row's window strip; the page holds `window_axis` with the symbols once."""
    return strip_svg.strip_svg(strip)


@register.simple_tag
def window_axis(today: date, with_symbols: bool = True) -> SafeString:
    """Draw the head of the strip column, with the pieces that every strip refers to."""
    return strip_svg.axis_svg(strip_axis(today), with_symbols=with_symbols)


@register.inclusion_tag("components/window_key.html")
def window_key() -> dict[str, Any]:
    """Draw the key to the strip; once, above the list."""
    return {}


@register.simple_tag
def count(number: int | None, reason: str = "") -> SafeString:
    """Write a count: zero is grey, and one that could not be made is a dash with its reason."""
    if number is None:
        return format_html('<span class="zero" title="{}">–</span>', reason or "not counted")
    if number == 0:
        return mark_safe('<span class="zero">0</span>')
    return format_html("{}", f"{number:,}")


@register.inclusion_tag("components/places.html", takes_context=True)
def places(context: template.Context) -> dict[str, Any]:
    """List the places of the navigation that exist, and mark the one this page belongs to.

    A page belongs to the place whose address begins its own; the variable `place` (the name of an
    address) overrides that.
    """
    request = context.get("request")
    path = request.path if request else ""
    rows = []
    for place in PLACES:
        try:
            address = reverse(place.url_name)
        except NoReverseMatch:
            continue
        here = path == address or (address != "/" and path.startswith(address))
        rows.append((place, address, context.get("place", place.url_name if here else None)))
    return {"rows": rows, "number": context.get("alerts_to_answer")}


_SMALL_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@register.simple_tag
def error_count(form: Any) -> str:
    """Say in words how many things a form wants corrected: "Two things"."""
    number = sum(len(errors) for errors in form.errors.values())
    words = _SMALL_NUMBERS[number] if number < len(_SMALL_NUMBERS) else str(number)
    return f"{words} thing" if number == 1 else f"{words} things"
