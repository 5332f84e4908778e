"""What was found at a neurological exam, and what of it cannot be.

Everything is judged against the catalogue's instruments: items, ranges, words, who can score them.
A total that contradicts its items is refused with both numbers; one without items (read off a
letter) is kept as a total alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pathways.catalogue import InstrumentEntry, ItemEntry, Part, TotalEntry, load_instruments
from pathways.rules.exam_words import (
    THE_PATIENT,
    Attribution,
    ExamOrigin,
    ItemState,
    ScoringMode,
)
from pathways.rules.instruments import ExamAnswer, Total
from pathways.rules.quantities import written
from pathways.services.errors import Refused

WALK, AID = "walk-10m", Part("aid")
RODS, CENTILE, VERSION = "i-rods", Part("centile"), Part("version")
# The item that sets a series of a total apart: the aid of a walk, the version of a conversion.
METHOD_ITEMS = {WALK: AID.item, RODS: VERSION.item}
MRC = ("mrc-sum-60", "mrc-sum-70")


@dataclass(frozen=True, slots=True)
class Findings:
    """One exam as it was found or received.

    `scored_by` names the clinician who scored; a self-report is the patient's, whatever it says.
    `totals` are totals as typed, by result code: beside items they must agree with them. `doubt`
    says why a measured value that nobody would expect stands.
    """

    performed_on: date
    mode: ScoringMode
    scored_by: str = ""
    answers: tuple[ExamAnswer, ...] = ()
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    origin: ExamOrigin = ExamOrigin.EXAMINED
    attribution: Attribution | str = ""
    attribution_note: str = ""
    note: str = ""
    doubt: str = ""

    @property
    def scorer(self) -> str:
        """Who scored: the clinician who is named, or the patient."""
        return THE_PATIENT if self.mode is ScoringMode.SELF_REPORT else self.scored_by.strip()


@dataclass(frozen=True, slots=True)
class Scored:
    """One total to be kept, with what sets it apart from another series of the same code."""

    code: str
    value: Decimal
    unit: str
    method: str


def field_of(instrument: str, part: Part) -> str:
    """Return the name of the form field of an item."""
    return "-".join(filter(None, (instrument, part.item, part.side)))


def check(findings: Findings) -> None:
    """Refuse findings that cannot be, naming the item and the cure."""
    if not findings.scorer:
        raise Refused("Say who scored.", field="scored_by")
    if not findings.answers and not findings.totals:
        raise Refused("Nothing is filled in yet. Answer at least one item.")
    if findings.attribution and findings.attribution not in set(Attribution):
        raise Refused(f"“{findings.attribution}” is not one of the choices.", field="attribution")
    seen: set[str] = set()
    for answer in findings.answers:
        name = field_of(answer.instrument, Part(answer.item, answer.side))
        if name in seen:
            raise Refused(f"{name} is answered twice.", field=name)
        seen.add(name)
        _check_answer(answer, findings.mode, name)
    used = {answer.instrument for answer in findings.answers}
    if used.issuperset(MRC):
        raise Refused("Choose six or seven muscle pairs: the two sums are never mixed.")
    _check_series(findings)
    for code, typed in findings.totals.items():
        _check_total(findings, code, typed)


def scored_totals(findings: Findings) -> list[Scored]:
    """Return the totals that this exam is kept under: computed where complete, typed where alone."""
    found = []
    for entry, each, made in _totals(findings):
        value = made.value if made.value is not None else findings.totals.get(each.code)
        if value is None:
            continue
        found.append(Scored(each.code, value, entry.unit, _method(findings, each.code)))
    return found


def closes(findings: Findings) -> bool:
    """Say whether this makes the visit a neurological exam: a clinician scored one of its scales."""
    if findings.mode is not ScoringMode.CLINICIAN:
        return False
    scored = {each.instrument for each in findings.answers if each.state is ItemState.SCORED}
    return any(
        entry.closes
        and (entry.code in scored or any(each.code in findings.totals for each in entry.totals))
        for entry in load_instruments().values()
    )


def _totals(findings: Findings) -> Iterable[tuple[InstrumentEntry, TotalEntry, Total]]:
    for entry in load_instruments().values():
        answers = entry.answers_of(findings.answers)
        for each in entry.totals:
            if each.scored_in(findings.mode):
                yield entry, each, each.of(answers)


def _check_answer(answer: ExamAnswer, mode: ScoringMode, name: str) -> None:
    entry = load_instruments().get(answer.instrument)
    if entry is None:
        raise Refused(f"“{answer.instrument}” is no instrument of the catalogue.")
    found = {part: item for item, part in entry.parts}
    item = found.get(Part(answer.item, answer.side))
    if item is None:
        raise Refused(f"{entry.short} has no item {answer.item} {answer.side}".rstrip() + ".")
    label = item.named(entry.short, answer.side)
    if not entry.takes(mode):
        raise Refused(
            f"{entry.short} is scored by a clinician; a self-report cannot hold it.", field=name
        )
    if answer.state is ItemState.NOT_TESTABLE and not answer.reason.strip():
        raise Refused(f"{label}: say why it is not testable.", field=name)
    if answer.state is not ItemState.SCORED:
        if answer.value is not None or answer.word:
            raise Refused(f"{label}: {answer.state}, and still a value.", field=name)
    elif item.numeric:
        check_number(item, answer.value, label, name)
    elif not answer.word or (item.words and answer.word not in item.words):
        raise Refused(f"{label}: choose one of {', '.join(item.words)}.", field=name)


def check_number(item: ItemEntry, value: Decimal | None, label: str, name: str) -> None:
    """Refuse a number that the item cannot have."""
    high = item.highest
    if value is None or high is None or not 0 <= value <= high:
        raise Refused(f"{label}: {written(value)} is outside 0 to {written(high)}.", field=name)
    if not item.fraction and value != value.to_integral_value():
        raise Refused(f"{label}: {written(value)} is not a whole number.", field=name)


def _check_series(findings: Findings) -> None:
    """Refuse a value without what makes its series: the aid of a walk, the version of a centile."""
    given = {
        (each.instrument, Part(each.item, each.side))
        for each in findings.answers
        if each.state is ItemState.SCORED
    }
    walked = (WALK, Part("seconds")) in given or WALK in findings.totals
    if walked and (WALK, AID) not in given:
        raise Refused(
            "10 m walk: say with which aid, or none. Another aid is another series.",
            field=field_of(WALK, AID),
        )
    converted = (RODS, CENTILE) in given or RODS in findings.totals
    if converted and (RODS, VERSION) not in given:
        raise Refused(
            "I-RODS: give the version of the conversion. Another version is another series.",
            field=field_of(RODS, VERSION),
        )


def _check_total(findings: Findings, code: str, typed: Decimal) -> None:
    name = f"total-{code}"
    for _, each, made in _totals(findings):
        if each.code != code:
            continue
        if made.value is not None and made.value != typed:
            raise Refused(
                f"{each.analyte.label}: the items make {written(made.value)}, the total typed is "
                f"{written(typed)}. Correct one of the two, or leave the total empty.",
                field=name,
            )
        if made.value is None and made.tested:
            raise Refused(
                f"{each.analyte.label}: {made.words}, so {written(typed)} cannot be its total. "
                "Fill in the items, or leave the total empty.",
                field=name,
            )
        return
    raise Refused(f"“{code}” is no total of this kind of exam.", field=name)


def _method(findings: Findings, code: str) -> str:
    """Return what sets a series of this total apart, nothing for most."""
    item = METHOD_ITEMS.get(code)
    if item is None:
        return ""
    return next(
        each.word for each in findings.answers if (each.instrument, each.item) == (code, item)
    )
