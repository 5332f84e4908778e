"""What the head of every page says: sending stopped or late, and how many alerts wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from pathways.models import Clinic, SendingControl, Sweep
from pathways.rules.due_phrase import short_date
from pathways.worklists.alert_inbox import asking_for_an_answer

LATE_AFTER = timedelta(minutes=5)
PLANNING, SENDING = "plan", "send"


@dataclass(frozen=True, slots=True)
class Signs:
    """When each sweep last ended, what keeps mail from leaving, and the alerts that wait."""

    planned_at: datetime | None
    sent_at: datetime | None
    stopped_at: datetime | None
    stopped_reason: str
    breaker_until: datetime | None
    to_answer: int = 0

    @property
    def last_sweep_at(self) -> datetime | None:
        """When the slower of the two sweeps last ended; None if one never did."""
        if self.planned_at is None or self.sent_at is None:
            return None
        return min(self.planned_at, self.sent_at)


def read_signs(clinic: Clinic | None = None, now: datetime | None = None) -> Signs:
    """Return the signs of life; one question to the database, answered even by empty tables.

    Every page asks it, so the number of a clinic's alerts to answer comes with it.
    """
    one = SendingControl.objects.filter(pk=1)
    clinics = Clinic.objects.filter(pk=clinic.pk) if clinic else Clinic.objects.all()
    row = (
        clinics.annotate(
            planned=_finished(PLANNING),
            sent=_finished(SENDING),
            halt=Subquery(one.values("stopped_at")),
            halt_reason=Subquery(one.values("stopped_reason")),
            breaker=Subquery(one.values("breaker_until")),
            alerts=_alerts(clinic, now),
        )
        .order_by()
        .values_list("planned", "sent", "halt", "halt_reason", "breaker", "alerts")
        .first()
    )
    planned, sent, halt, reason, breaker, alerts = row or (None,) * 6
    return Signs(planned, sent, halt, reason or "", breaker, alerts or 0)


def _alerts(clinic: Clinic | None, now: datetime | None) -> Coalesce | Value:
    if clinic is None or now is None:
        return Value(0)
    rows = asking_for_an_answer(clinic.pk, now).order_by().values("clinic_id")
    return Coalesce(Subquery(rows.annotate(number=Count("*")).values("number")), 0)


def _finished(name: str) -> Subquery:
    rows: QuerySet[Sweep] = Sweep.objects.filter(name=name)
    return Subquery(rows.values("finished_at")[:1])


def sending_notice(clinic: Clinic, now: datetime, signs: Signs | None = None) -> str:
    """Return what is wrong with sending, as one sentence with what follows, or an empty text.

    An installation where no sweep has run is told so too: silence must never look like health.
    """
    signs = signs or read_signs()
    zone = ZoneInfo(clinic.time_zone)
    if signs.stopped_at is not None:
        because = f": {signs.stopped_reason}" if signs.stopped_reason else ""
        return f"Sending stopped {_moment(signs.stopped_at, now, zone)}{because}. Nothing leaves."
    if clinic.sending_paused_at is not None:
        since = _moment(clinic.sending_paused_at, now, zone)
        return f"Sending is paused for this clinic {since}. A coordinator can start it again."
    if clinic.release_needed_since is not None:
        return "Mail waits for a coordinator’s release after a large import. See Post."
    if signs.breaker_until is not None and signs.breaker_until > now:
        return "The mail server refuses us. Sending waits and tries again by itself; see Post."
    last = signs.last_sweep_at
    if last is None:
        return "No sweep has run yet: reminders are neither planned nor sent. Start the workers."
    if now - last > LATE_AFTER:
        return f"The last sweep was {ago(last, now)} ago: reminders may be late. Calls do not wait."
    return ""


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago that was: minutes, then hours, then days."""
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
    hours = minutes // 60
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def _moment(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    local, today = then.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"at {local:%H:%M}"
    return f"on {short_date(local.date(), today)} at {local:%H:%M}"
