"""May anything be sent at all? The stop switch, the breaker, the clocks, and who waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from pathways import clock
from pathways.models import Clinic, Message, SendingControl, Sweep
from pathways.rules.delivery import breaker_pause, clock_trouble
from pathways.rules.lifecycles import MessageState, WorkItemKind
from pathways.services import audit, work_items
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.work_items import Deed

SWITCHED_OFF = "Sending is switched off here (SENDING_ON)."


@dataclass(slots=True)
class SweepCount:
    """What a sweep tells about itself when it ends."""

    count: int = 0
    trouble: str = ""


def control() -> SendingControl:
    """Return the one row of the installation, making it the first time."""
    found = SendingControl.objects.filter(pk=1).first()
    return found or SendingControl.objects.get_or_create(pk=1)[0]


def why_not(now: datetime, *, switch: SendingControl | None = None) -> str:
    """Say why nothing may be sent just now, or ""."""
    if not settings.SENDING_ON:
        return SWITCHED_OFF
    switch = switch or control()
    if switch.stopped_at is not None:
        return f"Stopped by {switch.stopped_by}: {switch.stopped_reason}"
    if switch.breaker_until is not None and switch.breaker_until > now:
        return f"Waiting for the mail server: {switch.breaker_reason}"
    return ""


def stop(*, reason: str, by: Actor) -> None:
    """Stop all sending, everywhere, until somebody starts it again."""
    if not reason.strip():
        raise Refused("Say why sending is stopped.", field="reason")
    with transaction.atomic():
        control()
        changed = SendingControl.objects.filter(pk=1, stopped_at__isnull=True).update(
            stopped_at=clock.now(), stopped_by=by.name, stopped_reason=reason.strip()[:200]
        )
        if not changed:
            raise Refused("Sending is stopped already.")
        audit.record(
            by=by,
            verb="stopped sending",
            subject=control(),
            clinic=None,
            detail={"reason": reason.strip()},
        )


def start(*, by: Actor) -> None:
    """Let sending go on, and forget the breaker."""
    with transaction.atomic():
        before = control()
        if before.stopped_at is None and before.breaker_until is None:
            raise Refused("Sending is not stopped.")
        SendingControl.objects.filter(pk=1).update(
            stopped_at=None,
            stopped_by="",
            stopped_reason="",
            breaker_until=None,
            breaker_reason="",
            breaker_trips=0,
        )
        audit.record(by=by, verb="started sending", subject=before, clinic=None)


def pause_clinic(*, clinic: Clinic, reason: str, by: Actor) -> None:
    """Keep back everything one clinic would send."""
    if not reason.strip():
        raise Refused("Say why the clinic's sending is paused.", field="reason")
    with transaction.atomic():
        changed = Clinic.objects.filter(pk=clinic.pk, sending_paused_at__isnull=True).update(
            sending_paused_at=clock.now(),
            sending_paused_by=by.name,
            sending_paused_reason=reason.strip()[:200],
        )
        if not changed:
            raise Refused(f"Sending of {clinic.name} is paused already.")
        audit.record(
            by=by,
            verb="paused sending",
            subject=clinic,
            clinic=clinic,
            detail={"reason": reason.strip()},
        )
    clinic.refresh_from_db()


def resume_clinic(*, clinic: Clinic, by: Actor) -> None:
    """Let one clinic send again."""
    with transaction.atomic():
        changed = Clinic.objects.filter(pk=clinic.pk, sending_paused_at__isnull=False).update(
            sending_paused_at=None, sending_paused_by="", sending_paused_reason=""
        )
        if not changed:
            raise Refused(f"Sending of {clinic.name} is not paused.")
        audit.record(by=by, verb="resumed sending", subject=clinic, clinic=clinic)
    clinic.refresh_from_db()


def hold_for_release(*, clinic: Clinic, new: int, by: Actor) -> None:
    """Keep invitations back until a coordinator has looked at the `new` people of a large import."""
    with transaction.atomic():
        changed = Clinic.objects.filter(pk=clinic.pk, release_needed_since__isnull=True).update(
            release_needed_since=clock.now()
        )
        if not changed:
            return
        audit.record(
            by=by,
            verb="held invitations",
            subject=clinic,
            clinic=clinic,
            detail={"new": new, "over": clinic.release_over},
        )
        work_items.open_item(
            Deed(
                kind=WorkItemKind.REVIEW,
                subject="sending:release",
                summary="Invitations wait after a large import: look them over, then release them",
                clinic=clinic,
                due_on=clock.today(clinic),
            ),
            by=by,
        )
    clinic.refresh_from_db()


def release_clinic(*, clinic: Clinic, by: Actor) -> None:
    """Let the first mailing after a large import go."""
    with transaction.atomic():
        changed = Clinic.objects.filter(pk=clinic.pk, release_needed_since__isnull=False).update(
            release_needed_since=None
        )
        if not changed:
            raise Refused(f"Nothing of {clinic.name} waits for a release.")
        audit.record(by=by, verb="released invitations", subject=clinic, clinic=clinic)
        work_items.close_for(
            clinic=clinic,
            kind=WorkItemKind.REVIEW,
            subjects=["sending:release"],
            outcome="Released",
            by=by,
        )
    clinic.refresh_from_db()


def trip(*, reason: str, alarm: bool, by: Actor) -> None:
    """Open the breaker: nothing is claimed for a while. `alarm` asks people to look, once."""
    with transaction.atomic():
        trips = control().breaker_trips + 1
        SendingControl.objects.filter(pk=1).update(
            breaker_trips=trips,
            breaker_until=clock.now() + breaker_pause(trips),
            breaker_reason=reason[:120],
        )
        # One failing connection is a relay being restarted; the second in a row is trouble.
        if not alarm and trips < 2:
            return
        waiting = Message.objects.filter(state=MessageState.QUEUED).order_by().values("clinic")
        work_items.open_all(
            (
                Deed(
                    kind=WorkItemKind.REVIEW,
                    subject="sending:server",
                    summary=f"Email cannot leave: {reason}"[:200],
                    clinic=clinic,
                    due_on=clock.today(clinic),
                )
                for clinic in Clinic.objects.filter(pk__in=waiting)
            ),
            by=by,
        )


def went_well(*, by: Actor) -> None:
    """Close the breaker after the server took a message again, and the alarms with it."""
    with transaction.atomic():
        changed = SendingControl.objects.filter(pk=1, breaker_trips__gt=0).update(
            breaker_trips=0, breaker_until=None, breaker_reason=""
        )
        if not changed:
            return
        for clinic in Clinic.objects.all():
            work_items.close_for(
                clinic=clinic,
                kind=WorkItemKind.REVIEW,
                subjects=["sending:server"],
                outcome="The mail server takes email again",
                by=by,
            )


def database_now() -> datetime:
    """Ask the database for its clock."""
    sql = (
        "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"
        if connection.vendor == "sqlite"
        else "SELECT statement_timestamp()"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchone()[0]
    return datetime.fromisoformat(found) if isinstance(found, str) else found


def clocks_disagree(name: str) -> str:
    """Say why no sweep may run: the clocks differ, or time has gone back since the last one."""
    if not settings.CLOCK_GUARD:
        return ""
    last = Sweep.objects.filter(name=name).values_list("started_at", flat=True).first()
    return clock_trouble(
        machine=clock.machine_now(),
        database=database_now(),
        now=clock.now(),
        # Under POEMS_TODAY the day is false on purpose, and may be set back.
        last_sweep=None if settings.FIXED_DAY else last,
    )


@contextmanager
def sweeping(name: str) -> Iterator[SweepCount]:
    """Write down that a sweep ran: when it began and ended, how much it did, and what was wrong."""
    done = SweepCount()
    Sweep.objects.update_or_create(name=name, defaults={"started_at": clock.now()})
    try:
        yield done
    except Exception as error:
        done.trouble = done.trouble or type(error).__name__
        raise
    finally:
        Sweep.objects.filter(name=name).update(
            finished_at=clock.now(), count=done.count, trouble=done.trouble[:120]
        )


def canary() -> None:
    """Show that beat, broker, worker and database all live: one row with the present instant."""
    with sweeping("canary") as done:
        done.count = 1
