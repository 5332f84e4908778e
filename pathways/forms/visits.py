"""Booking, moving and cancelling a visit."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.forms.base import ClinicForm, Day, Hour, Reason


class BookForm(ClinicForm):
    """A day, an hour, how long, where, and which screenings the visit is for."""

    codes = forms.MultipleChoiceField(
        label="What the visit is for",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one screening"},
    )
    on = Day(label="Day")
    at = Hour(label="Time", help_text="In the clinic’s own time")
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=5,
        max_value=720,
        initial=60,
        widget=forms.NumberInput(attrs={"class": "width-number"}),
    )
    place = forms.CharField(
        label="Place",
        required=False,
        max_length=200,
        help_text="Leave empty for the clinic’s address",
        widget=forms.TextInput(attrs={"class": "width-full"}),
    )

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = codes  # type: ignore[attr-defined]


class MoveForm(ClinicForm):
    """Another day and hour for a visit."""

    on = Day(label="New day")
    at = Hour(label="New time", help_text="In the clinic’s own time")
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=5,
        max_value=720,
        widget=forms.NumberInput(attrs={"class": "width-number"}),
    )


class CancelForm(ClinicForm):
    """Why a visit is cancelled, and whether another day is wanted."""

    reason = Reason()
    still_needed = forms.TypedChoiceField(
        label="Is the visit still needed?",
        choices=[("yes", "Yes, a new day is wanted"), ("no", "No, it is not needed any more")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": "Choose one: the patient is told"},
    )
