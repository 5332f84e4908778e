"""A person's way along the pathway: registered, enrolled, in a phase, paused, ended, back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from pathways import clock
from pathways.models import (
    Appointment,
    Clinic,
    Diagnosis,
    Enrolment,
    HoldPeriod,
    PathwayVersion,
    Patient,
    PhasePeriod,
)
from pathways.rules.lifecycles import (
    ENDED,
    ENROLMENT,
    PHASE_LABELS,
    AppointmentState,
    EnrolmentState,
    LifeStatus,
    Phase,
    WorkItemKind,
    check_change,
    may_become,
)
from pathways.services import alerts, audit, reminders, work_items
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.schedule_inputs import Definitions
from pathways.services.transplant_order import check_day_0

HOLD_REVIEW_DAYS = 90  # recall rule 13: proposed, the clinic may change it


def enrol(
    *,
    patient: Patient,
    version: PathwayVersion,
    enrolled_on: date,
    phase: Phase,
    phase_since: date,
    by: Actor,
) -> Enrolment:
    """Put a person on a pathway version and write down what is owed from that day."""
    _check_day(enrolled_on, patient, "enrolled_on")
    _check_day(phase_since, patient, "phase_since")
    if patient.life_status == LifeStatus.DECEASED:
        raise Refused("This person has died. Take that back first if it is wrong.")
    if version.clinic_id not in (None, patient.clinic_id):
        raise Refused("That pathway version belongs to another clinic.", field="version")
    with transaction.atomic():
        if patient.enrolments.running().exists():
            raise Refused("This person is enrolled already.")
        diagnosis = Diagnosis.objects.standing().filter(patient=patient).first()
        enrolment = Enrolment.objects.create(
            clinic=patient.clinic,
            patient=patient,
            version=version,
            enrolled_on=enrolled_on,
            diagnosed_on=diagnosis.diagnosed_on if diagnosis else None,
        )
        _begin_phase(enrolment, phase, phase_since, by)
        audit.record(
            by=by,
            verb="enrolled",
            subject=enrolment,
            clinic=patient.clinic,
            patient=patient,
            detail={
                "version": version.number,
                "enrolled_on": enrolled_on.isoformat(),
                "phase": phase,
                "phase_since": phase_since.isoformat(),
            },
        )
        reminders.replan([enrolment], by=by)
    return enrolment


def change_phase(*, enrolment: Enrolment, phase: Phase, since_on: date, by: Actor) -> PhasePeriod:
    """End the current phase and begin another; screenings are superseded, history is kept."""
    _check_running(enrolment)
    _check_day(since_on, enrolment.patient, "since_on")
    with transaction.atomic():
        current = enrolment.phases.select_for_update().get(until_on__isnull=True)
        if current.phase == phase:
            raise Refused(f"The phase is {PHASE_LABELS[Phase(phase)]} already.", field="phase")
        if since_on < current.since_on:
            raise Refused(
                f"The current phase began on {current.since_on}; the next cannot begin before it.",
                field="since_on",
            )
        current.until_on = since_on
        current.save()
        period = _begin_phase(enrolment, phase, since_on, by)
        _record(
            enrolment,
            "changed the phase",
            by,
            {"from": current.phase, "to": phase, "since": since_on.isoformat()},
        )
        reminders.replan([enrolment], by=by)
    return period


def record_transplant(*, enrolment: Enrolment, on: date, by: Actor) -> Enrolment:
    """Write down day 0 of a transplant, or put it right; fixed milestones are counted from it."""
    _check_running(enrolment)
    _check_day(on, enrolment.patient, "on")
    if enrolment.transplant_on == on:
        raise Refused(f"Day 0 is {on} already.", field="on")
    check_day_0(enrolment.patient, on, field="on", without=enrolment.transplant_on)
    return _set_transplant(enrolment, on, "recorded a transplant", by)


def take_back_transplant(*, enrolment: Enrolment, by: Actor) -> Enrolment:
    """Day 0 was entered in error: milestones counted from it have no date any more."""
    if enrolment.transplant_on is None:
        raise Refused("No transplant is recorded.")
    return _set_transplant(enrolment, None, "took back a transplant", by)


def _set_transplant(enrolment: Enrolment, on: date | None, verb: str, by: Actor) -> Enrolment:
    before = enrolment.transplant_on
    with transaction.atomic():
        enrolment.transplant_on = on
        enrolment.save()
        told = {"from": before, "to": on}
        _record(enrolment, verb, by, {key: day and day.isoformat() for key, day in told.items()})
        reminders.replan([enrolment], by=by)
    return enrolment


def hold(
    *, enrolment: Enrolment, from_on: date, reason: str, review_on: date, by: Actor
) -> HoldPeriod:
    """Pause: nothing is reminded until it is resumed; a day to look at it again is required."""
    _check_running(enrolment)
    _check_reason(reason)
    _check_day(from_on, enrolment.patient, "from_on")
    if review_on <= from_on:
        raise Refused("The review day must come after the hold begins.", field="review_on")
    if review_on > from_on + timedelta(days=HOLD_REVIEW_DAYS):
        raise Refused(
            f"Choose a review day within {HOLD_REVIEW_DAYS} days of the hold.", field="review_on"
        )
    with transaction.atomic():
        _become(enrolment, EnrolmentState.ON_HOLD)
        period = HoldPeriod.objects.create(
            clinic=enrolment.clinic,
            enrolment=enrolment,
            from_on=from_on,
            reason=reason.strip(),
            review_on=review_on,
            held_at=clock.now(),
            held_by=by.name,
        )
        _record(enrolment, "put on hold", by, {"from": from_on.isoformat(), "reason": reason})
        reminders.cancel_for_patient(patient=enrolment.patient, reason="on hold", by=by)
        reminders.replan([enrolment], by=by)
    return period


def resume(*, enrolment: Enrolment, on: date, by: Actor) -> Enrolment:
    """End the pause; nothing falls due before the day of resuming."""
    if enrolment.state != EnrolmentState.ON_HOLD:
        raise Refused("This enrolment is not on hold.")
    _check_day(on, enrolment.patient, "on")
    with transaction.atomic():
        period = enrolment.holds.select_for_update().get(until_on__isnull=True)
        if on < period.from_on:
            raise Refused(f"The hold began on {period.from_on}.", field="on")
        _end_hold(period, on, by)
        enrolment.resumed_on = on
        _become(enrolment, EnrolmentState.ACTIVE)
        _record(enrolment, "resumed", by, {"on": on.isoformat()})
        reminders.replan([enrolment], by=by)
    return enrolment


def transfer(*, enrolment: Enrolment, effective_on: date, reason: str, by: Actor) -> Enrolment:
    """Hand the person over to another clinic from a day, which may lie ahead."""
    return _end(enrolment, EnrolmentState.TRANSFERRED, effective_on, reason, by)


def withdraw(*, enrolment: Enrolment, effective_on: date, reason: str, by: Actor) -> Enrolment:
    """End the enrolment because the person or the clinic chose so."""
    return _end(enrolment, EnrolmentState.WITHDRAWN, effective_on, reason, by)


def complete(*, enrolment: Enrolment, effective_on: date, reason: str, by: Actor) -> Enrolment:
    """End the enrolment because the pathway is done."""
    return _end(enrolment, EnrolmentState.COMPLETED, effective_on, reason, by)


def record_death(*, patient: Patient, died_on: date, by: Actor) -> Patient:
    """Write down a death: obligations close, bookings and waiting messages stop, at once.

    The calls to the person end with it (`rules.deeds`); their open alerts lose their clock.
    """
    _check_day(died_on, patient, "died_on")
    with transaction.atomic(), alerts.once_each(by=by):
        if patient.life_status == LifeStatus.DECEASED:
            raise Refused("This death is recorded already.")
        patient.life_status, patient.died_on = LifeStatus.DECEASED, died_on
        patient.save()
        audit.record(
            by=by,
            verb="recorded a death",
            subject=patient,
            clinic=patient.clinic,
            patient=patient,
            detail={"died_on": died_on.isoformat()},
        )
        for enrolment in patient.enrolments.select_related("clinic", "patient"):
            if may_become(ENROLMENT, EnrolmentState(enrolment.state), EnrolmentState.DECEASED) and (
                enrolment.state not in ENDED or (enrolment.ended_on or died_on) > died_on
            ):
                _end(enrolment, EnrolmentState.DECEASED, died_on, "died", by)
        reminders.cancel_for_patient(patient=patient, reason="died", by=by)
        alerts.assess([patient.pk], by=by)
    return patient


def return_to_care(*, enrolment: Enrolment, on: date, reason: str, by: Actor) -> Enrolment:
    """Take an ending back, or take the person back: nothing falls due before that day."""
    _check_reason(reason)
    if enrolment.state not in ENDED:
        raise Refused("This enrolment has not ended.")
    _check_day(on, enrolment.patient, "on")
    patient = enrolment.patient
    with transaction.atomic():
        if patient.enrolments.running().exists():
            raise Refused("This person is enrolled again already.")
        before = {"state": enrolment.state, "ended_on": str(enrolment.ended_on)}
        if patient.life_status == LifeStatus.DECEASED:
            patient.life_status, patient.died_on = LifeStatus.ALIVE, None
            patient.save()
        enrolment.ended_on, enrolment.end_reason = None, ""
        enrolment.ended_at, enrolment.ended_by = None, ""
        enrolment.returned_on = on
        _become(enrolment, EnrolmentState.ACTIVE)
        _record(
            enrolment, "returned to care", by, {**before, "on": on.isoformat(), "reason": reason}
        )
        reminders.replan([enrolment], by=by)
        alerts.assess([patient.pk], by=by)
    return enrolment


def adopt_version(
    *, enrolments: Sequence[Enrolment], version: PathwayVersion, by: Actor
) -> reminders.Changes:
    """Move running enrolments to another published version.

    What the new version owes by another rule falls due today at the earliest (ADR 22); what it
    owes by the same rule keeps its dates.
    """
    moving = [item for item in enrolments if item.version_id != version.pk]
    if not moving:
        return reminders.Changes()
    for item in moving:
        _check_running(item)
        if version.clinic_id not in (None, item.clinic_id):
            raise Refused("That pathway version belongs to another clinic.", field="version")
    definitions = Definitions()
    with transaction.atomic():
        for item in moving:
            changed = definitions.changed(item.version_id, version.pk)
            today = clock.today(item.clinic).isoformat()
            for phase, codes in changed.items():
                before = item.rules_changed_on.get(phase, {})
                item.rules_changed_on[phase] = before | dict.fromkeys(codes, today)
            item.version = version
        Enrolment.objects.bulk_update(moving, ["version", "rules_changed_on"], batch_size=500)
        audit.record_all(
            audit.event_of(
                by=by,
                verb="adopted a version",
                subject_type="Enrolment",
                subject_id=str(item.pk),
                clinic_id=item.clinic_id,
                patient_id=item.patient_id,
                detail={"version": version.number},
            )
            for item in moving
        )
        return reminders.replan(moving, by=by)


def _begin_phase(enrolment: Enrolment, phase: Phase, since_on: date, by: Actor) -> PhasePeriod:
    return PhasePeriod.objects.create(
        clinic=enrolment.clinic,
        enrolment=enrolment,
        phase=Phase(phase),
        since_on=since_on,
        recorded_at=clock.now(),
        recorded_by=by.name,
    )


def _become(enrolment: Enrolment, state: EnrolmentState) -> None:
    check_change(ENROLMENT, EnrolmentState(enrolment.state), state)
    enrolment.state = state
    enrolment.save()


def _end(
    enrolment: Enrolment, state: EnrolmentState, effective_on: date, reason: str, by: Actor
) -> Enrolment:
    """Close obligations and cancel post and bookings from the day on, in one transaction."""
    _check_reason(reason)
    current = EnrolmentState(enrolment.state)
    if not may_become(ENROLMENT, current, state):
        raise Refused(f"This enrolment is {current} already.")
    if effective_on < enrolment.enrolled_on:
        raise Refused(
            f"The enrolment began on {enrolment.enrolled_on}; it cannot end before.",
            field="effective_on",
        )
    patient = enrolment.patient
    with transaction.atomic():
        if current is EnrolmentState.ON_HOLD:
            period = enrolment.holds.get(until_on__isnull=True)
            _end_hold(period, max(effective_on, period.from_on), by)
        enrolment.ended_on, enrolment.end_reason = effective_on, reason.strip()
        enrolment.ended_at, enrolment.ended_by = clock.now(), by.name
        _become(enrolment, state)
        cancelled = _cancel_bookings(patient, effective_on, state, by)
        reminders.cancel_for_patient(
            patient=patient, reason=state.value, from_on=effective_on, by=by
        )
        _record(
            enrolment,
            f"ended: {state}",
            by,
            {"on": effective_on.isoformat(), "reason": reason, "bookings": cancelled},
        )
        reminders.replan([enrolment], by=by)
        alerts.assess([patient.pk], by=by)
    return enrolment


def _end_hold(period: HoldPeriod, on: date, by: Actor) -> None:
    """Close a pause, and with it the question whether it should go on."""
    period.until_on, period.resumed_at, period.resumed_by = on, clock.now(), by.name
    period.save()
    work_items.close_for(
        clinic=period.clinic,
        kind=WorkItemKind.REVIEW,
        subjects=[work_items.hold_question(period.pk)],
        outcome="The hold has ended.",
        by=by,
    )


def _cancel_bookings(patient: Patient, from_on: date, state: EnrolmentState, by: Actor) -> int:
    """Bookings from the day on fall away without a mail: there is nobody to travel for them."""
    visits = Appointment.objects.filter(
        patient=patient, state=AppointmentState.BOOKED, on__gte=from_on
    )
    work_items.close_for(
        clinic=patient.clinic,
        kind=WorkItemKind.REVIEW,
        subjects=[work_items.visit_question(pk) for pk in visits.values_list("pk", flat=True)],
        outcome=f"The visit was cancelled: {state}.",
        by=by,
    )
    return visits.update(
        state=AppointmentState.CANCELLED,
        cancel_reason=state.value,
        still_needed=False,
        closed_at=clock.now(),
        closed_by=by.name,
    )


def _record(enrolment: Enrolment, verb: str, by: Actor, detail: dict[str, Any]) -> None:
    audit.record(
        by=by,
        verb=verb,
        subject=enrolment,
        clinic=enrolment.clinic,
        patient=enrolment.patient,
        detail=detail,
    )


def _check_running(enrolment: Enrolment) -> None:
    if enrolment.state in ENDED:
        raise Refused(f"This enrolment has ended ({enrolment.state}).")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why.", field="reason")


def _check_day(day: date, patient: Patient, field: str) -> None:
    clinic: Clinic = patient.clinic
    if day > clock.today(clinic):
        raise Refused(f"{day} lies in the future.", field=field)
    if day < patient.birth_date:
        raise Refused(f"{day} lies before the birth date.", field=field)
