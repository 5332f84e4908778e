"""Several results of one sample on one screen: what they share, and a row for each."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.catalogue import AnalyteEntry, find_analyte
from pathways.forms.base import ClinicForm, Day, Hour
from pathways.forms.measured import DOUBT_LENGTH, Limit, Measured, ask, choices_for, measured
from pathways.rules.lifecycles import ResultStatus, Role
from pathways.rules.plausible import crossed

FREE_ROWS = 3
LONGEST_PASTE = 8000


class PanelForm(ClinicForm):
    """What all results of the panel share."""

    performed_on = Day(label="Collected on", help_text="This day moves the due dates")
    at = Hour(label="At", required=False)
    status = forms.ChoiceField(
        label="How far",
        choices=[
            (ResultStatus.FINAL.value, "Final"),
            (ResultStatus.COLLECTED.value, "Collected, awaited"),
        ],
        initial=ResultStatus.FINAL.value,
        error_messages={"required": "Say how far it is"},
    )
    specimen = forms.ChoiceField(label="Specimen", required=False)
    lab = forms.CharField(
        label="Laboratory",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "labs", "autocomplete": "off"}),
    )
    method = forms.CharField(label="Method", required=False, max_length=80)
    sample_number = forms.CharField(label="Sample number", required=False, max_length=40)
    reported_on = Day(label="Reported on", required=False)
    reason = forms.CharField(
        label="Why it is corrected",
        required=False,
        max_length=DOUBT_LENGTH,
        widget=forms.HiddenInput,
    )
    paste = forms.CharField(
        label="Paste from the laboratory",
        required=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="A line a result, such as “Hb 13.2 g/dL (13.0-17.0)”. Nothing is saved yet.",
    )

    def __init__(self, *args: Any, specimens: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(name, name.capitalize()) for name in specimens]
        self.fields["specimen"].choices = [("", "As usual for each"), *words]  # type: ignore[attr-defined]
        if self.data.get("reason"):
            self.ask_reason()

    def ask_reason(self) -> None:
        """Show the field for the reason of a correction, which is hidden until it is needed."""
        self.fields["reason"].widget = forms.TextInput(attrs={"class": "form-control width-full"})


class RowForm(forms.Form):
    """One result of the panel. A row without a value is passed over."""

    code = forms.ChoiceField(
        label="What",
        required=False,
        error_messages={"invalid_choice": "This is not entered in your role"},
    )
    value = forms.CharField(label="Value", required=False, max_length=40)
    unit = forms.CharField(label="Unit", required=False, max_length=30)
    low = Limit("Lab’s lower limit")
    high = Limit("Lab’s upper limit")
    doubt = forms.CharField(
        label="Why it stands as printed", required=False, max_length=DOUBT_LENGTH
    )

    def __init__(self, *args: Any, role: Role | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "Another analyte"), *choices_for(role)]  # type: ignore[attr-defined]
        self.asked = False

    @property
    def entry(self) -> AnalyteEntry | None:
        """The analyte of the row, None while nobody has chosen one."""
        return find_analyte(str(self["code"].value() or ""))

    @property
    def filled(self) -> bool:
        """Whether there is anything in the row to be recorded."""
        return bool(self.cleaned_data.get("code") and self.cleaned_data.get("measured"))

    def clean(self) -> dict[str, Any]:
        """Read the value as its analyte can hold it, and ask about what nobody would expect."""
        words = super().clean() or self.cleaned_data
        entry = find_analyte(words.get("code", ""))
        typed = words.get("value", "").strip()
        if entry is None:
            if typed:
                self.add_error("code", "Say what was measured")
            return words
        limits = crossed(words.get("low"), words.get("high"))
        if limits:
            self.add_error("low", limits)
        try:
            said = measured(entry, typed)
        except forms.ValidationError as error:
            self.add_error("value", error)
            return words
        words["measured"] = said if said != Measured() else None
        asked = ask(entry, said, words.get("unit", "").strip())
        self.asked = bool(asked)
        if asked and not words.get("doubt", "").strip():
            self.add_error("value", asked)
        return words


class BaseRows(forms.BaseFormSet):
    """The rows of a panel; together they hold at least one value, and no analyte twice."""

    def clean(self) -> None:
        """Refuse an empty panel, and the same analyte in two rows."""
        seen: set[str] = set()
        for form in self.forms:
            code = form.cleaned_data.get("code") if form.is_valid() and form.filled else ""
            if code and code in seen:
                form.add_error("code", "Stands in another row already. Keep one of the two")
            seen.add(code or "")


Rows = forms.formset_factory(RowForm, formset=BaseRows, extra=0)
