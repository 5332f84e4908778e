"""The planner's sweep: from what is due to the rows of the outbox, however often it runs.

It plans for the day asked about and the next one, so that tomorrow's post can be read today; each
message still leaves at its own hour. Running it again changes nothing.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from pathways import clock
from pathways.models import Clinic
from pathways.rules.reminders import PROPOSED, ReminderRule
from pathways.services import (
    announcements,
    audit,
    calendar,
    guidance_mail,
    halving,
    reminder_candidates,
    reminder_follow_ups,
    sending_control,
)
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.reminder_batch import Batch

log = logging.getLogger(__name__)

PEOPLE_A_BATCH = 2000
SWEEP = "plan"


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What one sweep of one clinic found and wrote."""

    clinic: str
    day: date
    planned: int = 0  # reminders written
    messages: int = 0  # invitations, each carrying one or more reminders
    caught_up: int = 0  # of the reminders, the ones late from the start
    unreachable: int = 0  # people whom no address serves
    visits: int = 0  # "tomorrow" mails
    guidance: int = 0  # "when to call" mails
    calls: int = 0  # work items opened
    failed: int = 0  # people the planner could not read; each has a work item
    unsigned: tuple[str, ...] = ()  # versions in use that nobody signed here: no mail for them


def plan_all(*, by: Actor, day: date | None = None) -> list[PlanReport]:
    """Plan for every clinic; one that cannot be planned does not stop the others.

    Refused while the clocks of the machine and of the database disagree.
    """
    if trouble := sending_control.clocks_disagree(SWEEP):
        raise Refused(f"Nothing is planned. {trouble}")
    with sending_control.sweeping(SWEEP) as done:
        reports = _plan_clinics(by, day)
        done.count = sum(report.messages + report.visits + report.guidance for report in reports)
        if any(report.failed for report in reports):
            done.trouble = "some people could not be planned"
    return reports


def _plan_clinics(by: Actor, day: date | None) -> list[PlanReport]:
    reports = []
    for clinic in Clinic.objects.order_by("pk"):
        try:
            reports.append(plan(clinic=clinic, day=day or clock.today(clinic), by=by))
        except Exception as error:
            # The name of the error only: a database's own words can hold a patient's.
            log.error("Planning failed for clinic %s: %s.", clinic.code, type(error).__name__)
            today = day or clock.now().date()
            reports.append(PlanReport(clinic=clinic.code, day=today, failed=1))
    return reports


def plan(*, clinic: Clinic, day: date, by: Actor, rule: ReminderRule = PROPOSED) -> PlanReport:
    """Write every reminder of the clinic that falls due on that day or the next, once."""
    covered = reminder_candidates.signed(clinic, day)
    batch = Batch(
        clinic=clinic,
        days=calendar.of(clinic),
        covered=covered,
        day=day,
        horizon=day + timedelta(days=1),
        rule=rule,
        by=by,
    )
    ids = reminder_candidates.people(clinic, covered, day, batch.horizon, rule)
    for start in range(0, len(ids), PEOPLE_A_BATCH):
        some = ids[start : start + PEOPLE_A_BATCH]
        halving.run(batch.run, some, alone=partial(_poisonous, batch))
    calls = reminder_follow_ups.open_calls(
        clinic=clinic, covered=covered, day=day, days=batch.days, rule=rule, by=by
    )
    visits = announcements.plan_tomorrow(clinic=clinic, day=day, days=batch.days, by=by)
    guidance = guidance_mail.plan(clinic=clinic, day=day, days=batch.days, by=by)
    counts = batch.counts
    report = PlanReport(
        clinic=clinic.code,
        day=day,
        planned=counts["planned"],
        messages=counts["messages"],
        caught_up=counts["caught_up"],
        unreachable=counts["unreachable"],
        visits=visits,
        guidance=guidance,
        calls=counts["calls"] + calls,
        failed=counts["failed"],
        unsigned=covered.unsigned,
    )
    if report.messages or report.visits or report.guidance:
        audit.record(
            by=by,
            verb="planned reminders",
            subject=clinic,
            clinic=clinic,
            detail={
                "day": day.isoformat(),
                "messages": report.messages + report.visits + report.guidance,
                "reminders": report.planned,
            },
        )
    return report


def _poisonous(batch: Batch, patient_id: uuid.UUID) -> None:
    batch.counts["failed"] += 1
    halving.tell(clinic=batch.clinic, patient_id=patient_id, day=batch.day, by=batch.by)
