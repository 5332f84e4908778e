"""What a typed value says, judged by its unit: shared by the form of one result and of a panel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django import forms

from pathways.catalogue import AnalyteEntry, AnalyteGroup, AnalyteKind, load_analytes
from pathways.rules.lifecycles import Role
from pathways.rules.plausible import question
from pathways.rules.quantities import Unreadable, read_number, read_quantity

DOUBT_LENGTH = 200


class Measured(NamedTuple):
    """A value as typed: a number with its sign, or words."""

    value: Decimal | None = None
    comparator: str = ""
    text: str = ""


def choices_for(role: Role | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the result codes that this role may enter, by group, for a chooser."""
    groups: dict[AnalyteGroup, list[tuple[str, str]]] = {group: [] for group in AnalyteGroup}
    for entry in load_analytes().values():
        if role in entry.entered_by:
            groups[entry.group].append((entry.code, entry.label))
    return [(group.value, codes) for group, codes in groups.items() if codes]


def measured(entry: AnalyteEntry, typed: str) -> Measured:
    """Return what was typed as this code can hold it. Raises ValidationError."""
    typed = typed.strip()
    if not typed:
        return Measured()
    if not entry.takes_value:
        return Measured(text=typed)
    try:
        read = read_quantity(typed)
    except Unreadable as error:
        if entry.kind is AnalyteKind.PANEL:
            return Measured(text=typed)
        raise forms.ValidationError(str(error)) from error
    if read.value is not None and entry.kind is AnalyteKind.SCORE:
        low, high = entry.lowest, entry.highest
        if (low is not None and read.value < low) or (high is not None and read.value > high):
            raise forms.ValidationError(f"Outside the scale {low} to {high}")
    return Measured(read.value, read.comparator, typed)


def ask(entry: AnalyteEntry, said: Measured, unit: str) -> str:
    """Return the question that this value raises, with both ways on; empty where there is none."""
    asked = question(entry.label, said.value, said.comparator, unit, entry.units, entry.askings)
    return f"{asked.asked} Correct it, or keep it as printed and say why" if asked else ""


class Limit(forms.CharField):
    """A limit as the laboratory printed it: a number with a point or a comma."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"class": "width-number", "inputmode": "decimal"})
        )
        super().__init__(label=label, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the number, or None for a blank."""
        try:
            return read_number(str(super().clean(value)).strip())
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
