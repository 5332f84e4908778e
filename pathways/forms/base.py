"""What every form of the clinic shares: crispy layout, dates, and plain error sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

REASON_LENGTH = 200


class ClinicForm(forms.Form):
    """A form drawn by crispy-forms inside the page's own form tag. Required is the default."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
DAY_FORMATS = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y")
UNREADABLE_DAY = "Write the day as 2026-12-31 or 31 Dec 2026; 12/03/2026 could be two days"


class Day(forms.DateField):
    """A calendar day; the browser's own chooser where there is one.

    What can be read as two days (12/03/2026) is refused, never guessed: only the year first, or the
    month in letters. So is a year that nobody means (206, 20266): dates are computed onwards from it.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.DateInput(attrs={"type": "date", "class": "width-day"}, format="%Y-%m-%d"),
        )
        kwargs.setdefault("error_messages", {"invalid": UNREADABLE_DAY})
        kwargs["error_messages"].setdefault("required", "Enter a day")
        super().__init__(input_formats=DAY_FORMATS, **kwargs)
        self.validators += [
            MinValueValidator(EARLIEST, "Check the year"),
            MaxValueValidator(LATEST, "Check the year"),
        ]


class Hour(forms.TimeField):
    """A time of day, in the clinic's zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TimeInput(attrs={"type": "time", "class": "width-day"}, format="%H:%M")
        )
        kwargs.setdefault(
            "error_messages",
            {"invalid": "Enter a time, such as 09:30", "required": "Enter a time"},
        )
        super().__init__(**kwargs)


class Reason(forms.CharField):
    """A sentence that stands in the record for good."""

    def __init__(self, label: str = "Reason", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", REASON_LENGTH)
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "width-full"}))
        kwargs.setdefault("error_messages", {"required": "Say why"})
        super().__init__(label=label, **kwargs)


class ReasonForm(ClinicForm):
    """Only a reason."""

    reason = Reason()


class NothingMore(ClinicForm):
    """A deed that asks nothing but to be confirmed."""
