"""From one person's history to the values that an open row should have, by the rules alone."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pathways.rules.lifecycles import ScreeningState
from pathways.rules.recurrence import occurrence, satisfying
from pathways.rules.rule_types import (
    AnchorMode,
    History,
    Occurrence,
    Performed,
    RecurrenceKind,
    StillLate,
)
from pathways.rules.satisfaction import Sample, Satisfaction, satisfaction
from pathways.rules.therapy import owed_cycle
from pathways.services.schedule_inputs import (
    FIRST_WRITTEN,
    ROW_FIELDS,
    Decisions,
    Definition,
    Person,
)

ByPhase = dict[str, dict[str, Definition]]
Row = tuple[Any, ...]

LAST_DONE = ROW_FIELDS.index("last_done_on")
_LATE_DUE = ROW_FIELDS.index("late_due_on")
_OVERDUE = ROW_FIELDS.index("overdue_from")
_FIRST_DUE = ROW_FIELDS.index("first_due_on")
_NO_DECISIONS = Decisions()
_NO_RESULTS = Satisfaction((), ())


class Desired(NamedTuple):
    """What the rules ask for: column values in the order of `WRITTEN`, or None and how it ends."""

    values: Row | None
    last_done_on: date | None
    last_ref: int | None
    end_state: ScreeningState = ScreeningState.CANCELLED
    end_reason: str = ""


def desired(person: Person, definition: Definition, row: Row | None, by_phase: ByPhase) -> Desired:
    """Return what should be owed of this screening, given the open row if there is one."""
    rule = definition.rule
    found = _satisfaction(person, definition)
    decisions = person.decisions.get(definition.code, _NO_DECISIONS)
    performed = found.performed
    if performed and len(person.phases) > 1:
        performed = _with_gaps_of_their_phase(person, definition, by_phase, performed)
    cycle, earlier = None, None
    if definition.by_cycle and person.cycles:
        cycle, earlier = owed_cycle(rule, performed, person.cycles)
    history = History(
        performed,
        person.floors_of(definition.code),
        person.transplant_on if rule.anchor_mode is AnchorMode.FIXED else None,
        cycle,
        found.collected,
        decisions.early_recall,
        decisions.requested,
        None,
        _still_late(person, definition, row),
    )
    ordinary = rule.anchor_mode is AnchorMode.ACTUAL and rule.kind is not RecurrenceKind.ONCE
    last: Performed | None = None
    if not ordinary or decisions.ceased is not None or decisions.postponed_until is not None:
        last = satisfying(rule, history) or earlier
        last_on = last.on if last else None
        if decisions.ceased is not None:
            reason = f"ceased: {decisions.ceased}"
            return Desired(None, last_on, _ref(last), ScreeningState.CEASED, reason)
        if decisions.postponed_until and decisions.postponed_anchor_on == last_on:
            history = history._replace(postponed_until=decisions.postponed_until)
    open_one = occurrence(rule, history)
    if open_one is None:
        last = last or satisfying(rule, history)
        return Desired(
            None,
            last.on if last else None,
            _ref(last),
            ScreeningState.CANCELLED,
            "nothing more is owed in this phase",
        )
    # The anchor of an ordinary screening is its last satisfying result.
    last_done_on = open_one.anchor_on if ordinary else (last.on if last else None)
    last_ref = _ref(last)
    if ordinary and isinstance(open_one.anchor_ref, int):
        last_ref = open_one.anchor_ref
    values = _values(person, definition, open_one, history, last_done_on)
    return Desired(values, last_done_on, last_ref)


def _ref(event: Performed | None) -> int | None:
    return event.ref if event is not None and isinstance(event.ref, int) else None


def _satisfaction(person: Person, definition: Definition) -> Satisfaction:
    samples: list[Sample] = []
    for code in definition.satisfying_codes:
        if code in person.samples:
            samples.extend(person.samples[code])
    if not samples:
        return _NO_RESULTS
    return satisfaction(samples, definition.satisfied_any, definition.satisfied_all)


def _with_gaps_of_their_phase(
    person: Person, definition: Definition, by_phase: ByPhase, performed: tuple[Performed, ...]
) -> tuple[Performed, ...]:
    """Recall rule 6a: the minimum gap is that of the phase in which a result was performed."""
    judged = []
    for event in performed:
        phase = person.phase_at(event.on)
        then = by_phase.get(phase, {}).get(definition.code) if phase else None
        gap = then.rule.min_gap_days if then else None
        same = gap is None or gap == definition.rule.min_gap_days
        judged.append(event if same else event._replace(min_gap_days=gap))
    return tuple(judged)


def _still_late(person: Person, definition: Definition, row: Row | None) -> StillLate | None:
    """Recall rule 12: an item that was overdue on the day its rule changed stays owed."""
    if row is None:
        return None
    if row[_LATE_DUE] is not None:
        return StillLate(row[_LATE_DUE], row[LAST_DONE])
    if row[FIRST_WRITTEN] == definition.id or row[_OVERDUE] is None:
        return None
    changed_on = person.rules_changed_on.get(definition.code, date.min)
    change_on = max(person.floors.phase_since, changed_on)
    if row[_OVERDUE] <= change_on:
        return StillLate(row[_FIRST_DUE], row[LAST_DONE])
    return None


def _values(
    person: Person,
    definition: Definition,
    open_one: Occurrence,
    history: History,
    last_done_on: date | None,
) -> Row:
    late = history.still_late
    late_due_on = None
    if late is not None and late.anchor_on == last_done_on:
        late_due_on = late.first_due_on
    collected_ref = None
    if open_one.collected_on is not None:
        collected_ref = next(
            (item.ref for item in history.collected if item.on == open_one.collected_on), None
        )
    return (
        definition.id,
        open_one.phase,
        open_one.rule_version,
        open_one.basis.value,
        open_one.anchor_on,
        open_one.anchor_ref,
        last_done_on,
        open_one.soon_on,
        open_one.opens_on,
        open_one.due_on,
        open_one.overdue_from,
        open_one.first_due_on,
        late_due_on,
        open_one.not_assessable or "",
        open_one.collected_on,
        collected_ref,
        open_one.result_expected_on,
        history.postponed_until,
        person.held_from,
        person.ended_on,
    )
