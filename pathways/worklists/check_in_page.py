"""One check-in as it was given: the answers that led to something first, then all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pathways.models import Alert, CheckIn
from pathways.models.authors import authors_of
from pathways.rules.alert_states import Severity
from pathways.rules.alert_words import moment
from pathways.rules.dates import zone
from pathways.rules.triage import ORDER, SEVERITY, Level
from pathways.worklists.alert_rows import AlertRow, alert_row


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, in the words it was given in."""

    question: str
    answer: str
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class CheckInPage:
    """What was said, and what follows."""

    check_in: CheckIn
    recorded_by: str
    when: str
    answers: tuple[Given, ...]
    severity: Severity | None
    alert: AlertRow | None

    @property
    def emergency(self) -> bool:
        """Whether an answer stands on the list of what cannot wait."""
        return self.severity is Severity.EMERGENCY

    @property
    def same_day(self) -> bool:
        """Whether an answer asks for somebody today."""
        return self.severity is Severity.SAME_DAY


def check_in_page(check_in: CheckIn, alert: Alert | None, now: datetime) -> CheckInPage:
    """Return a check-in with the most urgent answers first; the caller has read its alert."""
    given = sorted(check_in.answers.values(), key=lambda each: ORDER.index(Level(each["level"])))
    authors = authors_of(check_in.clinic_id)
    return CheckInPage(
        check_in=check_in,
        recorded_by=authors.named(check_in.recorded_by),
        when=moment(check_in.answered_at, now, zone(check_in.clinic.time_zone)),
        answers=tuple(
            Given(each["question"], each["answer"], SEVERITY.get(Level(each["level"])))
            for each in given
        ),
        severity=Severity(check_in.severity) if check_in.severity else None,
        alert=alert_row(alert, now, authors) if alert is not None else None,
    )
