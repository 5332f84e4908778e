"""What a person says to an alert: what they did, whether it was of use, or who or when instead."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.forms.base import ClinicForm, Day, Hour
from pathways.rules.alert_states import Outcome, Usefulness

# An event holds the outcome and the note together.
NOTE_LENGTH = 340


class Note(forms.CharField):
    """What is kept with the alert."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Note")
        kwargs.setdefault("max_length", NOTE_LENGTH)
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(**kwargs)


def _said(word: str) -> str:
    return f"{word[:1].upper()}{word[1:]}"


class AnswerForm(forms.Form):
    """The outcome, whether the alert was of use, and a note; what is needed depends on the button."""

    outcome = forms.ChoiceField(
        label="What you did",
        required=False,
        choices=[(each.value, _said(each)) for each in Outcome if each is not Outcome.READ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    usefulness = forms.ChoiceField(
        label="Was this alert of use?",
        required=False,
        choices=[(Usefulness.USEFUL.value, "Useful"), (Usefulness.NOISE.value, "Noise")],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    note = Note(
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control width-full", "data-note": ""}),
    )


class SnoozeForm(ClinicForm):
    """Until when it is off the list; the clock runs on."""

    on = Day(label="Until")
    at = Hour(label="At")


class ReassignForm(ClinicForm):
    """Whose it is from now on."""

    to = forms.ChoiceField(label="To", error_messages={"required": "Choose a colleague"})
    words = Note(label="What they should know", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]


class ReadForm(forms.Form):
    """Which alerts for information are marked as read."""

    alerts = forms.MultipleChoiceField(
        label="Alerts",
        choices=[],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one alert"},
    )

    def __init__(self, *args: Any, rows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alerts"].choices = rows  # type: ignore[attr-defined]
