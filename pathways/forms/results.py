"""Writing down one result: collected, final, rejected or lost; judged by its unit."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.catalogue import find_analyte
from pathways.forms.base import ClinicForm, Day, Hour, Reason
from pathways.forms.measured import Limit, Measured, ask, choices_for, measured
from pathways.rules.lifecycles import ResultStatus, Role
from pathways.rules.plausible import crossed

# Hidden until the entry asks for them.
ON_DEMAND = ("doubt", "reason")


class ResultForm(ClinicForm):
    """One result as the laboratory printed it, or one exam that was done."""

    code = forms.ChoiceField(
        label="What", error_messages={"invalid_choice": "This is not entered in your role"}
    )
    status = forms.ChoiceField(
        label="How far",
        choices=[
            (ResultStatus.FINAL.value, "Final: reported, or done"),
            (ResultStatus.COLLECTED.value, "Collected: the result is awaited"),
            (ResultStatus.REJECTED.value, "Rejected by the laboratory"),
            (ResultStatus.LOST.value, "Lost: it never reached the laboratory, or cannot be found"),
        ],
        widget=forms.RadioSelect,
        initial=ResultStatus.FINAL.value,
    )
    performed_on = Day(label="Performed or collected on", help_text="This day moves the due date")
    at = Hour(label="At", required=False)
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
    method = forms.CharField(label="Method", required=False, max_length=80)
    reference_low = Limit("The lab’s lower limit")
    reference_high = Limit("The lab’s upper limit")
    sample_number = forms.CharField(label="Sample number", required=False, max_length=40)
    doubt = Reason("Why it stands as printed", required=False)
    reason = Reason("Why it is corrected", required=False)
    counts_early = forms.BooleanField(
        label="It counts although it is early (a physician decides this)", required=False
    )
    counts_reason = Reason("Why it counts", required=False)

    def __init__(
        self,
        *args: Any,
        role: Role | None,
        physician: bool,
        correcting: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = choices_for(role)  # type: ignore[attr-defined]
        if not physician:
            del self.fields["counts_early"], self.fields["counts_reason"]
        shown = {"reason"} if correcting else set()
        shown |= {name for name in ON_DEMAND if self.data.get(name, "").strip()}
        self._asking = {name: self.fields[name].widget for name in ON_DEMAND}
        for name in set(ON_DEMAND) - shown:
            self.fields[name].widget = forms.HiddenInput()

    def add_error(self, field: str | None, error: Any) -> None:
        """Show a field that was hidden until now, once something is asked of it."""
        if field in ON_DEMAND:
            self.fields[field].widget = self._asking[field]
        super().add_error(field, error)

    def clean(self) -> dict[str, Any]:
        """Read the value as its analyte can hold it, and ask about what nobody would expect."""
        words = super().clean() or self.cleaned_data
        entry = find_analyte(words.get("code", ""))
        words["measured"] = Measured()
        limits = crossed(words.get("reference_low"), words.get("reference_high"))
        if limits:
            self.add_error("reference_low", limits)
        if entry is None:
            return words
        try:
            said = words["measured"] = measured(entry, words.get("value", ""))
        except forms.ValidationError as error:
            self.add_error("value", error)
            return words
        if said != Measured() and words.get("status") != ResultStatus.FINAL:
            self.add_error("status", "Only a final result has a value")
        asked = ask(entry, said, words.get("unit", "").strip())
        if asked and not words.get("doubt", "").strip():
            self.add_error("doubt", asked)
        return words
