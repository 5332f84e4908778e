"""All results of one person, by analyte, newest first: as received, with unit, source and doubt.

What stands now is read first: of each analyte the newest value that counts, and what came after it;
the earlier ones are there to be unfolded. Three questions whatever the length of the record. A result
says what changed only inside its own series; where it cannot be compared it says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import AnalyteEntry, AnalyteGroup, find_analyte, has_unit, load_analytes
from pathways.models import CourseDrug, Observation, Patient
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import SAMPLE_GONE, ResultStatus
from pathways.rules.observation_words import Beside, Published, beside
from pathways.rules.observations import Period, Reading, specimen_said
from pathways.rules.quantities import shown, written
from pathways.worklists.result_words import beyond, label_of, unit_beside, without_number

SHOWN = 40  # of each analyte, until one is asked for


@dataclass(frozen=True, slots=True)
class Line:
    """One result as it was received."""

    pk: int
    on: str
    value: str
    unit: str
    where: str
    limit: str
    above: str
    beside: Beside
    notes: tuple[str, ...]
    struck: bool
    awaited: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Analyte:
    """The results of one code: what stands now, what came before; `more` counts those not shown."""

    code: str
    label: str
    now: tuple[Line, ...]
    earlier: tuple[Line, ...]
    more: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that is shown, newest first."""
        return self.now + self.earlier

    @property
    def oldest(self) -> str:
        """The day of the last line that is shown."""
        return self.lines[-1].on


@dataclass(frozen=True, slots=True)
class Group:
    """Analytes that belong together; `name` is what an address calls them."""

    name: str
    label: str
    analytes: tuple[Analyte, ...]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The results of one person on one day, perhaps of one analyte only."""

    groups: tuple[Group, ...]
    chosen: str
    choices: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """What the reader narrowed the page to, for paper."""
        chosen = dict(self.choices).get(self.chosen)
        return f"Only {chosen}" if chosen else "Every analyte on record"


def results_page(patient: Patient, day: date, chosen: str = "") -> ResultsPage:
    """Return the results of a person; `chosen` narrows them to one code that has results."""
    by_code: dict[str, list[Observation]] = defaultdict(list)
    rows = Observation.objects.current().filter(patient=patient).order_by("performed_on", "id")
    for row in rows:
        by_code[row.code].append(row)
    chosen = chosen if chosen in by_code else ""
    bevacizumab = bevacizumab_of(patient)
    groups: dict[AnalyteGroup | None, list[Analyte]] = {group: [] for group in AnalyteGroup}
    groups[None] = []
    codes = [code for code in load_analytes() if code in by_code]
    codes += sorted(by_code.keys() - set(codes))
    for code in sorted(codes, key=lambda code: not _has_values(by_code[code])):
        if chosen in ("", code):
            entry = find_analyte(code)
            lines = _lines(by_code[code], entry, day, bevacizumab)
            kept = lines if chosen else lines[:SHOWN]
            # One analyte alone was asked for to be read whole, so nothing of it is folded.
            now = len(kept) if chosen else _standing(kept)
            groups[entry.group if entry else None].append(
                Analyte(code, label_of(code), kept[:now], kept[now:], len(lines) - len(kept))
            )
    return ResultsPage(
        groups=tuple(_group(group, found) for group, found in groups.items() if found),
        chosen=chosen,
        choices=tuple((code, label_of(code)) for code in codes),
    )


def _has_values(rows: Sequence[Observation]) -> bool:
    """Whether anything but "done" was reported; an exam that was only done stands after the values."""
    return any(row.value is not None or row.value_text for row in rows)


def _standing(lines: Sequence[Line]) -> int:
    """Count the lines down to the newest one that counts: what is awaited or struck stands above it."""
    for number, line in enumerate(lines, 1):
        if not (line.struck or line.awaited or line.gone):
            return number
    return len(lines)


def _group(group: AnalyteGroup | None, found: Sequence[Analyte]) -> Group:
    name, label = (group.name.lower(), group.value) if group else ("other", "Other")
    return Group(name.replace("_", "-"), label, tuple(found))


def bevacizumab_of(patient: Patient) -> tuple[Period, ...]:
    """Return when the person took bevacizumab, which disturbs the VEGF test."""
    return CourseDrug.objects.exposure([patient.pk], drug="bevacizumab").get(patient.pk, ())


def published_of(entry: AnalyteEntry | None) -> Published | None:
    """Return the published rise of an analyte with its source, where there is one."""
    if entry is None or not entry.rise_percent:
        return None
    return Published(entry.rise_percent, entry.sources[0].document)


def _lines(
    rows: Sequence[Observation],
    entry: AnalyteEntry | None,
    day: date,
    bevacizumab: Sequence[Period],
) -> tuple[Line, ...]:
    """Return the lines of one code, newest first; each knows the final values before it."""
    lines = []
    earlier: list[Reading] = []
    for row in rows:
        said = Beside()
        if row.status == ResultStatus.FINAL and row.value is not None:
            reading = row.reading
            said = beside(
                reading,
                earlier,
                day=day,
                has_unit=has_unit(row.code),
                published=published_of(entry),
                bevacizumab=bevacizumab,
            )
            earlier.append(reading)
        lines.append(_line(row, said, day))
    return tuple(reversed(lines))


def _line(row: Observation, said: Beside, day: date) -> Line:
    awaited = row.status == ResultStatus.COLLECTED
    number = shown(row.value, row.comparator)
    specimen = specimen_said(row.code, row.specimen) if number else row.specimen
    return Line(
        pk=row.pk,
        on=short_date(row.performed_on, day),
        value=_value(row, number),
        unit=unit_beside(row),
        where=", ".join(filter(None, (specimen, row.lab, row.method))),
        limit=limit_words(row),
        above=beyond(row),
        beside=said,
        notes=tuple(_notes(row, day)),
        struck=row.status == ResultStatus.ENTERED_IN_ERROR,
        awaited=awaited,
        gone=row.status in SAMPLE_GONE,
    )


def _value(row: Observation, number: str) -> str:
    if row.status == ResultStatus.COLLECTED:
        return "awaited"
    if row.status in SAMPLE_GONE:
        return str(row.status)
    return number or without_number(row)


def limit_words(row: Observation) -> str:
    """Return the limits that the laboratory printed, in the unit it printed them in."""
    low, high = row.reference_low, row.reference_high
    if low is not None and high is not None:
        return f"{written(low)} to {written(high)}"
    if high is not None:
        return f"up to {written(high)}"
    return f"from {written(low)}" if low is not None else ""


def _notes(row: Observation, day: date) -> Iterable[str]:
    if row.status == ResultStatus.COLLECTED and row.expected_on is not None:
        late = "was " if row.expected_on < day else ""
        yield f"{late}expected {short_date(row.expected_on, day)}"
    if row.sample_number:
        yield f"sample {row.sample_number}"
    if row.doubt:
        yield f"kept as printed: {row.doubt}"
    if row.counts_early:
        yield f"counted early: {row.counts_reason}"
    if row.reason:
        yield f"{_why(row)}: {row.reason}"


def _why(row: Observation) -> str:
    if row.status == ResultStatus.ENTERED_IN_ERROR:
        return "entered in error"
    return "why" if row.status in SAMPLE_GONE else "corrected"
