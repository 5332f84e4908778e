"""Which people's plans differ from the rules' answer, asked in bulk on PostgreSQL.

Recomputing a whole cohort is mostly finding that nothing changed. Reading every column of every
row costs more than the rules do, so here a person's rows arrive as one text and are compared, as
text, with the rules' answer; that answer is computed once for each distinct history. Whoever
differs, or is not plain (a standing decision, an item late since its rule changed), goes on to
the general path in `scheduling`, which decides and writes. Elsewhere everybody goes on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from pathways.models import Enrolment, Observation, Screening, ScreeningDecision
from pathways.rules.lifecycles import ResultStatus, ScreeningState
from pathways.rules.satisfaction import Sample
from pathways.services.schedule_inputs import WRITTEN, Definition, Definitions, Person, load_people
from pathways.services.schedule_wanted import desired

# Row ids differ from person to person; everything else is alike for people with like histories.
REFS = ("anchor_result_id", "collected_result_id")
COMPARED = tuple(name for name in WRITTEN if name not in REFS)
SAMPLE_COLUMNS = ("code", "performed_on", "status", "counts_early", "expected_on")
_REF_INDEXES = tuple(WRITTEN.index(name) for name in REFS)
_COMPARED_INDEXES = tuple(WRITTEN.index(name) for name in COMPARED)

# The rules' answer: the compared columns as text (None: nothing owed), and for each id column the
# place of its result among the samples (None: no result).
Answer = tuple[str | None, tuple[int | None, int | None]]


class Memo:
    """Answers of this run, by definition, situation and what the results say."""

    def __init__(self) -> None:
        self.answers: dict[tuple[int, int, tuple[str, ...]], Answer] = {}
        self.situations: dict[Hashable, int] = {}

    def situation(self, person: Person, *, by_cycle: bool = False) -> int:
        """Return a small number for everything but the results that moves this person's dates.

        Cycles move only what is counted from them (`by_cycle`); left out elsewhere, so that people
        whose cycles differ still share the answers of every other screening.
        """
        what = (
            person.floors,
            tuple(sorted(person.rules_changed_on.items())),
            person.phase,
            person.held_from,
            person.ended_on,
            person.transplant_on,
            tuple(person.phases) if len(person.phases) > 1 else None,
            person.cycles if by_cycle else (),
        )
        return self.situations.setdefault(what, len(self.situations))


def may_differ(ids: Sequence[int], definitions: Definitions, memo: Memo) -> list[int]:
    """Return those of the enrolments whose rows are not, or not surely, as the rules want them."""
    if connection.vendor != "postgresql":
        return list(ids)
    people = load_people(ids)
    decided = set(
        ScreeningDecision.objects.filter(
            enrolment_id__in=list(ids), withdrawn_at__isnull=True
        ).values_list("enrolment_id", flat=True)
    )
    samples = _samples(ids)
    rows = _rows(ids)
    return [
        key
        for key, person in people.items()
        if key in decided
        or not _as_wanted(person, definitions, samples.get(key, ""), rows.get(key, ""), memo)
    ]


def _as_wanted(
    person: Person, definitions: Definitions, said: str, written: str, memo: Memo
) -> bool:
    by_phase = definitions.of(person.version_id)
    rows = {}
    for line in written.split("\n") if written else ():
        code, anchor, collected, columns = line.split("\t", 3)
        rows[code] = (columns, anchor, collected)
    samples: dict[str, list[tuple[str, str]]] = {}
    for line in said.split("\n") if said else ():
        ref, words = line.split("\t", 1)
        samples.setdefault(words[: words.index("\t")], []).append((words, ref))
    situation = memo.situation(person)
    in_cycle = memo.situation(person, by_cycle=True) if person.cycles else situation
    answers = memo.answers
    open_rows = len(rows)
    for code, definition in by_phase.get(person.phase, {}).items():
        known: list[tuple[str, str]] = []
        for satisfying in definition.satisfying_codes:
            if satisfying in samples:
                known += samples[satisfying]
        where = in_cycle if definition.by_cycle else situation
        key = (definition.id, where, tuple([words for words, _ in known]))
        answer = answers.get(key)
        if answer is None:
            answer = answers[key] = _ask(person, definition, key[2], by_phase)
        text, (anchor_at, collected_at) = answer
        row = rows.get(code)
        if row is None or text is None:
            if row is not None or text is not None:
                return False
            continue
        open_rows -= 1
        if row != (
            text,
            "" if anchor_at is None else known[anchor_at][1],
            "" if collected_at is None else known[collected_at][1],
        ):
            return False
    return open_rows == 0


def _ask(
    person: Person,
    definition: Definition,
    words: tuple[str, ...],
    by_phase: dict[str, dict[str, Definition]],
) -> Answer:
    """Compute the rules' answer for one history, with places in it instead of row ids."""
    stand_in = Person(
        enrolment_id=person.enrolment_id,
        clinic_id=person.clinic_id,
        patient_id=person.patient_id,
        version_id=person.version_id,
        ended_on=person.ended_on,
        transplant_on=person.transplant_on,
        floors=person.floors,
        rules_changed_on=person.rules_changed_on,
        phase=person.phase,
        phases=person.phases,
        held_from=person.held_from,
        cycles=person.cycles,
    )
    for place, said in enumerate(words):
        sample = _sample(said, place)
        stand_in.samples.setdefault(sample.code, []).append(sample)
    values = desired(stand_in, definition, None, by_phase).values
    if values is None:
        return None, (None, None)
    text = "\t".join(_as_joined(values[index]) for index in _COMPARED_INDEXES)
    first, second = (values[index] for index in _REF_INDEXES)
    return text, (first, second)


def _sample(said: str, place: int) -> Sample:
    code, on, status, early, expected = said.split("\t")
    return Sample(
        code,
        date.fromisoformat(on),
        place,
        status == ResultStatus.FINAL,
        early == "t",
        date.fromisoformat(expected) if expected else None,
    )


def _as_joined(value: Any) -> str:
    """Write a value as PostgreSQL's concat does: these columns hold dates, numbers and words."""
    return "" if value is None else str(value)


def _samples(ids: Sequence[int]) -> dict[int, str]:
    """Return enrolment → its current results, a line each: row id, then the words."""
    observation, enrolment = Observation._meta.db_table, Enrolment._meta.db_table
    words = _joined("o.id", *(f"o.{name}" for name in SAMPLE_COLUMNS))
    # LATERAL keeps PostgreSQL on the index of each person's results; asked as one join, it reads
    # everybody's results once a batch.
    return _lines(
        f"""
        SELECT e.id, said.words
        FROM {enrolment} e CROSS JOIN LATERAL (
            SELECT string_agg({words}, chr(10) ORDER BY o.id) AS words
            FROM {observation} o
            WHERE o.patient_id = e.patient_id AND o.superseded_by_id IS NULL AND o.status = ANY(%s)
        ) said
        WHERE e.id = ANY(%s) AND said.words IS NOT NULL
        """,  # noqa: S608 - names of our own tables and columns
        [[ResultStatus.FINAL.value, ResultStatus.COLLECTED.value], list(ids)],
    )


def _rows(ids: Sequence[int]) -> dict[int, str]:
    """Return enrolment → its open rows, a line each: code, the two row ids, then the columns."""
    return _lines(
        f"""
        SELECT enrolment_id, string_agg({_joined("code", *REFS, *COMPARED)}, chr(10))
        FROM {Screening._meta.db_table} WHERE enrolment_id = ANY(%s) AND state = %s
        GROUP BY enrolment_id
        """,  # noqa: S608 - names of our own tables and columns
        [list(ids), ScreeningState.PLANNED.value],
    )


def _joined(*columns: str) -> str:
    """Return the SQL that joins columns by tabs; concat writes an absent value as nothing."""
    return "concat(" + ", chr(9), ".join(columns) + ")"


def _lines(query: str, parameters: list[Any]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return dict(cursor.fetchall())
