"""Truth tables of the rules on the clinic's own machinery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pathways.rules import alerts
from pathways.rules.findings import Verdict
from pathways.rules.person_facts import ClinicFacts, Event
from tests.rules.alerting import CANNOT, NOT_MET, RAISE, one

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def sweeps(minutes: float | None, every: int = 1) -> ClinicFacts:
    at = NOW - timedelta(minutes=minutes) if minutes is not None else None
    return ClinicFacts(now=NOW, sweeps=(("send", at, every),))


@pytest.mark.parametrize(
    ("sentence", "known", "verdict"),
    [
        ("15 minutes ago", sweeps(15), RAISE),
        ("14.9 minutes ago", sweeps(14.9), NOT_MET),
        ("an hourly one, three hours ago", sweeps(180, 60), RAISE),
        ("an hourly one, two hours ago", sweeps(120, 60), NOT_MET),
        ("it has never run", sweeps(None), CANNOT),
    ],
)
def test_a_sweep_that_is_late(sentence: str, known: ClinicFacts, verdict: Verdict) -> None:
    assert one("sweep-late", known).verdict is verdict


@pytest.mark.parametrize(
    ("code", "known", "verdict"),
    [
        ("sending-paused", ClinicFacts(now=NOW), NOT_MET),
        ("sending-paused", ClinicFacts(now=NOW, paused_since=NOW), RAISE),
        ("sending-paused", ClinicFacts(now=NOW, stopped_since=NOW), RAISE),
        ("messages-set-aside", ClinicFacts(now=NOW), NOT_MET),
        ("messages-set-aside", ClinicFacts(now=NOW, quarantined=(4,)), RAISE),
    ],
)
def test_what_keeps_email_back(code: str, known: ClinicFacts, verdict: Verdict) -> None:
    assert one(code, known).verdict is verdict


@pytest.mark.parametrize(
    ("sentence", "code", "what"),
    [
        ("a rule broke off: there is no case in which that may pass", "rule-failed", "vegf"),
        ("nobody can be asked: the same", "nobody-in-the-chain", "chain"),
    ],
)
def test_what_the_alert_system_tells_of_itself_is_always_raised(
    sentence: str, code: str, what: str
) -> None:
    finding = alerts.RULES[code].decide(Event(what, "It broke off.", NOW), {})
    assert finding.verdict is RAISE


@pytest.mark.parametrize(
    ("paused", "stopped", "wording", "since"),
    [
        (NOW, None, "reason", NOW),
        (None, NOW, "reason_stopped", NOW),
        (NOW, NOW - timedelta(days=1), "reason_stopped", NOW - timedelta(days=1)),
    ],
)
def test_a_stop_of_everything_is_said_before_a_pause_of_the_clinic(
    paused: datetime | None, stopped: datetime | None, wording: str, since: datetime
) -> None:
    known = ClinicFacts(now=NOW, paused_since=paused, stopped_since=stopped)
    finding = one("sending-paused", known)
    assert (finding.wording, finding.evidence) == (wording, (f"sending:{since.isoformat()}",))
    assert finding.words["at"] == f"{since:%Y-%m-%d %H:%M}"


def test_messages_set_aside_rest_on_the_newest_so_that_another_is_new_evidence() -> None:
    finding = one("messages-set-aside", ClinicFacts(now=NOW, quarantined=(4, 9, 7)))
    assert (finding.evidence, finding.words["count"]) == (("message:9",), "3")


def test_a_sweep_that_is_late_rests_on_when_it_last_ended() -> None:
    at = NOW - timedelta(hours=1)
    finding = one("sweep-late", ClinicFacts(now=NOW, sweeps=(("s" * 200, at, 1),)))
    assert finding.evidence == (f"sweep:{'s' * 200}"[:120],)


def test_what_is_told_of_itself_is_named_by_its_day_and_says_what_broke() -> None:
    finding = alerts.RULES["rule-failed"].decide(Event("v" * 200, "It broke off.", NOW), {})
    assert finding.subject == "v" * 120
    assert finding.evidence == (f"{'v' * 200}:2026-11-20",)
    assert finding.words == {"detail": "It broke off."}
