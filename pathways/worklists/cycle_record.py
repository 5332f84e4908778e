"""What is asked to be on record around a cycle, and what is there: days, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from pathways.catalogue import RecordEntry, load_drugs
from pathways.models import CareEntry, CourseDrug, Observation
from pathways.rules.course_states import EntryKind
from pathways.rules.due_phrase import short_date
from pathways.rules.lifecycles import ResultStatus


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked to be on record: what is there, and where it can be written down."""

    label: str
    on_record: bool
    words: str
    for_drugs: str
    code: str
    entry: str


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The last final day of each code, and the standing entries, of one person."""

    last: dict[str, date]
    entries: Sequence[CareEntry]


def on_record(patient_id: Any, entries: Sequence[CareEntry]) -> OnRecord:
    """Return what a person's record holds of everything that may be asked: one question."""
    codes = {
        code
        for drug in load_drugs().values()
        for record in (*drug.before, *drug.within)
        for code in (*record.codes, *record.together)
    }
    rows = (
        Observation.objects.current()
        .filter(patient_id=patient_id, code__in=codes, status=ResultStatus.FINAL)
        .order_by()
        .values_list("code")
        .annotate(last=Max("performed_on"))
    )
    standing = [entry for entry in entries if entry.withdrawn_at is None]
    return OnRecord(dict(rows), standing)


def asked_of(
    drugs: Iterable[CourseDrug],
    known: OnRecord,
    *,
    when: str,
    since_on: date | None,
    day_1: date,
    day: date,
) -> list[Asked]:
    """Return what is asked "before" or "within" a cycle, each thing once, in catalogue order.

    Counted as there: what was recorded since `since_on` (day 1 of the cycle before), or at any
    time where once is enough; an entry that goes on on day 1.
    """
    wanted: dict[str, tuple[RecordEntry, list[str]]] = {}
    for row in drugs:
        entry = load_drugs().get(row.drug)
        for record in getattr(entry, when, ()):
            wanted.setdefault(record.key, (record, []))[1].append(row.label)
    return [
        _asked(record, ", ".join(dict.fromkeys(labels)), known, since_on, day_1, day)
        for record, labels in wanted.values()
    ]


def _asked(
    record: RecordEntry,
    for_drugs: str,
    known: OnRecord,
    since_on: date | None,
    day_1: date,
    day: date,
) -> Asked:
    code = record.codes[0] if record.codes else ""
    entry = "" if code else (record.entry or EntryKind.OTHER).value
    if code:
        last = _last_of(record, known)
        there, words = _of_result(last, since_on, record.once, day)
    elif record.entry is not None:
        there, words = _of_entry(record, known, day_1, day)
    else:
        last = max(
            (
                each.from_on
                for each in known.entries
                if each.kind == EntryKind.OTHER and each.label.casefold() == record.label.casefold()
            ),
            default=None,
        )
        there, words = _of_result(last, since_on, record.once, day)
    return Asked(record.label, there, words, for_drugs, code, entry)


def _last_of(record: RecordEntry, known: OnRecord) -> date | None:
    """Return the day of the last result that will do; parts count from the day the oldest came."""
    days = [known.last[code] for code in record.codes if code in known.last]
    if record.together and known.last.keys() >= set(record.together):
        days.append(min(known.last[code] for code in record.together))
    return max(days, default=None)


def _of_result(last: date | None, since_on: date | None, once: bool, day: date) -> tuple[bool, str]:
    if last is None:
        return False, "Not recorded"
    if once or since_on is None or last >= since_on:
        return True, f"Recorded {short_date(last, day)}"
    since = short_date(since_on, day)
    return False, f"Not recorded since {since}; last {short_date(last, day)}"


def _of_entry(record: RecordEntry, known: OnRecord, day_1: date, day: date) -> tuple[bool, str]:
    of_kind = [each for each in known.entries if each.kind == record.entry]
    for each in of_kind:
        if each.from_on <= max(day_1, day) and (each.until_on is None or each.until_on >= day_1):
            return True, f"On record: {each.label}, since {short_date(each.from_on, day)}"
    ended = max((each.until_on for each in of_kind if each.until_on), default=None)
    if ended is not None:
        return False, f"Not recorded; the last one ended {short_date(ended, day)}"
    return False, "Not recorded"
