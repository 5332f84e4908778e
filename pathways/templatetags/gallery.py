"""Invented samples for the component page, as of Monday 23 November 2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms, template

from pathways.charts.window_strip import Strip, window_strip
from pathways.rules.due_phrase import due_phrase
from pathways.rules.due_status import DueFacts, DueStatus, due_status
from pathways.templatetags import gallery_drawings
from pathways.worklists.value_strip import Fact

register = template.Library()
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One line of the sample list: who, what, its drawn window and the same in words."""

    who: str
    number: str
    what: str
    owner: str
    state: DueStatus
    tag: str
    line: str
    strip: Strip
    booking: str
    contact: str
    late: bool
    action: str


class SampleForm(forms.Form):
    """A form with one good and two wrong fields."""

    collected_on = forms.CharField(
        label="Collected on",
        help_text="The day blood was taken, not the day it was reported",
        widget=forms.TextInput(attrs={"class": "width-date"}),
    )
    vegf = forms.CharField(label="VEGF", widget=forms.TextInput(attrs={"class": "width-number"}))
    specimen = forms.ChoiceField(
        label="Specimen", choices=[("", "Choose"), ("plasma", "Plasma"), ("serum", "Serum")]
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)

    def clean_vegf(self) -> str:
        """Refuse what is not a number, in the words of the house."""
        raise forms.ValidationError("Enter a number, with < or > if the lab printed it")


def _facts(opens: date, due: date, overdue: date, **more: Any) -> DueFacts:
    return DueFacts(opens - timedelta(days=14), opens, due, overdue, **more)


def _row(
    who: str,
    what: tuple[str, str],
    facts: DueFacts,
    booking: tuple[str, str],
    action: str,
    booked_on: date | None = None,
    reason: str = "",
    late: bool = False,
) -> SampleRow:
    tag, line = due_phrase(facts, TODAY, reason=reason)
    name, number = who.split(" | ")
    strip = window_strip(facts, TODAY, booked_on, f"{tag}, {line}")
    state = due_status(facts, TODAY).status
    return SampleRow(name, number, *what, state, tag, line, strip, *booking, late, action)


NEURO = ("Neurological exam", "Neurology")
VEGF = ("VEGF, plasma", "Hematology")


def _rows() -> list[SampleRow]:
    d = date
    return [
        _row(
            "HADDAD, Amira | 0041882 · Remission",
            NEURO,
            _facts(d(2026, 8, 20), d(2026, 11, 20), d(2026, 11, 21)),
            ("Not booked", "2 emails, no reply"),
            "Book",
        ),
        _row(
            "OYELARAN, Tunde | 0039417 · Active, C5 d2",
            NEURO,
            _facts(d(2026, 7, 6), d(2026, 10, 6), d(2026, 10, 7)),
            ("Not booked", "Bounced; call 10:00"),
            "Call",
            late=True,
        ),
        _row(
            "KOWALCZYK, Jan | 0042190 · Transplant d112",
            VEGF,
            _facts(d(2026, 10, 21), d(2026, 10, 21), d(2026, 11, 5)),
            ("Thu 26 Nov 09:20", "Confirmed by email"),
            "Open",
            booked_on=d(2026, 11, 26),
        ),
        _row(
            "SATO, Kenji | 0037702 · Remission",
            VEGF,
            _facts(
                d(2026, 11, 1),
                d(2026, 11, 1),
                d(2026, 11, 16),
                collected_on=d(2026, 10, 30),
                result_expected_on=d(2026, 11, 20),
            ),
            ("Collected 30 Oct", "Lab called 20 Nov"),
            "Ask the lab",
        ),
        _row(
            "MBEKI-JONES, Ruth | 0042318 · Active, C4 d9",
            ("Eye exam", "Ophthalmology"),
            _facts(d(2026, 11, 12), d(2026, 11, 12), d(2026, 11, 27)),
            ("Tue 1 Dec 14:00", "Booked after the window"),
            "Move",
            booked_on=d(2026, 12, 1),
            late=True,
        ),
        _row(
            "LINDGREN, Elsa | 0042077 · Transplant d64",
            ("Lung function, DLCO", "Respiratory"),
            _facts(d(2026, 10, 31), d(2026, 11, 30), d(2026, 12, 14)),
            ("Today 09:00", "In clinic"),
            "Open",
            booked_on=TODAY,
        ),
        _row(
            "NAIR, Priya | 0036930 · Remission",
            VEGF,
            _facts(d(2026, 12, 1), d(2026, 12, 1), d(2026, 12, 16)),
            ("Not booked", "Travel 3 h 10"),
            "Book",
        ),
        _row(
            "O’BRIEN, Declan | 0040559 · Active, held",
            VEGF,
            _facts(
                d(2026, 11, 9), d(2026, 11, 9), d(2026, 12, 15), postponed_until=d(2026, 12, 14)
            ),
            ("Not booked", "No reminders"),
            "Open",
            reason="in hospital",
        ),
        _row(
            "VAN DER BERGH-WITHERINGTON-ASHCOMBE, Maximiliane | 0042999 · Diagnosis",
            ("Pre-cycle record", "Day unit"),
            DueFacts(None, None, None, None, not_assessable="No cycle recorded"),
            ("Not booked", "No reminders"),
            "Open",
        ),
    ]


@register.simple_tag
def gallery_samples(theme: str) -> dict[str, Any]:
    """Return everything the component page shows; `theme` keeps the ids of its two halves apart."""
    typed = {"collected_on": "16 11 2026", "vegf": "a131", "specimen": ""}
    form = SampleForm(typed, auto_id=f"{theme}_%s")
    plain_form = SampleForm(initial={"collected_on": "16 11 2026"}, auto_id=f"{theme}_plain_%s")
    return {
        "today": TODAY,
        "course": gallery_drawings.course(TODAY, theme),
        "lanes": gallery_drawings.lanes(TODAY, theme),
        "cycles": gallery_drawings.cycles(TODAY, theme),
        "alert_values": gallery_drawings.alert_values(),
        "rows": _rows(),
        "form": form,
        "plain_form": plain_form,
        "crispy_form": SampleForm(typed, auto_id=f"{theme}_crispy_%s"),
        "alerts": [
            {
                "name": "HADDAD, Amira",
                "left": "1 d 8 h left",
                "sentence": "VEGF more than 50 % above its lowest",
                "line": "Dr J. Lindqvist, by Tue 24 Nov 17:00, acknowledged",
            },
            {
                "name": "VAN DER BERGH-WITHERINGTON-ASHCOMBE, Maximiliane",
                "left": "3 h 10 left",
                "pressing": True,
                "sentence": "Romberg is newly positive",
                "line": "Nobody on duty as nurse in charge, by 11:40 today",
            },
            {
                "name": "The clinic",
                "left": "4 d old",
                "sentence": "Emails were set aside",
                "line": "No answer needed; mark as read",
                "elsewhere": "St Bride’s",
            },
        ],
        "bulk_actions": [("Remind…", "remind"), ("Assign…", "assign"), ("Export", "export")],
        "questions": [
            {"words": "Sun 29 Nov is at the weekend."},
            {
                "words": "Booked already on Thu 10 Dec at 10:00: VEGF.",
                "address": "#",
                "link": "Move that visit",
            },
        ],
        "banner_facts": [
            ("Born", "14-Mar-1968 (58 y)"),
            ("NHS No.", "999 014 2276"),
            ("Hospital No.", "0041882"),
            ("Phase", "Remission since 12 Aug 2026"),
            ("Named clinician", ""),
        ],
        "flags": ["Arabic interpreter", "Travel 2 h 40"],
        "facts": (
            Fact(
                "VEGF, plasma",
                "16 Nov, 7 days ago",
                "131",
                "pg/mL",
                (
                    ("Above the lab’s limit of 115", True),
                    ("111 % above its lowest, 62 on 10 Mar", False),
                ),
                name="vegf",
            ),
            Fact("M-protein", "16 Nov", "not detected", "", (("Immunofixation negative", False),)),
            Fact("ONLS"),
            Fact("Therapy", "", "none", "since 3 Aug", (("Rd × 4, ASCT 12 Aug 2025", False),)),
        ),
        "spans": [("6 months", "#", False), ("2 years", "#", True), ("All", "#", False)],
        "sums": [
            ("Last exam", "20 May 2026", False),
            ("+ 3 months: may be done from", "20 Aug 2026", False),
            ("+ 6 months: due", "20 Nov 2026", True),
            ("+ 0 days of grace: overdue from", "21 Nov 2026", False),
            ("Today", "23 Nov 2026", False),
        ],
        "told": ["6 Nov email, delivered", "20 Nov email, delivered, no reply"],
        "also_open": ["Lung function due 9 Dec."],
        "views": [
            ("Open", 52, "#", True),
            ("Not booked", 17, "#", False),
            ("Results awaited", 9, "#", False),
        ],
        "choosers": [
            ("status", "Status", [("overdue", "Overdue", False), ("due", "Due", False)]),
            ("owner", "Owner", [("neurology", "Neurology", True)]),
        ],
        "chips": [("Owner: Neurology", "#")],
    }
