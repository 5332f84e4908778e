"""Who is asked, as the coordinator sets it: the chain of a severity, and who is on duty.

What is open already follows at the next sweep: an alert whose owner is not on duty any more goes to
whoever is (services/alert_sweep.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from pathways import clock
from pathways.messaging import discreet
from pathways.models import ChainStep, Clinic, Duty, Membership, User
from pathways.rules.alert_states import Rung, Severity
from pathways.rules.due_phrase import short_date
from pathways.rules.escalation import ROLE_OF, has_clock
from pathways.rules.observations import Period
from pathways.rules.rota import overlap
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused


def set_chain(
    *, clinic: Clinic, severity: Severity, rungs: Sequence[Rung], by: Actor
) -> tuple[Rung, ...]:
    """Say who is asked in turn for one severity; the old chain stays in the audit trail."""
    if not has_clock(severity):
        raise Refused("What is for information is read, so nobody is asked in turn.")
    if not rungs:
        raise Refused("Name at least one place.", field="first")
    if len(set(rungs)) != len(rungs):
        raise Refused("Each place stands in a chain once.", field="first")
    if Rung.BY_NAME in rungs:
        raise Refused("A chain names places, not persons.", field="first")
    with transaction.atomic():
        steps = ChainStep.objects.select_for_update().in_clinic(clinic).filter(severity=severity)
        before = list(steps.order_by("position").values_list("rung", flat=True))
        steps.delete()
        ChainStep.objects.bulk_create(
            ChainStep(clinic=clinic, severity=severity, position=position, rung=rung)
            for position, rung in enumerate(rungs)
        )
        audit.record(
            by=by,
            verb="set the chain of alerts",
            subject=clinic,
            clinic=clinic,
            detail={"severity": severity, "before": before, "after": list(rungs)},
        )
    return tuple(rungs)


def put_on_duty(
    *, clinic: Clinic, rung: Rung, user: User, from_on: date, until_on: date | None, by: Actor
) -> Duty:
    """Say who stands on a rung from one day to another; nobody else stands there on those days."""
    role = ROLE_OF.get(rung)
    if role is None:
        raise Refused("Nobody is put on that place by a rota.", field="rung")
    if until_on is not None and until_on < from_on:
        raise Refused("The last day lies before the first.", field="until_on")
    here = Membership.objects.current().in_clinic(clinic)
    if not here.filter(user=user, role=role, user__is_active=True).exists():
        raise Refused(f"{user} is no {role} of this clinic.", field="user")
    with transaction.atomic():
        Clinic.objects.select_for_update().get(pk=clinic.pk)
        wanted = Period(from_on, until_on)
        for other in Duty.objects.in_clinic(clinic).filter(rung=rung).select_related("user"):
            if overlap(wanted, Period(other.from_on, other.until_on)):
                until = f" to {short_date(other.until_on, from_on)}" if other.until_on else " on"
                raise Refused(
                    f"{other.user} stands there from {short_date(other.from_on, from_on)}{until}. "
                    "Choose other days, or end that first.",
                    field="from_on",
                )
        duty = Duty.objects.create(
            clinic=clinic, rung=rung, user=user, from_on=from_on, until_on=until_on
        )
        audit.record(
            by=by, verb="put somebody on duty", subject=duty, clinic=clinic, detail=_detail(duty)
        )
    return duty


def end_duty(*, duty: Duty, until_on: date, by: Actor) -> None:
    """Let a duty end on a day; one that would end before it began is taken off the rota."""
    with transaction.atomic():
        before = _detail(duty)
        if until_on < duty.from_on:
            if duty.from_on <= clock.today(duty.clinic):
                raise Refused("It began before that day.", field="until_on")
            audit.record(
                by=by, verb="took a duty off", subject=duty, clinic=duty.clinic, detail=before
            )
            duty.delete()
            return
        if duty.until_on is not None and until_on > duty.until_on:
            raise Refused("It ends before that day. Add another duty instead.", field="until_on")
        duty.until_on = until_on
        duty.save(update_fields=["until_on"])
        audit.record(
            by=by,
            verb="ended a duty",
            subject=duty,
            clinic=duty.clinic,
            detail={"before": before, "until": until_on.isoformat()},
        )


def set_out_of_hours(*, clinic: Clinic, text: str, by: Actor) -> Clinic:
    """Say what staff read beside an urgent alert outside the clinic's hours."""
    text = " ".join(text.split())
    if len(text) > 200:
        raise Refused("Write at most 200 characters.", field="text")
    telling = discreet.found(text, "en")
    if telling:
        raise Refused(
            f"It leaves by email, so it may not say “{telling[0]}”. Write it for any reader, "
            "such as: ring the doctor on call through the switchboard.",
            field="text",
        )
    with transaction.atomic():
        before = clinic.out_of_hours_text
        clinic.out_of_hours_text = text
        clinic.save(update_fields=["out_of_hours_text"])
        audit.record(
            by=by,
            verb="changed the text for out of hours",
            subject=clinic,
            clinic=clinic,
            detail={"before": before, "after": text},
        )
    return clinic


def _detail(duty: Duty) -> dict[str, str]:
    return {
        "rung": duty.rung,
        "user": duty.user.get_username(),
        "from": duty.from_on.isoformat(),
        "until": duty.until_on.isoformat() if duty.until_on else "",
    }
