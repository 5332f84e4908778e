"""The sweep of the alerts: who leaves hands on, who does not answer is passed over, time brings more.

Safe to repeat and to run twice at once: each step is one conditional update on the deadline it saw.
After a day without a sweep an alert stands where it would have stood, and is told of once.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pathways import clock
from pathways.models import Alert, Clinic, Enrolment, Message, Patient, SendingControl, Sweep
from pathways.rules import escalation
from pathways.rules.alert_states import AlertEventKind, AlertState, Severity
from pathways.rules.dates import zone
from pathways.rules.findings import Setting
from pathways.rules.lifecycles import MessageState
from pathways.rules.person_facts import ClinicFacts
from pathways.services import (
    alert_chain,
    alert_digest,
    alert_mail,
    alert_settings,
    alert_writing,
    alerts,
    sending_control,
)
from pathways.services.actors import Actor
from pathways.services.alert_chain import Chain, Holder
from pathways.services.alert_writing import Happened

log = logging.getLogger(__name__)

NAME = "escalate"
BATCH = 500
# Each sweep by its name, with how many minutes lie between two rings.
SWEEPS = {"plan": 1, "send": 1, NAME: 1, "failsafe": 60}


def sweep(*, by: Actor) -> int:
    """Escalate, hand on, and send the digests that are due; return how many alerts moved."""
    if sending_control.clocks_disagree(NAME):
        log.error("The clocks disagree: no alert is escalated.")
        return 0
    with sending_control.sweeping(NAME) as done:
        for clinic in Clinic.objects.order_by("pk"):
            try:
                done.count += escalate(clinic=clinic, by=by)
                alert_digest.send(clinic)
            except Exception as error:
                # The name of the error only: a database's own words can hold a patient's.
                log.error(
                    "Alerts of clinic %s were not swept: %s.", clinic.code, type(error).__name__
                )
                done.trouble = "a clinic could not be swept"
    return done.count


def escalate(*, clinic: Clinic, by: Actor) -> int:
    """Hand on what its owner cannot keep, and pass on what nobody answered in time."""
    chain = alert_chain.of(clinic)
    settings = alert_settings.in_force(clinic)
    moved = 0
    for alert in _left_behind(clinic, chain):
        moved += _hand_on(alert, chain, settings[alert.rule], by)
    now = clock.now()
    due = (
        Alert.objects.in_clinic(clinic)
        .past_their_time(now)
        .order_by("rank", "deadline_at", "pk")
        .select_related("patient", "clinic")[:BATCH]
    )
    for alert in due:
        moved += _escalate(alert, chain, settings[alert.rule], now, by)
    return moved


def _left_behind(clinic: Clinic, chain: Chain) -> list[Alert]:
    """Return the open alerts whose owner may not keep them, or that have none."""
    rows = Alert.objects.in_clinic(clinic).open()
    answered = Q(acknowledged_at__isnull=False)
    kinds = rows.order_by().values_list("owner_id", "rung", "state").distinct()
    gone = Q(pk__in=[])
    for owner, rung, state in kinds:
        taken = clock.now() if state == AlertState.ACKNOWLEDGED else None
        if not chain.still_holds(Alert(owner_id=owner, rung=rung, acknowledged_at=taken)):
            gone |= Q(owner_id=owner, rung=rung) & (answered if taken else ~answered)
    return list(rows.filter(gone).select_related("patient", "clinic")[:BATCH])


def _hand_on(alert: Alert, chain: Chain, setting: Setting, by: Actor) -> int:
    """Give the alert to whose turn it is now; its clock runs on."""
    named = alert.patient.named_clinician_id if alert.patient is not None else None
    severity = Severity(alert.severity)
    holder = chain.first(severity, setting.owner_role, named, place=alert.place)
    if holder.user_id is None or (holder.user_id, holder.rung) == (alert.owner_id, alert.rung):
        return 0
    with transaction.atomic():
        if not _give(alert, holder, {"owner_id": alert.owner_id}):
            return 0
        words = f"to the {holder.rung}: whose it was is not here in that role any more"
        alert_writing.write([Happened(alert, AlertEventKind.REASSIGNED, words)], by=by)
        alert_mail.tell(alert.clinic, [alert], by=by)
    return 1


def _escalate(alert: Alert, chain: Chain, setting: Setting, now: datetime, by: Actor) -> int:
    """Pass the alert on by as many steps as its clock ran out, in one go."""
    severity = Severity(alert.severity)
    if alert.deadline_at is None:
        return 0
    minutes = (
        setting.resolve_minutes
        if alert.state == AlertState.ACKNOWLEDGED
        else setting.answer_minutes
    )
    step = escalation.catch_up(alert.level, alert.deadline_at, minutes, severity, chain.hours, now)
    if step is None:
        return 0
    named = alert.patient.named_clinician_id if alert.patient is not None else None
    holder = chain.after(severity, setting.owner_role, named, alert.place, step.steps)
    if holder.user_id == alert.owner_id and holder.place >= 0:
        # It is theirs already, by name: the one after is asked, if there is one.
        holder = chain.after(severity, setting.owner_role, named, holder.place, 1)
    with transaction.atomic():
        told = _give(
            alert,
            holder,
            {"deadline_at": alert.deadline_at, "level": alert.level},
            level=step.level,
            deadline_at=step.deadline_at,
            snoozed_until=None,
        )
        if not told:
            return 0
        times = "once" if step.steps == 1 else f"{step.steps} times"
        words = f"to the {holder.rung}: not {_owed(alert)} in time, {times}"
        alert_writing.write([Happened(alert, AlertEventKind.ESCALATED, words)], by=by)
        alert_mail.tell(alert.clinic, [alert], by=by)
    return 1


def _owed(alert: Alert) -> str:
    return "resolved" if alert.state == AlertState.ACKNOWLEDGED else "answered"


def _give(alert: Alert, holder: Holder, seen: dict[str, object], **values: object) -> bool:
    """Change the row if it is still as it was seen; of two sweeps only one succeeds."""
    if holder.user_id is not None:
        values |= {"owner_id": holder.user_id, "rung": holder.rung, "place": max(holder.place, 0)}
    changed = Alert.objects.open().filter(pk=alert.pk, state=alert.state, **seen).update(**values)
    if changed:
        alert.refresh_from_db()
    return bool(changed)


def assess_all(*, by: Actor) -> int:
    """Ask every rule about everybody: what time alone brings, such as a cycle that did not begin."""
    raised = 0
    for clinic in Clinic.objects.order_by("pk"):
        running = Enrolment.objects.running().filter(patient=OuterRef("pk"))
        waiting = Alert.objects.open().filter(patient=OuterRef("pk"))
        people = (
            Patient.objects.in_clinic(clinic)
            .filter(Exists(running) | Exists(waiting))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        raised += alerts.assess(people, by=by)
        raised += alerts.assess_clinic(clinic, clinic_facts(clinic), by=by)
    return raised


def clinic_facts(clinic: Clinic) -> ClinicFacts:
    """Return what the system rules are told about one clinic. Three queries."""
    finished = dict(Sweep.objects.filter(name__in=SWEEPS).values_list("name", "finished_at"))
    stopped = SendingControl.objects.filter(pk=1).values_list("stopped_at", flat=True).first()
    set_aside = Message.objects.in_clinic(clinic).filter(state=MessageState.QUARANTINED)
    here = zone(clinic.time_zone)  # the alerts' sentences are written in the clinic's own hours
    ended = {name: at.astimezone(here) for name, at in finished.items() if at}
    paused = clinic.sending_paused_at
    return ClinicFacts(
        now=clock.now(),
        sweeps=tuple((name, ended.get(name), every) for name, every in SWEEPS.items()),
        paused_since=paused.astimezone(here) if paused else None,
        stopped_since=stopped.astimezone(here) if stopped else None,
        quarantined=tuple(set_aside.order_by("pk").values_list("pk", flat=True)),
    )
