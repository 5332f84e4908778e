"""Reasoned, signed decisions about one screening: later, sooner, on, off."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from pathways import clock
from pathways.models import (
    DecisionKind,
    Enrolment,
    Observation,
    Screening,
    ScreeningDecision,
    ScreeningDefinition,
)
from pathways.rules.dates import Interval
from pathways.rules.lifecycles import ENDED, ResultStatus, ScreeningState
from pathways.services import audit, reminders
from pathways.services.actors import Actor
from pathways.services.errors import Refused

POSTPONE_DAYS = 90  # recall rule 14: longer only by a physician; proposed
LONGEST_DAYS = (
    366  # and by nobody beyond a year: that is ceasing it, which is signed as such; proposed
)


def postpone(
    *, screening: Screening, until_on: date, reason: str, by: Actor, as_physician: bool = False
) -> ScreeningDecision:
    """Put it off until a day; the due date does not change."""
    today = _check_open(screening, reason)
    if until_on <= today:
        raise Refused("Choose a day after today.", field="until_on")
    longest = today + timedelta(days=LONGEST_DAYS)
    if until_on > longest and as_physician:
        raise Refused(
            f"Nothing is postponed by more than {LONGEST_DAYS} days. Choose a day by {longest}, "
            "or cease this screening.",
            field="until_on",
        )
    if until_on > today + timedelta(days=POSTPONE_DAYS) and not as_physician:
        raise Refused(
            f"More than {POSTPONE_DAYS} days needs a physician. Choose a day by "
            f"{today + timedelta(days=POSTPONE_DAYS)}.",
            field="until_on",
        )
    return _decide(screening, DecisionKind.POSTPONED, reason, by, until_on=until_on)


def recall_early(
    *, screening: Screening, until_on: date, reason: str, by: Actor
) -> ScreeningDecision:
    """Ask for the next one sooner, until a result performed on or after today."""
    today = _check_open(screening, reason)
    if until_on < today:
        raise Refused("Choose today or a later day.", field="until_on")
    if screening.due_on and until_on >= screening.due_on:
        raise Refused(f"It is due on {screening.due_on} already.", field="until_on")
    with transaction.atomic():
        _keep_answer_of_replaced_recall(screening, by)
        return _decide(screening, DecisionKind.EARLY_RECALL, reason, by, until_on=until_on)


def cease(*, screening: Screening, reason: str, by: Actor) -> ScreeningDecision:
    """Take one screening out of recall for this person."""
    _check_open(screening, reason)
    return _decide(screening, DecisionKind.CEASED, reason, by)


def request(
    *, enrolment: Enrolment, code: str, interval: str, reason: str, by: Actor
) -> ScreeningDecision:
    """Turn on a screening that is owed only when a clinician asks for it.

    `interval` is e.g. “6 months”; “0 days” asks for one only.
    """
    if enrolment.state in ENDED:
        raise Refused(f"This enrolment has ended ({enrolment.state}).")
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    try:
        Interval.parse(interval)
    except ValueError as error:
        raise Refused(str(error), field="interval") from error
    phase = enrolment.phases.get(until_on__isnull=True).phase
    definition = ScreeningDefinition.objects.filter(
        version=enrolment.version, phase=phase, code=code
    ).first()
    if definition is None or definition.kind != "on_request":
        raise Refused(f"“{code}” is not a screening to turn on in this phase.", field="code")
    with transaction.atomic():
        decision = _write(enrolment, code, DecisionKind.REQUESTED, reason, by, interval=interval)
        reminders.replan([enrolment], by=by)
    return decision


def withdraw_decision(*, decision: ScreeningDecision, by: Actor) -> ScreeningDecision:
    """Take a decision back; what it changed is as it was before."""
    if decision.withdrawn_at is not None:
        raise Refused("This decision was taken back already.")
    with transaction.atomic():
        decision.withdrawn_at, decision.withdrawn_by = clock.now(), by.name
        decision.save()
        audit.record(
            by=by,
            verb="took a decision back",
            subject=decision,
            clinic=decision.clinic,
            patient=decision.enrolment.patient,
            detail={"kind": decision.kind, "code": decision.code},
        )
        reminders.replan([decision.enrolment], by=by)
    return decision


def _check_open(screening: Screening, reason: str) -> date:
    if screening.state != ScreeningState.PLANNED:
        raise Refused(f"This screening is {screening.state} already.")
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    today = clock.today(screening.clinic)
    if screening.closed_from is not None and screening.closed_from <= today:
        raise Refused("This person's enrolment has ended.")
    return today


def _decide(
    screening: Screening,
    kind: DecisionKind,
    reason: str,
    by: Actor,
    until_on: date | None = None,
) -> ScreeningDecision:
    with transaction.atomic():
        decision = _write(
            screening.enrolment,
            screening.code,
            kind,
            reason,
            by,
            until_on=until_on,
            anchor_on=screening.last_done_on,
        )
        reminders.replan([screening.enrolment], by=by)
    return decision


def _write(
    enrolment: Enrolment,
    code: str,
    kind: DecisionKind,
    reason: str,
    by: Actor,
    *,
    until_on: date | None = None,
    anchor_on: date | None = None,
    interval: str = "",
) -> ScreeningDecision:
    """Replace a standing decision of the same kind, so that one at most holds."""
    now = clock.now()
    ScreeningDecision.objects.filter(
        enrolment=enrolment, code=code, kind=kind, withdrawn_at__isnull=True
    ).update(withdrawn_at=now, withdrawn_by=by.name)
    decision = ScreeningDecision.objects.create(
        clinic=enrolment.clinic,
        enrolment=enrolment,
        code=code,
        kind=kind,
        decided_on=clock.today(enrolment.clinic),
        until_on=until_on,
        interval=interval,
        anchor_on=anchor_on,
        reason=reason.strip(),
        decided_at=now,
        decided_by=by.name,
    )
    audit.record(
        by=by,
        verb=f"decided: {kind}",
        subject=decision,
        clinic=enrolment.clinic,
        patient=enrolment.patient,
        detail={
            "code": code,
            "until": until_on.isoformat() if until_on else None,
            "interval": interval,
            "reason": reason.strip(),
        },
    )
    return decision


def _keep_answer_of_replaced_recall(screening: Screening, by: Actor) -> None:
    """The result that answered an earlier recall goes on counting once that recall is replaced."""
    earlier = ScreeningDecision.objects.filter(
        enrolment=screening.enrolment,
        code=screening.code,
        kind=DecisionKind.EARLY_RECALL,
        withdrawn_at__isnull=True,
    ).first()
    if earlier is None:
        return
    definition = screening.definition
    answer = (
        Observation.objects.current()
        .filter(
            patient=screening.patient,
            code__in=definition.satisfying_codes,
            status=ResultStatus.FINAL,
            performed_on__gte=earlier.decided_on,
        )
        .order_by("performed_on", "id")
        .first()
    )
    if answer is not None and not answer.counts_early:
        answer.counts_early = True
        answer.counts_reason = f"answered an early recall of {earlier.decided_on}"
        answer.save()
        audit.record(
            by=by,
            verb="counted an early result",
            subject=answer,
            clinic=answer.clinic,
            patient=screening.patient,
            detail={"code": answer.code, "reason": answer.counts_reason},
        )
