"""Why a screening is due: the sum, the rule and its source, what people changed and were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q

from pathways.models import (
    Clinic,
    DecisionKind,
    Message,
    PathwaySignOff,
    Screening,
    ScreeningDecision,
    ScreeningDefinition,
    WorkItem,
)
from pathways.models.authors import Authors, authors_of
from pathways.rules.dates import Interval
from pathways.rules.due_phrase import due_phrase, short_date
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import PHASE_LABELS, MessageState, Phase
from pathways.rules.rule_types import Basis, Occurrence, RecurrenceKind
from pathways.rules.why_due import Line, explain
from pathways.worklists.message_words import kind_words, state_words
from pathways.worklists.open_screenings import screenings, with_booking, with_reason

SHOWN = 6
_NOUNS = {"blood draw": "sample", "imaging": "scan", "test": "test", "record": "record"}


@dataclass(frozen=True, slots=True)
class WhyDue:
    """The panel, in words; the same in the page, in print and on paper for a meeting."""

    screening: Screening
    sentence: str
    lines: tuple[Line, ...]
    rule: str
    rule_line: str
    unsigned: bool
    sources: tuple[str, ...]
    remark: str
    changed: tuple[str, ...]
    told: tuple[str, ...]
    also_open: tuple[str, ...]
    tag: str
    line: str


def why_due(clinic: Clinic, day: date, screening_id: int) -> WhyDue | None:
    """Return the panel of one screening of the clinic, open or closed; None for anybody else's.

    Six questions to the database, whatever is told.
    """
    rows = screenings(clinic, day, closed=True).filter(pk=screening_id)
    row = (
        with_reason(with_booking(rows, day))
        .select_related("patient", "enrolment", "definition__version__pathway", "anchor_result")
        .first()
    )
    if row is None:
        return None
    definition: ScreeningDefinition = row.definition
    decisions = list(ScreeningDecision.objects.filter(enrolment_id=row.enrolment_id, code=row.code))
    authors = authors_of(clinic.pk)
    signed = list(
        PathwaySignOff.objects.filter(version_id=definition.version_id, clinic=clinic)
        .order_by("signed_on")
        .values_list("signed_by", "signed_on")
    )
    tag, line = due_phrase(row.facts, day, None, row.reason)  # type: ignore[attr-defined]
    version = definition.version
    in_force = f", in force since {_far(version.effective_from)}"
    by = f", signed by {' and '.join(name for name, _ in signed)}." if signed else "."
    return WhyDue(
        screening=row,
        sentence=rule_sentence(definition),
        lines=_sum(row, definition, decisions, day),
        rule=f"{version.pathway.name}, version {version.number}",
        rule_line=in_force + by,
        unsigned=not signed and not definition.signed,
        sources=tuple(_source(entry) for entry in definition.sources),
        remark=_remark(row.code),
        changed=tuple(_decision(decision, day, authors) for decision in decisions),
        told=_told(row, clinic, day),
        also_open=_also_open(row, clinic, day),
        tag=tag,
        line=line,
    )


def rule_sentence(definition: ScreeningDefinition) -> str:
    """Return the rule as one sentence: what, how often, in which phase, from when."""
    phase = PHASE_LABELS[Phase(definition.phase)]
    phase = phase[0].lower() + phase[1:]
    due, opens = definition.due_after, definition.opens_after
    window = "" if opens == due else f"; the window opens at {opens}"
    match RecurrenceKind(definition.kind):
        case RecurrenceKind.ONCE:
            return f"{definition.label} once in {phase}."
        case RecurrenceKind.AT_START:
            return f"{definition.label} at the start of {phase}, then every {due}{window}."
        case RecurrenceKind.ON_REQUEST:
            return f"{definition.label} on request in {phase}."
    if definition.anchor_mode == "cycle":
        return f"{definition.label} before each cycle in {phase}."
    return f"{definition.label} every {due} in {phase}{window}."


def _sum(
    row: Screening, definition: ScreeningDefinition, decisions: list[ScreeningDecision], day: date
) -> tuple[Line, ...]:
    standing = [item for item in decisions if item.withdrawn_at is None]
    asked = next((item.interval for item in standing if item.kind == DecisionKind.REQUESTED), "")
    occurrence = Occurrence(
        code=row.code,
        phase=row.phase,
        rule_version=row.rule_version,
        basis=Basis(row.basis),
        anchor_on=row.anchor_on,
        anchor_ref=row.anchor_result_id,
        soon_on=row.soon_on,
        opens_on=row.opens_on,
        due_on=row.due_on,
        overdue_from=row.overdue_from,
        first_due_on=row.first_due_on,
        collected_on=row.collected_on,
        result_expected_on=row.result_expected_on,
        not_assessable=row.not_assessable or None,
    )
    return explain(
        definition.rule,
        occurrence,
        _floor_words(row),
        day,
        noun=_noun(definition),
        baseline_noun="Transplant, day 0",
        interval=Interval.parse(asked) if asked else None,
    )


def _noun(definition: ScreeningDefinition) -> str:
    words = {word.strip(":,").lower() for word in definition.label.split()}
    for noun in ("exam", "examination", "review"):
        if noun in words:
            return noun
    return _NOUNS.get(definition.booking, "result")


def _floor_words(row: Screening) -> str:
    """Say which floor holds the due date back (recall rule 19)."""
    enrolment, due_on = row.enrolment, row.due_on
    changed_on = enrolment.rules_changed_on.get(row.phase, {}).get(row.code)
    if due_on == enrolment.resumed_on:
        return "the pause ended"
    if due_on == enrolment.returned_on:
        return "return to this clinic"
    if due_on is not None and due_on.isoformat() == changed_on:
        return "the version with this rule was adopted"
    if due_on == enrolment.enrolled_on:
        return "enrolment"
    return "this phase began"


def _source(entry: dict[str, str]) -> str:
    named = ", ".join(part for part in (entry.get("document"), entry.get("section")) if part)
    note = entry.get("note", "")
    return f"{named}: {note}" if note else named


def _remark(code: str) -> str:
    # Gentile 2024 (PMID 37702830): VEGF found 58 % of relapses in remission.
    if code == "neuro-exam":
        return "A VEGF in range does not replace this exam."
    return ""


def _decision(decision: ScreeningDecision, day: date, authors: Authors) -> str:
    words = DecisionKind(decision.kind).label
    if decision.until_on is not None:
        words += f" to {short_date(decision.until_on, day)}"
    elif decision.interval:
        words += f", every {decision.interval}"
    said = f"{short_date(decision.decided_on, day)}: {words}, {decision.reason}"
    said += f" ({authors.named(decision.decided_by)})"
    return (
        f"{said}; taken back by {authors.named(decision.withdrawn_by)}"
        if decision.withdrawn_at
        else said
    )


def _told(row: Screening, clinic: Clinic, day: date) -> tuple[str, ...]:
    """Mail about this screening since its window came near, and the calls owed about it."""
    zone = ZoneInfo(clinic.time_zone)
    mail = (
        Message.objects.in_clinic(clinic)
        .filter(patient_id=row.patient_id, reminders__screening__code=row.code)
        .exclude(state=MessageState.CANCELLED)
        .order_by("-due_at")
        .distinct()
        .values_list("kind", "state", "due_at", "sent_at", "by_hand")[:SHOWN]
    )
    lines = []
    for kind, state, due_at, sent_at, by_hand in reversed(mail):
        on = short_date((sent_at or due_at).astimezone(zone).date(), day)
        hand = ", by hand" if by_hand else ""
        lines.append(f"{on} email, {kind_words(kind)}: {state_words(state)}{hand}")
    calls = WorkItem.objects.in_clinic(clinic).filter(screening_id=row.pk).order_by("due_on")
    for item in calls[:SHOWN]:
        done = f": {item.outcome}" if item.closed_at is not None else ", to do"
        lines.append(f"{short_date(item.due_on, day)} {item.kind}{done}")
    return tuple(lines)


def _also_open(row: Screening, clinic: Clinic, day: date) -> tuple[str, ...]:
    """What else of this person may be done now: one trip may serve several."""
    others = (
        screenings(clinic, day)
        .filter(patient_id=row.patient_id)
        .exclude(pk=row.pk)
        .filter(Q(status__in=[DueStatus.DUE_SOON, DueStatus.DUE, DueStatus.OVERDUE]))
        .select_related("definition")
    )
    lines = []
    for other in others:
        tag, line = due_phrase(other.facts, day)
        lines.append(f"{other.definition.label}: {tag[0].lower()}{tag[1:]}, {line}")
    return tuple(lines)


def _far(day: date) -> str:
    return short_date(day, date.min)
