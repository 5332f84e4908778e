"""The picture above a history: what lasted as bars, everything else as ticks, a lane a kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from pathways.charts.lanes import Bar, Lane
from pathways.rules.lifecycles import PHASE_LABELS, Phase
from pathways.worklists.course_therapy import therapy_of
from pathways.worklists.person_record import PersonRecord
from pathways.worklists.timeline import KIND_WORDS, Kind, Moment

_SHORT = {Kind.EXAM: "Exams"}


def lanes_of(
    record: PersonRecord, lines: Iterable[Moment], today: date, zone: ZoneInfo
) -> tuple[Lane, ...]:
    """Return a lane for each kind that has a line; what was taken back is in the list alone."""
    days: dict[Kind, list[date]] = {}
    for line in lines:
        if not line.struck:
            days.setdefault(line.kind, []).append(line.at.astimezone(zone).date())
    bars = {
        Kind.PHASE: tuple(_phases(record, today)),
        Kind.THERAPY: tuple(
            Bar(band.from_on, band.until_on, band.words, band.number, band.planned)
            for band in therapy_of(record, today).bands
        ),
        Kind.CARE: tuple(_care(record)),
        Kind.TOXICITY: tuple(_toxicity(record, today)),
    }
    # A kind that lasts is drawn by its bars; the days of its lines are their ends.
    return tuple(
        Lane(
            _SHORT.get(kind, KIND_WORDS[kind]),
            bars.get(kind, ()),
            () if bars.get(kind) else tuple(days[kind]),
        )
        for kind in Kind
        if kind in days
    )


def _phases(record: PersonRecord, today: date) -> Iterator[Bar]:
    for enrolment in record.enrolments:
        for phase in enrolment.phases.all():
            until = phase.until_on or enrolment.ended_on or max(today, phase.since_on)
            words = PHASE_LABELS[Phase(phase.phase)]
            yield Bar(phase.since_on, until, words, words)


def _care(record: PersonRecord) -> Iterator[Bar]:
    for entry in record.entries:
        if entry.withdrawn_at is None:
            yield Bar(entry.from_on, entry.until_on or entry.from_on, entry.label, entry.label)


def _toxicity(record: PersonRecord, today: date) -> Iterator[Bar]:
    for row in record.toxicities:
        if row.withdrawn_at is None:
            words = f"{row.term.replace('-', ' ').capitalize()}, grade {row.grade}"
            until = row.ended_on or max(today, row.began_on)
            yield Bar(row.began_on, until, words, f"Grade {row.grade}")
