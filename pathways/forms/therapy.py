"""Courses, cycles and entries of care: what may be typed. No dose is ever filled in for anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from pathways.catalogue import DrugEntry, RegimenEntry
from pathways.forms.base import ClinicForm, Day, Reason
from pathways.forms.offered import OfferedInput
from pathways.models import CourseDrug
from pathways.rules.course_states import AdministrationState, EntryKind
from pathways.rules.cycle_days import read_days, write_days


class DaysField(forms.CharField):
    """Cycle days as 1, 8, 15 or 1-21; empty means every day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Such as 1, 8, 15 or 1-21; leave empty for every day")
        kwargs.setdefault("required", False)
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the days in order."""
        typed = super().clean(value)
        try:
            return read_days(typed)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class PlanForm(ClinicForm):
    """Length, number and drugs of a course: what planning one and changing one share."""

    def __init__(self, *args: Any, regimen: RegimenEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regimen = regimen
        if not regimen.continuous:
            self.fields["cycle_days"] = forms.IntegerField(
                label="Days in a cycle",
                min_value=1,
                max_value=90,
                initial=regimen.cycle_days,
                widget=forms.NumberInput(attrs={"class": "width-number"}),
            )
            self.fields["planned_cycles"] = forms.IntegerField(
                label="Number of the last cycle planned",
                required=False,
                min_value=1,
                max_value=99,
                initial=regimen.planned_cycles,
                help_text="Leave empty where it goes on until somebody decides",
                widget=forms.NumberInput(attrs={"class": "width-number"}),
            )
        for each in regimen.drugs:
            self._add_drug(each.drug, each.days)
        self.fields["dose_note"] = forms.CharField(
            label="What was prescribed, in words",
            required=False,
            max_length=400,
            widget=forms.Textarea(attrs={"rows": 2, "class": "width-full"}),
        )

    def _add_drug(self, drug: DrugEntry, days: tuple[int, ...]) -> None:
        key, label = drug.key, drug.label
        if len(self.regimen.drugs) > 1:
            self.fields[f"take_{key}"] = forms.BooleanField(
                label=f"{label} is part of it", required=False, initial=True
            )
        if not self.regimen.continuous:
            self.fields[f"days_{key}"] = DaysField(
                label=f"{label}: planned days", initial=write_days(days)
            )
        self.fields[f"dose_{key}"] = forms.CharField(
            label=f"{label}: as prescribed", required=False, max_length=120
        )
        if len(drug.routes) > 1:
            ways = [(way, way.capitalize()) for way in drug.routes]
            self.fields[f"route_{key}"] = forms.ChoiceField(
                label=f"{label}: route", required=False, choices=[("", "Not said"), *ways]
            )
        if drug.cumulative:
            self.fields[f"mg_{key}"] = forms.DecimalField(
                label=f"{label}: mg taken on each day",
                required=False,
                min_value=0,
                max_digits=10,
                decimal_places=3,
                help_text="For the amount taken in all; without it that sum is not computed",
                widget=forms.NumberInput(attrs={"class": "width-number", "step": "any"}),
            )

    def plans(self) -> list[dict[str, Any]]:
        """Return each chosen drug with its days, words and daily amount."""
        words = self.cleaned_data
        return [
            {
                "drug": key,
                "days": words.get(f"days_{key}", ()),
                "dose_text": words[f"dose_{key}"],
                "daily_mg": words.get(f"mg_{key}"),
                "route": words.get(f"route_{key}", ""),
            }
            for key in (each.drug.key for each in self.regimen.drugs)
            if words.get(f"take_{key}", True)
        ]


class CourseForm(PlanForm):
    """A course to be planned."""

    field_order = ["planned_on", "first_cycle"]

    planned_on = Day(label="Planned first day", help_text="Day 1 of the first cycle given here")

    def __init__(self, *args: Any, regimen: RegimenEntry, **kwargs: Any) -> None:
        super().__init__(*args, regimen=regimen, **kwargs)
        if regimen.continuous:
            self.fields["planned_on"].help_text = "The day it begins"
        else:
            self.fields["first_cycle"] = forms.IntegerField(
                label="Number of the first cycle here",
                min_value=1,
                max_value=99,
                initial=1,
                help_text="Above 1 where earlier cycles were given elsewhere",
                widget=forms.NumberInput(attrs={"class": "width-number"}),
            )
        self.order_fields(self.field_order)


class ChangeForm(PlanForm):
    """A course that goes on, changed from a day; filled in with what is true now."""

    field_order = ["on", "reason"]

    on = Day(label="From", help_text="What was true before this day stays in the record")
    reason = Reason()

    @staticmethod
    def filled_from(drugs: Iterable[CourseDrug], regimen: RegimenEntry) -> dict[str, Any]:
        """Return what the drugs of a course are now, as this form's first words."""
        words: dict[str, Any] = {f"take_{each.drug.key}": False for each in regimen.drugs}
        for row in drugs:
            words[f"take_{row.drug}"] = True
            words[f"days_{row.drug}"] = write_days(row.days)
            words[f"dose_{row.drug}"] = row.dose_text
            words[f"mg_{row.drug}"] = row.daily_mg
            words[f"route_{row.drug}"] = row.route
        return words


class OnForm(ClinicForm):
    """Only a day."""

    on = Day(label="On")


class StopForm(ClinicForm):
    """The last day, and why."""

    on = Day(label="Last day")
    reason = Reason()


class EndCycleForm(ClinicForm):
    """The last day of a cycle; why, where it ends early."""

    on = Day(label="Last day")
    reason = Reason("Reason, where it ends early", required=False)


class HoldCourseForm(ClinicForm):
    """From when a course is paused, and why."""

    from_on = Day(label="From", help_text="The first day without")
    reason = Reason()


class ResumeCourseForm(ClinicForm):
    """From when a course goes on, and the next day 1 if the hold moves it."""

    on = Day(label="Goes on from")
    next_on = Day(
        label="Day 1 of the next cycle",
        required=False,
        help_text="Leave empty to keep the day it was planned for",
    )


class Day1Form(ClinicForm):
    """The day on which day 1 was given."""

    given_on = Day(label="Day 1 was given on")


class DelayForm(ClinicForm):
    """The new planned day, and why."""

    until_on = Day(label="Plan day 1 on")
    reason = Reason()


class CycleNoteForm(ClinicForm):
    """What of a cycle was otherwise than planned, and why."""

    note = forms.CharField(
        label="What was changed",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "class": "width-full"}),
        error_messages={"required": "Say what was changed"},
    )
    reason = Reason()


class DaysGivenForm(ClinicForm):
    """One drug on some days of a cycle: given, given otherwise, or not and why."""

    drug = forms.ChoiceField(
        label="Drug", widget=forms.RadioSelect, error_messages={"required": "Choose a drug"}
    )
    days = DaysField(
        label="Cycle days", required=True, help_text="One, such as 8, or several: 1-21"
    )
    state = forms.ChoiceField(
        label="What happened",
        choices=[
            (AdministrationState.GIVEN.value, "Given"),
            (AdministrationState.MODIFIED.value, "Given otherwise than planned"),
            (AdministrationState.NOT_GIVEN.value, "Not given"),
        ],
        initial=AdministrationState.GIVEN.value,
        widget=forms.RadioSelect,
    )
    given_on = Day(
        label="Given on", required=False, help_text="Only where it was another day than planned"
    )
    dose_text = forms.CharField(label="As given", required=False, max_length=120)
    reason = Reason("Reason, where not as planned", required=False)

    def __init__(self, *args: Any, drugs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drug"].choices = drugs  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse one day of giving for several planned days."""
        words = super().clean() or {}
        if words.get("given_on") and len(words.get("days", ())) > 1:
            self.add_error("given_on", "Give one cycle day at a time where the day differs")
        return words


class EntryForm(ClinicForm):
    """An entry of care: what, from when to when."""

    kind = forms.ChoiceField(label="What")
    label = forms.CharField(
        label="Which",
        required=False,
        max_length=120,
        help_text="Such as left hip, ankle orthosis, influenza A; medicines are offered by name",
    )
    from_on = Day(label="From, or on")
    until_on = Day(label="Until", required=False, help_text="Leave empty while it goes on")
    detail = forms.CharField(
        label="Detail",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "class": "width-full"}),
    )

    def __init__(
        self,
        *args: Any,
        kinds: list[tuple[str, str]],
        offered: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["label"].widget = OfferedInput(
            offered, {"maxlength": 120, "class": "width-full"}
        )

    def clean_kind(self) -> EntryKind:
        """Return the kind as the rules name it."""
        return EntryKind(self.cleaned_data["kind"])


class EndEntryForm(ClinicForm):
    """The last day of something that went on."""

    until_on = Day(label="Last day")
