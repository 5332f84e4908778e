"""The pages of one person, as tabs under the banner."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()

# Name of the address, and its words, in the order of a reader's questions.
TABS = (
    ("patient", "Overview"),
    ("patient-results", "Results"),
    ("patient-nerves", "Nerves"),
    ("patient-therapy", "Therapy"),
    ("patient-disease", "Disease"),
    ("patient-history", "History"),
)


@register.inclusion_tag("components/person_tabs.html", takes_context=True)
def person_tabs(context: template.Context, patient_id: object) -> dict[str, Any]:
    """List the pages of a person and mark the one that is open."""
    request = context.get("request")
    path = request.path if request else ""
    rows = []
    for name, words in TABS:
        try:
            address = reverse(name, args=[patient_id])
        except NoReverseMatch:
            continue
        rows.append((words, address, path == address))
    return {"rows": rows}
