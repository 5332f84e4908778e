"""Response by domain as clinicians recorded it, and beside it the arithmetic on the results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import load_responses
from pathways.models import Observation, Patient, ResponseRecord
from pathways.models.authors import Authors
from pathways.rules.disease_words import ResponseCategory, ResponseDomain
from pathways.rules.due_phrase import short_date
from pathways.rules.observation_words import beside, since_first, with_specimen
from pathways.rules.observations import Period, Reading, specimen_said
from pathways.worklists.result_words import label_of, value_words
from pathways.worklists.results_page import bevacizumab_of

DOMAINS = {
    ResponseDomain.VEGF: "VEGF",
    ResponseDomain.HEMATOLOGIC: "Hematologic",
    ResponseDomain.PET: "PET",
    ResponseDomain.CLINICAL: "Clinical",
}
# The result whose arithmetic stands beside a domain, where there is one.
MEASURED = {ResponseDomain.VEGF: "vegf", ResponseDomain.HEMATOLOGIC: "m-protein"}
TO_BE_CHECKED = "to be checked"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a clinician judged on one day; `doubt` says that the meaning is not checked yet."""

    pk: int
    words: str
    meaning: str
    doubt: str
    on: str
    by: str
    note: str
    struck: str


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain: the last judgement, the earlier ones, and the arithmetic of its result."""

    key: str
    label: str
    last: Judged | None
    earlier: tuple[Judged, ...]
    sums: tuple[str, ...]


def domain_rows(patient: Patient, day: date, authors: Authors) -> tuple[DomainRow, ...]:
    """Return the four domains; four questions."""
    judged: dict[str, list[ResponseRecord]] = defaultdict(list)
    for row in ResponseRecord.objects.filter(patient=patient).order_by("-assessed_on", "-id"):
        judged[row.domain].append(row)
    readings: dict[str, list[Reading]] = defaultdict(list)
    measured = Observation.objects.filter(patient=patient, code__in=MEASURED.values())
    for reading in measured.readings():
        readings[reading.code].append(reading)
    bevacizumab = bevacizumab_of(patient)
    rows = []
    for domain, label in DOMAINS.items():
        said = judged[domain]
        last = next((row for row in said if row.withdrawn_at is None), None)
        code = MEASURED.get(domain, "")
        rows.append(
            DomainRow(
                key=domain.value,
                label=label,
                last=_judged(last, day, authors) if last else None,
                earlier=tuple(_judged(row, day, authors) for row in said if row is not last),
                sums=sums(readings[code], bevacizumab, day) if code else (),
            )
        )
    return tuple(rows)


def sums(readings: Sequence[Reading], bevacizumab: Sequence[Period], day: date) -> tuple[str, ...]:
    """Return the last value and its changes in its own series, or why there is none."""
    if not readings:
        return ()
    *earlier, last = readings
    label = with_specimen(label_of(last.code), specimen_said(last.code, last.specimen))
    said = beside(last, earlier, day=day, bevacizumab=bevacizumab)
    first = since_first(readings, day=day, bevacizumab=bevacizumab)
    now = f"{label} {value_words(last)} on {short_date(last.on, day)}"
    found = (now, *said.changes, first, *said.doubts)
    return tuple(line for line in found if line)


def _judged(row: ResponseRecord, day: date, authors: Authors) -> Judged:
    entry = load_responses().get((ResponseDomain(row.domain), ResponseCategory(row.category)))
    return Judged(
        pk=row.pk,
        words=row.category.capitalize(),
        meaning=entry.words if entry else "",
        doubt="" if entry is None or entry.checked else TO_BE_CHECKED,
        on=short_date(row.assessed_on, day),
        by=row.assessed_by,
        note=row.note,
        struck=authors.struck(row),
    )
