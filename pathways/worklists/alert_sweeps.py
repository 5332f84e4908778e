"""Whether the sweeps behind the alerts ran: an empty list must never mean that nobody looked."""

from __future__ import annotations

from datetime import datetime, timedelta

from pathways.models import Sweep
from pathways.worklists.notices import ago

# What passes alerts on, every minute, and what looks for what time alone brings, every hour.
PASSING_ON, LOOKING = "escalate", "failsafe"
LATE_AFTER = {PASSING_ON: timedelta(minutes=5), LOOKING: timedelta(hours=3)}
_WORDS = {
    PASSING_ON: "Alerts that nobody answers are not passed on",
    LOOKING: "What time alone brings, such as a cycle that did not begin, is not looked for",
}


def late_sweep(now: datetime) -> str:
    """Return what is not happening and since when, or an empty text; one question."""
    finished = dict(Sweep.objects.filter(name__in=LATE_AFTER).values_list("name", "finished_at"))
    for name, allowed in LATE_AFTER.items():
        ended = finished.get(name)
        if ended is None:
            return f"{_WORDS[name]}: that sweep has not run yet. Start the workers."
        if now - ended > allowed:
            return f"{_WORDS[name]}: the last sweep was {ago(ended, now)} ago."
    return ""
