"""How to reach a person, and what they agreed to."""

from __future__ import annotations

from django import forms

from pathways.forms.base import ClinicForm, Day, Reason

_WIDE = {"class": "width-full"}


class EmailForm(ClinicForm):
    """An address, and how the clinic knows that it is theirs."""

    value = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={"invalid": "Enter an address such as amira@mail.example"},
        widget=forms.EmailInput(attrs=_WIDE | {"autocomplete": "off"}),
    )
    verified_how = forms.CharField(
        label="How it was checked",
        required=False,
        max_length=80,
        help_text="For example: read back by phone. Empty: nothing is sent until it is checked",
        widget=forms.TextInput(attrs=_WIDE),
    )


class PhoneForm(ClinicForm):
    """A number to call."""

    value = forms.CharField(
        label="Phone number",
        max_length=40,
        widget=forms.TextInput(attrs={"class": "width-name", "autocomplete": "off"}),
    )


class ConsentForm(ClinicForm):
    """A yes or a no, on a day, and how it was said."""

    purpose = forms.ChoiceField(label="Mail about", widget=forms.RadioSelect)
    given = forms.TypedChoiceField(
        label="What the person said",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": "Choose yes or no"},
    )
    on = Day(label="Said on")
    source = Reason("How it was said", help_text="For example: at the visit, by phone")

    def __init__(self, *args: object, purposes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
