"""The form of a neurological exam, made of the catalogue's instruments: one page, no steps.

A box takes a number, N for not testable or D for not done; left empty, nothing is recorded of it.
Nothing is filled in beforehand but a draft of its author, and a correction from what it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from pathways.catalogue import Part, load_instruments
from pathways.forms.base import ClinicForm, Day, Reason
from pathways.forms.exam_items import CHOOSERS, SHARED, SIGNS, STATES, ItemField, group_of, name_of
from pathways.rules.exam_words import Attribution, ExamOrigin, ItemState, ScoringMode, Side
from pathways.rules.instruments import ExamAnswer, How
from pathways.rules.quantities import written

PAIRED = SIGNS[2:]
SIDES = (Side.RIGHT.value, Side.LEFT.value)
_LETTERS = {state: letter for letter, state in STATES.items()}


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of a grid: an item, its boxes, and what was answered last time."""

    label: str
    boxes: tuple[forms.BoundField, ...]
    last: str
    only: str


class ExamForm(ClinicForm):
    """One exam. `last` holds the answers of last time by box, to be shown and never filled in."""

    performed_on = Day(label="Performed on", help_text="This day moves the due date")
    mode = forms.ChoiceField(
        label="Scored by",
        choices=[
            (ScoringMode.CLINICIAN.value, "A clinician"),
            (ScoringMode.SELF_REPORT.value, "The patient (self-report)"),
        ],
    )
    scored_by = forms.CharField(
        label="Clinician who scored",
        max_length=120,
        help_text="Left out of a self-report: that is the patient’s",
    )
    origin = forms.ChoiceField(
        label="Where from",
        choices=[
            (ExamOrigin.EXAMINED.value, "Examined here"),
            (ExamOrigin.LETTER.value, "From a letter"),
        ],
    )
    mrc_variant = forms.ChoiceField(
        label="Muscle pairs",
        choices=[("mrc-sum-60", "6 pairs, max 60"), ("mrc-sum-70", "7 pairs, max 70")],
    )
    grip_device = forms.ChoiceField(
        label="Device",
        choices=[("grip-kpa", "Martin vigorimeter, kPa"), ("grip-kg", "Jamar, kg")],
    )
    doubt = Reason("Why an unlikely value stands", required=False)
    attribution = forms.ChoiceField(
        label="A change is put down to",
        required=False,
        choices=[
            ("", "Not said"),
            (Attribution.DISEASE.value, "The disease"),
            (Attribution.TREATMENT.value, "Its treatment"),
            (Attribution.BOTH.value, "Both"),
            (Attribution.OTHER.value, "Something else"),
            (Attribution.UNCLEAR.value, "Unclear"),
        ],
    )
    attribution_note = Reason("In a few words", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea, max_length=2000)
    reason = Reason("Why it is corrected")

    def __init__(
        self, *args: Any, last: Mapping[tuple[str, Part], str], correcting: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not correcting:
            del self.fields["reason"]
        if self.data.get("mode") == ScoringMode.SELF_REPORT:
            self.fields["scored_by"].required = False
        self.last = {name_of(code, part): said for (code, part), said in last.items()}
        groups: list[str] = []
        for entry in load_instruments().values():
            for item, part in entry.parts:
                self.fields.setdefault(name_of(entry.code, part), ItemField(entry, item, part))
            groups.append(group_of(entry.code))
            for each in entry.totals:
                if each.how is not How.VALUE:
                    self.fields[f"total-{each.code}"] = _total_field(each.analyte.label)
        for group in dict.fromkeys(groups):
            self.fields[f"why-{group}"] = Reason("Why not testable", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask why where something is not testable, and keep the seventh pair out of a sum of six."""
        words: dict[str, Any] = super().clean() or {}
        for group, names in self._not_testable().items():
            if not words.get(f"why-{group}"):
                self.add_error(f"why-{group}", f"Say why: {', '.join(names)}")
        if words.get("mrc_variant") == "mrc-sum-60":
            for name in self._only("mrc-sum-70"):
                if words.get(name) is not None:
                    self.add_error(name, "It belongs to seven pairs. Choose 7 pairs, or empty it")
        return words

    def _not_testable(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for answer in self.answers():
            if answer.state is ItemState.NOT_TESTABLE:
                name = name_of(answer.instrument, Part(answer.item, answer.side))
                label = str(self.fields[name].label)
                found.setdefault(group_of(answer.instrument), []).append(label)
        return found

    def _only(self, instrument: str) -> Iterator[str]:
        """Yield the boxes that one of two sharing instruments has and the other has not."""
        six = {part for _, part in load_instruments()["mrc-sum-60"].parts}
        for _, part in load_instruments()[instrument].parts:
            if part not in six:
                yield name_of(instrument, part)

    def chosen(self, instrument: str) -> bool:
        """Say whether an instrument is meant, where two share their boxes."""
        group = SHARED.get(instrument)
        return group is None or self.cleaned_data.get(CHOOSERS[group]) == instrument

    def typed(self) -> dict[str, str]:
        """Return what was sent in, as it is, whether it fits or not."""
        return {name: self.data[name] for name in self.fields if name in self.data}

    def answers(self) -> list[ExamAnswer]:
        """Return what was entered and could be read, in the order of the catalogue."""
        words = getattr(self, "cleaned_data", {})
        if not words:
            return []
        found = []
        for entry in load_instruments().values():
            if not self.chosen(entry.code):
                continue
            why = words.get(f"why-{group_of(entry.code)}") or ""
            for _, part in entry.parts:
                given = words.get(name_of(entry.code, part))
                if given is None:
                    continue
                state, value, word = given
                reason = why if state is ItemState.NOT_TESTABLE else ""
                found.append(
                    ExamAnswer(entry.code, part.item, part.side, state, value, word, reason)
                )
        return found

    def totals(self) -> dict[str, Decimal]:
        """Return the totals that were typed in, by result code."""
        return {
            name.removeprefix("total-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("total-") and value is not None
        }

    def grid(self, instrument: str) -> list[GridRow]:
        """Return the lines of an instrument whose items are sided or alone."""
        entry = load_instruments()[instrument]
        only = set(self._only(instrument)) if instrument == "mrc-sum-70" else set()
        rows = []
        for item in entry.items:
            names = [name_of(instrument, part) for part in item.parts]
            said = [self.last.get(name, "") for name in names]
            last = " · ".join(each or "–" for each in said) if any(said) else ""
            boxes = tuple(self[name] for name in names)
            rows.append(GridRow(item.label, boxes, last, instrument if names[0] in only else ""))
        return rows

    def parts(self) -> dict[str, Any]:
        """Return the parts of the page, each the lines of its instruments."""
        rods = self.grid("i-rods")
        folded = [*self.grid("incat"), *self.grid("mrs"), *rods]
        tries = self.grid("grip-kpa")
        return {
            "onls": self.grid("onls"),
            "mrc": self.grid("mrc-sum-70"),
            "vibration": self.grid("vibration"),
            "walk": self.grid("walk-10m"),
            "pain": self.grid("pain-nrs"),
            "grip": [
                (side, [row.boxes[place] for row in tries]) for place, side in enumerate(SIDES)
            ],
            "alone": [*self.grid("romberg"), *self.grid("gait")],
            "paired": [(load_instruments()[code].label, self.grid(code)) for code in PAIRED],
            "incat": self.grid("incat"),
            "mrs": self.grid("mrs"),
            "rods": [row for row in rods if row.label.startswith("Item ")],
            "centile": [row for row in rods if not row.label.startswith("Item ")],
            "more_open": any(box.value() or box.errors for row in folded for box in row.boxes),
            "why": {
                name.removeprefix("why-").replace("-", "_"): self[name]
                for name in self.fields
                if name.startswith("why-")
            },
        }

    def total_fields(self) -> list[forms.BoundField]:
        """Return the fields for totals without items."""
        return [self[name] for name in self.fields if name.startswith("total-")]

    def open_total_fields(self) -> bool:
        """Say whether a total was typed, so that its part of the page is open."""
        return any(field.value() for field in self.total_fields())


def _total_field(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "width-score", "inputmode": "decimal"}),
        error_messages={"invalid": "Enter a number"},
    )


def typed_again(rows: Iterable[Any], totals: Iterable[Any]) -> dict[str, str]:
    """Return the answers and the totals of an exam as they were typed, for a form that corrects it.

    Totals that its items make come by themselves and are not typed again.
    """
    typed = {f"total-{row.code}": written(row.value) for row in totals if row.value is not None}
    for row in rows:
        for each in load_instruments()[row.instrument].totals:
            typed.pop(f"total-{each.code}", None)
        letter = _LETTERS.get(ItemState(row.state), "")
        value = written(row.value) if row.value is not None else row.word
        typed[name_of(row.instrument, Part(row.item, row.side))] = letter or value
        if row.instrument in SHARED:
            typed[CHOOSERS[SHARED[row.instrument]]] = row.instrument
        if row.reason:
            typed[f"why-{group_of(row.instrument)}"] = row.reason
    return typed
