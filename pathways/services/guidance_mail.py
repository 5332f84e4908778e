"""The note that says where to read when to call, for people who need no booking.

Every 3 months in active treatment and every 6 later (proposed), counted from the person's last
note. What was sent says whether one is due; `PhasePeriod.look_on` only says when to look again, so
a day's work grows with the notes that fall due. It is empty in a new phase, and then read at once.

Whoever cannot be asked on the day (on hold, no address, a version that nobody signed) stays due and
is looked at every day. So nobody misses a turn, and nobody gets two in one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, When

from pathways import clock
from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.models import (
    Clinic,
    ContactPoint,
    Message,
    PathwaySignOff,
    Patient,
    PhasePeriod,
    Purpose,
    Sweep,
)
from pathways.rules.lifecycles import EnrolmentState, LifeStatus, MessageState, Phase
from pathways.rules.reminders import WHEN_TO_CALL_MONTHS, note_due_on
from pathways.rules.sending import Why
from pathways.services import audit, halving, message_rows, recipients
from pathways.services.actors import Actor
from pathways.services.calendar import ClinicCalendar
from pathways.services.recipients import Route

KIND = MessageKind.WHEN_TO_CALL
PURPOSE = Purpose(KIND_FACTS[KIND].purpose.value)
USEFUL_DAYS = 14
# An invitation carries the same link, so the note waits a week after one.
APART_DAYS = 7
INVITATIONS = [kind for kind, facts in KIND_FACTS.items() if facts.capped and kind is not KIND]
# A large import makes many notes due at once. At most this part of the daily ceiling is planned a
# day, those who have waited longest first.
SHARE_OF_CEILING = 4
BATCH = 500
# What ended without reaching the person; a note that ended like that is planned anew.
_CAME_TO_NOTHING = Q(
    state__in=[
        MessageState.CANCELLED,
        MessageState.EXPIRED,
        MessageState.BOUNCED,
        MessageState.FAILED,
    ]
) | Q(state=MessageState.WITHHELD, reason__in=list(Why))  # not what a person held back


@dataclass(slots=True)
class _Told:
    """What one person was written: the last note that counts, and how many since came to nothing."""

    note_on: date | None = None
    in_vain: int = 0
    invited_on: date | None = None

    def may_be_asked(self, day: date) -> bool:
        """Tell whether no invitation went to the person in the last days, or is about to."""
        return self.invited_on is None or self.invited_on + timedelta(days=APART_DAYS) <= day


def plan(*, clinic: Clinic, day: date, days: ClinicCalendar, by: Actor) -> int:
    """Queue the note for those who are due and can be asked, once a day; return how many."""
    sweep, _ = Sweep.objects.get_or_create(name=f"guidance:{clinic.pk}")
    if sweep.finished_at is not None and days.day_of(sweep.finished_at) >= day:
        return 0
    started_at = clock.now()
    most = max(1, clinic.daily_ceiling // SHARE_OF_CEILING)
    ids = list(
        _to_look_at(clinic, day)
        .order_by(F("look_on").asc(nulls_last=True), "since_on", "id")
        .values_list("id", flat=True)
    )
    planned = 0
    for start in range(0, len(ids), BATCH):
        if planned >= most:
            break
        some = partial(_look, clinic=clinic, day=day, days=days, most=most - planned, by=by)
        alone = partial(_poisonous, clinic=clinic, day=day, by=by)
        planned += halving.run(some, ids[start : start + BATCH], alone=alone)
    # The day asked about, not the present: a look ahead must not silence the days between.
    if day <= clock.today(clinic):
        Sweep.objects.filter(pk=sweep.pk).update(
            started_at=started_at, finished_at=days.instant(day), count=planned
        )
    return planned


def _to_look_at(clinic: Clinic, day: date) -> QuerySet[PhasePeriod]:
    """Return the current phases of those whose day it is and who can be asked."""
    signed = PathwaySignOff.objects.filter(clinic=clinic, signed_on__lte=day)
    writable = ContactPoint.objects.writable().filter(patient=OuterRef("enrolment__patient"))
    return PhasePeriod.objects.filter(
        Q(look_on__isnull=True) | Q(look_on__lte=day),
        Exists(writable),
        clinic=clinic,
        until_on__isnull=True,
        since_on__lte=day,
        phase__in=WHEN_TO_CALL_MONTHS,
        enrolment__state=EnrolmentState.ACTIVE,
        enrolment__version__in=signed.values("version"),
        enrolment__patient__life_status=LifeStatus.ALIVE,
    )


def _look(
    ids: Sequence[int], *, clinic: Clinic, day: date, days: ClinicCalendar, most: int, by: Actor
) -> int:
    """Look at one batch: write down when each note is due, and queue up to `most` that are."""
    own_rows = ("self",) if connection.features.has_select_for_update_of else ()
    with transaction.atomic():
        # Locked, and asked again: a second sweep waits here, and then finds nothing to look at.
        periods = list(
            _to_look_at(clinic, day)
            .filter(pk__in=ids)
            .select_related("enrolment__patient__clinic")
            .select_for_update(of=own_rows)
            .order_by(F("look_on").asc(nulls_last=True), "since_on", "id")
        )
        told = _told([period.enrolment.patient_id for period in periods], day, days)
        first = _first_days([period.enrolment_id for period in periods])
        routes = recipients.routes(told, PURPOSE)
        fresh: list[Message] = []
        moved: list[PhasePeriod] = []
        for period in periods:
            patient = period.enrolment.patient
            past = told[patient.pk]
            since_on = past.note_on or first[period.enrolment_id]
            due_on = note_due_on(Phase(period.phase), since_on)
            look_on = due_on
            asked = due_on is not None and due_on <= day and past.may_be_asked(day)
            if asked and patient.pk in routes and len(fresh) < most:
                row = _message(patient, routes[patient.pk], past, since_on, day, days)
                fresh.append(row)
                # By then it has left or come to nothing, and what became of it is read.
                look_on = days.day_of(row.useful_until) + timedelta(days=1)
            if look_on != period.look_on:
                period.look_on = look_on
                moved.append(period)
        PhasePeriod.objects.bulk_update(moved, ["look_on"])
        Message.objects.bulk_create(fresh, ignore_conflicts=True)
        audit.record_all(
            audit.event_of(
                by=by,
                verb="planned a note",
                subject_type="Patient",  # the new row's own number is not known here
                subject_id=str(row.patient_id),
                clinic_id=clinic.pk,
                patient_id=row.patient_id,
                detail={"kind": row.kind},
            )
            for row in fresh
        )
    return len(fresh)


def _poisonous(period_id: int, *, clinic: Clinic, day: date, by: Actor) -> None:
    patient_id = PhasePeriod.objects.values_list("enrolment__patient", flat=True).get(pk=period_id)
    halving.tell(clinic=clinic, patient_id=patient_id, day=day, by=by)


def _told(
    patient_ids: Sequence[uuid.UUID], day: date, days: ClinicCalendar
) -> dict[uuid.UUID, _Told]:
    """Return what each person was written. One query."""
    found = {patient_id: _Told() for patient_id in patient_ids}
    lately = days.instant(day - timedelta(days=APART_DAYS))
    recent = Q(kind__in=INVITATIONS, due_at__gt=lately)
    rows = (
        Message.objects.filter(Q(kind=KIND) | recent, patient__in=patient_ids)
        .annotate(in_vain=Case(When(_CAME_TO_NOTHING, then=True), default=False))
        .values_list("patient_id", "kind", "due_at", "sent_at", "in_vain")
    )
    for patient_id, kind, due_at, sent_at, in_vain in rows:
        past = found[patient_id]
        on = days.day_of(sent_at or due_at)
        if in_vain:
            past.in_vain += kind == KIND
        elif kind == KIND:
            past.note_on = max(past.note_on or on, on)
        else:
            past.invited_on = max(past.invited_on or on, on)
    return found


def _first_days(enrolment_ids: Sequence[int]) -> dict[int, date]:
    """Return the first day of each enrolment's first phase that has notes. One query."""
    return dict(
        PhasePeriod.objects.filter(enrolment__in=enrolment_ids, phase__in=WHEN_TO_CALL_MONTHS)
        .order_by("enrolment_id")
        .values_list("enrolment_id")
        .annotate(first=Min("since_on"))
    )


def _message(
    patient: Patient, route: Route, past: _Told, since_on: date, day: date, days: ClinicCalendar
) -> Message:
    now = clock.now()
    # One key an interval, and one more for each note of it that came to nothing.
    named = f"{route.contact_point_id}:{KIND}:{since_on}:{past.in_vain}"
    key = sha256(named.encode()).hexdigest()
    due_at = days.next_opening(max(days.instant(day), now), KIND)
    if not days.always_open and due_at > now:
        later = due_at + timedelta(seconds=message_rows.jitter_seconds(key))
        due_at = later if days.next_opening(later, KIND) == later else due_at
    return message_rows.new(
        clinic=patient.clinic,
        patient=patient,
        route=route,
        kind=KIND,
        dedupe_key=key,
        values={},
        due_at=due_at,
        useful_until=days.instant(days.day_of(due_at) + timedelta(days=USEFUL_DAYS)),
        now=now,
    )
