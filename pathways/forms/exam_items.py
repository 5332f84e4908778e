"""The boxes of the exam form: one for each item of an instrument, and what may be typed into it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from pathways.catalogue import InstrumentEntry, ItemEntry, Part, TotalEntry
from pathways.rules.exam_words import ItemState
from pathways.rules.quantities import Unreadable, read_number, written

# Two instruments that share their boxes; a chooser says which one they are.
SHARED = {"mrc-sum-60": "mrc", "mrc-sum-70": "mrc", "grip-kpa": "grip", "grip-kg": "grip"}
NAMES = {"mrc": "MRC", "grip": "Grip"}
CHOOSERS = {"mrc": "mrc_variant", "grip": "grip_device"}
HALF_GRADE = re.compile(r"\d\s*[+\-−–]")  # 4+, 5−: finer than the published sum counts
SIGNS = (
    "romberg",
    "gait",
    "reflexes",
    "light-touch",
    "pinprick",
    "proprioception",
    "monofilament",
)
STATES = {"N": ItemState.NOT_TESTABLE, "D": ItemState.NOT_DONE}


def group_of(instrument: str) -> str:
    """Return the part of the form an instrument stands in; it has one line for "why not"."""
    return "signs" if instrument in SIGNS else SHARED.get(instrument, instrument)


def name_of(instrument: str, part: Part) -> str:
    """Return the name of the form field of a box."""
    return "-".join(filter(None, (SHARED.get(instrument, instrument), part.item, part.side)))


def field_name(said: str) -> str:
    """Return the form's name of a field that a service named by its instrument."""
    for code, group in SHARED.items():
        if said.startswith(f"{code}-"):
            return group + said.removeprefix(code)
    return said


def counting(entry: InstrumentEntry, total: TotalEntry) -> tuple[str, str]:
    """Return which boxes make a total, and which choices it goes with, for the script."""
    boxes = " ".join(name_of(entry.code, part) for part in total.parts)
    choices = [f"mode={total.mode}"] if total.mode else []
    if entry.code in SHARED:
        choices.append(f"{CHOOSERS[SHARED[entry.code]]}={entry.code}")
    return boxes, " ".join(choices)


class ItemField(forms.CharField):
    """One box, chooser or row of grades: a number, a word, or why there is neither."""

    def __init__(self, entry: InstrumentEntry, item: ItemEntry, part: Part) -> None:
        self.entry, self.item = entry, item
        super().__init__(
            label=item.named(NAMES.get(group_of(entry.code), entry.short), part.side),
            required=False,
            max_length=40,
            widget=_widget(entry, item),
        )

    def clean(self, value: Any) -> tuple[ItemState, Decimal | None, str] | None:
        """Return state, number and word; None where nothing was entered."""
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        if typed.upper() in STATES and not self.item.free:
            return STATES[typed.upper()], None, ""
        if not self.item.numeric:
            if self.item.words and typed not in self.item.words:
                raise forms.ValidationError(f"Choose one of {', '.join(self.item.words)}")
            return ItemState.SCORED, None, typed
        return ItemState.SCORED, self._number(typed), ""

    def _number(self, typed: str) -> Decimal:
        highest = self.item.highest or Decimal(0)
        cure = f"Enter 0 to {written(highest)}, or N for not testable"
        if not self.item.fraction and HALF_GRADE.fullmatch(typed):
            raise forms.ValidationError(
                f"{typed} is not a number. The sum is made of whole grades: enter the grade "
                "without + or −, and write the sign into the note"
            )
        try:
            number = read_number(typed)
        except Unreadable:
            raise forms.ValidationError(f"{typed} is not a number. {cure}") from None
        if number is None or not 0 <= number <= highest:
            raise forms.ValidationError(f"{typed} is outside 0 to {written(highest)}. {cure}")
        if not self.item.fraction and number != number.to_integral_value():
            raise forms.ValidationError(f"{typed} is not a whole number. {cure}")
        return number


def _widget(entry: InstrumentEntry, item: ItemEntry) -> forms.Widget:
    states = [("N", "Not testable, say why"), ("D", "Not done")]
    if item.grades:
        return forms.RadioSelect(
            choices=[*((str(at), each) for at, each in enumerate(item.grades)), *states]
        )
    if item.words:
        words = [(each, each.capitalize()) for each in item.words]
        return forms.Select(choices=[("", ""), *words, ("D", "Not done"), ("N", "Not testable")])
    if item.free:
        return forms.TextInput(attrs={"class": "width-day", "maxlength": 40})
    attrs = {"class": "width-digit", "autocomplete": "off", "inputmode": "text", "data-box": ""}
    attrs["data-most"] = written(item.highest)
    if item.highest is not None and item.highest < 10:
        attrs["data-digit"] = written(item.highest)
    if item.fraction or (item.highest or 0) >= 10:
        attrs["class"] = "width-score"
    return forms.TextInput(attrs=attrs)
