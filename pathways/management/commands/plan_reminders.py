"""Plan reminders now: the same sweep that the timetable rings every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from pathways import clock
from pathways.management.commands._doors import PARTLY, Door, clinic_named, day_of
from pathways.services import reminders
from pathways.services.actors import Actor


class Command(Door):
    """Plan what one clinic, or every clinic, needs on a day and the next; safe to repeat."""

    help = (
        "Plan the reminders that fall due on a day and the next one. Safe to repeat: nothing is "
        "planned twice. Exit code 1 if somebody could not be planned."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the clinic and the day; both may be left out."""
        parser.add_argument("--clinic", metavar="CODE", help="only this clinic; default: all")
        parser.add_argument("--on", metavar="DATE", help="as of this day; default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sweep and say what it did, clinic by clinic."""
        by = Actor.system("command:plan_reminders")
        day = day_of(options["on"], "--on") if options["on"] else None
        with self.refusals():
            if options["clinic"]:
                clinic = clinic_named(options["clinic"])
                on = day or clock.today(clinic)
                reports = [reminders.plan(clinic=clinic, day=on, by=by)]
            else:
                reports = reminders.plan_all(by=by, day=day)
        if not reports:
            self.stdout.write("There is no clinic to plan for.")
        for report in reports:
            self._tell(report)
        if any(report.failed for report in reports):
            raise SystemExit(PARTLY)

    def _tell(self, report: reminders.PlanReport) -> None:
        self.stdout.write(
            f"{report.clinic}, {report.day}: {report.messages} invitations with {report.planned} "
            f"reminders ({report.caught_up} caught up), {report.visits} for visits tomorrow, "
            f"{report.guidance} notes on when to call; {report.calls} calls for staff, "
            f"{report.unreachable} people without a usable address."
        )
        for version in report.unsigned:
            self.stderr.write(
                f"{report.clinic}: {version} is not signed here, so nobody on it gets mail. "
                f"Sign it with sign_pathway --clinic {report.clinic}."
            )
        if report.failed:
            self.stderr.write(f"{report.clinic}: {report.failed} could not be planned.")
