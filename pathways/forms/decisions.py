"""Decisions about one screening: put off, ask sooner, turn on, cease."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.forms.base import ClinicForm, Day, Reason


class PostponeForm(ClinicForm):
    """Until when, and why."""

    until_on = Day(label="Postpone until", help_text="The due date does not change")
    reason = Reason()


class RecallEarlyForm(ClinicForm):
    """By when the next one is wanted, and why."""

    until_on = Day(label="Wanted by", help_text="Sooner than the rule would say")
    reason = Reason()


class TurnOnForm(ClinicForm):
    """A screening that is off until a clinician asks for it."""

    code = forms.ChoiceField(label="Screening")
    interval = forms.CharField(
        label="How often",
        max_length=20,
        help_text="A number and a unit, such as 3 months; 0 days asks for one",
        widget=forms.TextInput(attrs={"class": "width-day"}),
    )
    reason = Reason()

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = codes  # type: ignore[attr-defined]
