"""Truth tables of the rules on reaching a person, on check-ins, and on the machinery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pathways.rules import alerts
from pathways.rules.alert_states import Severity
from pathways.rules.findings import Verdict
from pathways.rules.lifecycles import Phase
from pathways.rules.person_facts import (
    Address,
    Answers,
    Asked,
    ClinicFacts,
    Event,
    OnPathway,
    PersonFacts,
)
from pathways.rules.triage import Answered, Level, judge, unsure
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ago, ask, one

ON = OnPathway(1, True, Phase.REMISSION, ago(10), 3)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def email(**more: Any) -> Address:
    values: dict[str, Any] = {
        "ref": 1,
        "is_email": True,
        "verified": True,
        "suspended_on": None,
        "suspended_reason": "",
        "consent": True,
        "consent_on": ago(90),
    }
    return Address(**(values | more))


PHONE = email(ref=2, is_email=False, verified=False, consent=None)


@pytest.mark.parametrize(
    ("sentence", "addresses", "verdict"),
    [
        ("nothing at all", (), RAISE),
        ("an address that may be written to", (email(),), NOT_MET),
        ("an address nobody confirmed", (email(verified=False),), RAISE),
        ("an address that came back", (email(suspended_on=ago(1)),), RAISE),
        ("an address they stopped", (email(consent=False),), RAISE),
        ("only a telephone number", (PHONE,), NOT_MET),
    ],
)
def test_no_way_to_reach_them(
    sentence: str, addresses: tuple[Address, ...], verdict: Verdict
) -> None:
    known = PersonFacts(today=DAY, pathway=ON, addresses=addresses)
    assert one("no-route", known).verdict is verdict


@pytest.mark.parametrize(("of_carer", "who"), [(True, "The carer"), (False, "The person")])
def test_a_stop_names_who_stopped(of_carer: bool, who: str) -> None:
    known = PersonFacts(today=DAY, pathway=ON, addresses=(email(consent=False, of_carer=of_carer),))
    assert one("opted-out", known).words["who"] == who


def test_nobody_off_the_pathway_is_looked_for() -> None:
    for code in ("no-route", "address-bounced", "opted-out"):
        assert ask(code, PersonFacts(today=DAY, addresses=(email(consent=False),))) == []


@pytest.mark.parametrize(
    ("code", "address", "verdict"),
    [
        ("address-bounced", email(suspended_on=ago(1), suspended_reason="550"), RAISE),
        ("address-bounced", email(), NOT_MET),
        ("opted-out", email(consent=False), RAISE),
        ("opted-out", email(), NOT_MET),
        ("opted-out", email(consent=None), CANNOT),
    ],
)
def test_what_became_of_an_address(code: str, address: Address, verdict: Verdict) -> None:
    known = PersonFacts(today=DAY, pathway=ON, addresses=(address,))
    assert one(code, known).verdict is verdict


@pytest.mark.parametrize(
    ("reminders", "answered", "verdict"),
    [(3, False, RAISE), (2, False, NOT_MET), (3, True, NOT_MET)],
)
def test_three_reminders_unanswered(reminders: int, answered: bool, verdict: Verdict) -> None:
    asked = Asked(5, "VEGF", ago(20), reminders, ago(2), answered)
    assert one("reminders-unanswered", PersonFacts(today=DAY, asked=(asked,))).verdict is verdict


E, D, W, N, NONE = (
    Level.EMERGENCY,
    Level.SAME_DAY,
    Level.WEEK,
    Level.NEXT_VISIT,
    Level.NONE,
)


@pytest.mark.parametrize(
    ("sentence", "levels", "severity", "face_to_face"),
    [
        ("all no", [NONE, NONE], None, False),
        ("nothing answered", [], None, False),
        ("the most urgent wins", [N, W, E, D], Severity.EMERGENCY, False),
        ("one D", [D, W], Severity.SAME_DAY, False),
        ("two D", [D, D], Severity.SAME_DAY, True),
        ("two D and an E", [D, D, E], Severity.EMERGENCY, False),
        ("W", [W, N, NONE], Severity.WITHIN_7_DAYS, False),
        ("N", [N, NONE], Severity.NEXT_VISIT, False),
    ],
)
def test_the_most_urgent_answer_decides(
    sentence: str, levels: list[Level], severity: Severity | None, face_to_face: bool
) -> None:
    given = tuple(Answered(f"Q{at}", "yes", level) for at, level in enumerate(levels))
    judged = judge(given)
    assert (judged.severity, judged.face_to_face) == (severity, face_to_face)
    known = PersonFacts(today=DAY, check_ins=(Answers(9, NOW, given),))
    finding = one("check-in", known)
    assert finding.verdict is (RAISE if severity else NOT_MET)
    assert finding.severity == severity


@pytest.mark.parametrize(
    ("levels", "answer"),
    [([NONE, W, E], W), ([NONE, D, E], D), ([NONE, N, D], W), ([NONE, E], D)],
)
def test_not_sure_is_a_week_or_the_day_where_the_least_yes_is_the_day(
    levels: list[Level], answer: Level
) -> None:
    assert unsure(levels) is answer


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
