"""The call that some rules ask for beside their alert: once while it is owed."""

from __future__ import annotations

from collections.abc import Sequence

from pathways import clock
from pathways.catalogue import load_alert_rules
from pathways.models import Alert, Clinic, WorkItem
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import WorkItemKind
from pathways.services import work_items
from pathways.services.actors import Actor
from pathways.services.work_items import Deed

NO_ROUTE = "no-route"

# The call that another service opens for the same reason, so that it is owed once.
_CALLS = {
    NO_ROUTE: "no way to reach:{0}",
    "address-bounced": "patient:{0}:address",
    "opted-out": "{1}",  # an address is stopped by whose it is: the patient's or a carer's
    "reminders-unanswered": "not booked:{0}",
}


def open_for(clinic: Clinic, raised: Sequence[Alert], *, by: Actor) -> None:
    """Open the calls that these alerts ask for.

    That no address serves is said by the call about the address itself, where one is owed.
    """
    asking = [alert for alert in raised if load_alert_rules()[alert.rule].call]
    _open(clinic, [alert for alert in asking if alert.rule != NO_ROUTE], by)
    _open(clinic, _not_asked_about([alert for alert in asking if alert.rule == NO_ROUTE]), by)


def _open(clinic: Clinic, alerts: Sequence[Alert], by: Actor) -> None:
    entries = load_alert_rules()
    work_items.open_all(
        (
            Deed(
                kind=WorkItemKind.CALL,
                subject=_CALLS[alert.rule].format(alert.patient_id, alert.subject),
                summary=entries[alert.rule].call[:200],
                clinic=clinic,
                due_on=clock.today(clinic),
                patient=alert.patient,
                owed_while=OwedWhile.NOT_ON_HOLD,
            )
            for alert in alerts
        ),
        by=by,
    )


def _not_asked_about(alerts: Sequence[Alert]) -> list[Alert]:
    """Return the alerts of people about whom no open call asks how to reach them."""
    if not alerts:
        return []
    owed = WorkItem.objects.open().about_reaching()
    people = owed.filter(patient__in=[alert.patient_id for alert in alerts])
    asked = set(people.values_list("patient_id", flat=True))
    return [alert for alert in alerts if alert.patient_id not in asked]
