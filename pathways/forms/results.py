"""Writing down a result: collected, final or rejected."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from pathways.forms.base import ClinicForm, Day, Reason
from pathways.rules.lifecycles import ResultStatus

_COMPARATORS = ("<=", ">=", "<", ">")
_WORDS = {"≤": "<=", "≥": ">="}


class ResultForm(ClinicForm):
    """One result as the laboratory printed it, or one exam that was done."""

    code = forms.ChoiceField(label="What")
    status = forms.ChoiceField(
        label="How far",
        choices=[
            (ResultStatus.FINAL.value, "Final: reported, or done"),
            (ResultStatus.COLLECTED.value, "Collected: the result is awaited"),
            (ResultStatus.REJECTED.value, "Rejected by the laboratory"),
        ],
        widget=forms.RadioSelect,
        initial=ResultStatus.FINAL.value,
    )
    performed_on = Day(label="Performed or collected on", help_text="This day moves the due date")
    reported_on = Day(label="Reported on", required=False)
    expected_on = Day(label="Result expected by", required=False)
    value = forms.CharField(
        label="Value",
        required=False,
        max_length=40,
        help_text="A number, with < or > if the lab printed it",
        widget=forms.TextInput(attrs={"class": "width-number", "inputmode": "decimal"}),
    )
    unit = forms.CharField(
        label="Unit",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "width-number"}),
    )
    specimen = forms.CharField(
        label="Specimen",
        required=False,
        max_length=40,
        help_text="Plasma or serum: the two are never compared",
        widget=forms.TextInput(attrs={"class": "width-day"}),
    )
    lab = forms.CharField(label="Laboratory", required=False, max_length=80)
    reference_high = forms.DecimalField(
        label="The lab’s upper limit",
        required=False,
        max_digits=18,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"class": "width-number", "step": "any"}),
    )
    sample_number = forms.CharField(label="Sample number", required=False, max_length=40)
    counts_early = forms.BooleanField(
        label="It counts although it is early (a physician decides this)", required=False
    )
    counts_reason = Reason("Why it counts", required=False)

    def __init__(
        self, *args: Any, codes: list[tuple[str, str]], physician: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = codes  # type: ignore[attr-defined]
        if not physician:
            del self.fields["counts_early"], self.fields["counts_reason"]

    def clean_value(self) -> tuple[str, Decimal | None]:
        """Return comparator and number; a decimal comma is understood, anything else is refused."""
        typed = self.cleaned_data["value"].strip()
        for sign, meant in _WORDS.items():
            typed = typed.replace(sign, meant)
        comparator = next((sign for sign in _COMPARATORS if typed.startswith(sign)), "")
        number = typed[len(comparator) :].strip().replace(",", ".").replace("−", "-")
        if not number and not comparator:
            return "", None
        try:
            value = Decimal(number)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
            raise forms.ValidationError("Enter a number, with < or > if the lab printed it")
        return comparator, value
