"""Lines about alerts: that one was raised, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pathways.models import Alert
from pathways.rules.alert_states import AlertEventKind, AlertState
from pathways.worklists.timeline.moment import Moment, Pen


def alert_lines(pen: Pen, alerts: Iterable[Alert]) -> Iterator[Moment]:
    """Yield a line for each alert and each of its events, the raising itself told once."""
    for alert in alerts:
        name = f"Alert, {alert.severity}: {alert.title}"
        if alert.state == AlertState.ENTERED_IN_ERROR:
            line = pen.at(alert.raised_at, "entered in error")
            yield Moment(line.kind, line.at, line.when, line.sentence, struck=name)
        else:
            yield pen.at(alert.raised_at, f"{name}. {alert.reason}")
        for event in alert.events.all():
            if event.kind == AlertEventKind.RAISED:
                continue
            words = f": {event.words.rstrip('.')}" if event.words else ""
            until = f", until {pen.at(event.until, '').when}" if event.until else ""
            yield pen.at(event.at, f"Alert {event.kind}{until}{words}. {alert.title}", event.actor)
