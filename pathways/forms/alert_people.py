"""Who is asked about alerts: a chain, a stretch of duty, its end, and the text for out of hours."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.forms.base import ClinicForm, Day
from pathways.rules.alert_states import Rung, Severity
from pathways.rules.alert_words import SEVERITY_LABELS
from pathways.rules.escalation import ROLE_OF, has_clock

PLACES = ("first", "second", "third", "fourth")
_RUNGS = [(rung.value, rung.value.capitalize()) for rung in Rung if rung is not Rung.BY_NAME]


class ChainForm(ClinicForm):
    """Up to four places, asked in turn."""

    severity = forms.ChoiceField(
        label="For alerts of",
        choices=[(each.value, SEVERITY_LABELS[each]) for each in Severity if has_clock(each)],
    )
    first = forms.ChoiceField(label="First", choices=[("", "Choose"), *_RUNGS])
    second = forms.ChoiceField(label="Then", choices=[("", "Nobody"), *_RUNGS], required=False)
    third = forms.ChoiceField(label="Then", choices=[("", "Nobody"), *_RUNGS], required=False)
    fourth = forms.ChoiceField(label="Last", choices=[("", "Nobody"), *_RUNGS], required=False)

    @property
    def rungs(self) -> list[Rung]:
        """The places named, in order."""
        named = (self.cleaned_data.get(place) for place in PLACES)
        return [Rung(each) for each in named if each]


class DutyForm(ClinicForm):
    """Who stands where, from which day to which."""

    rung = forms.ChoiceField(
        label="Place",
        choices=[(rung.value, rung.value.capitalize()) for rung in Rung if rung in ROLE_OF],
    )
    user = forms.ChoiceField(label="Who", error_messages={"required": "Choose a person"})
    from_on = Day(label="From")
    until_on = Day(label="Last day", required=False, help_text="Empty: until somebody ends it")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]


class EndDutyForm(ClinicForm):
    """The last day of a duty."""

    until_on = Day(label="Last day")


class OutOfHoursForm(ClinicForm):
    """What staff read beside an urgent alert outside the clinic's hours."""

    text = forms.CharField(
        label="Text",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "width-full"}),
        help_text="Whom to phone, and on which number",
    )
