"""Truth tables of the rules on reaching a person, and on check-ins."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pathways.rules.alert_states import Severity
from pathways.rules.findings import Verdict
from pathways.rules.lifecycles import Phase
from pathways.rules.person_facts import (
    Address,
    Answers,
    Asked,
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


@pytest.mark.parametrize(
    ("levels", "telling"),
    [
        ([NONE, NONE], []),
        ([W, D, D, NONE, W], [1, 2]),
        ([N, W, N], [1]),
        ([E, D, D, E], [0, 3]),
    ],
)
def test_the_answers_that_tell_are_those_of_the_most_urgent_level(
    levels: list[Level], telling: list[int]
) -> None:
    given = tuple(Answered(f"Q{at}", "yes", level) for at, level in enumerate(levels))
    assert judge(given).telling == tuple(given[at] for at in telling)


def test_not_sure_among_answers_that_lead_to_nothing_is_a_week() -> None:
    assert unsure([NONE, NONE]) is W
    assert unsure([]) is W


@pytest.mark.parametrize(
    ("levels", "wording"), [([D, W], "reason"), ([D, D], "reason_face_to_face")]
)
def test_two_answers_for_the_same_day_ask_to_be_seen_face_to_face(
    levels: list[Level], wording: str
) -> None:
    given = tuple(Answered(f"Q{at}", "yes", level) for at, level in enumerate(levels))
    finding = one("check-in", PersonFacts(today=DAY, check_ins=(Answers(9, NOW, given),)))
    assert finding.wording == wording
    assert finding.evidence == ("check-in:9",)
    assert finding.words["answers"].startswith("Q0 yes")
    assert finding.words["at"] == "2026-11-20 09:00"


@pytest.mark.parametrize(("extra", "kept"), [(0, 300), (1, 300)])
def test_long_answers_are_cut_at_what_an_alert_keeps(extra: int, kept: int) -> None:
    given = (Answered("Q", "y" * (298 + extra), E),)
    finding = one("check-in", PersonFacts(today=DAY, check_ins=(Answers(9, NOW, given),)))
    assert finding.words["answers"] == ("Q " + "y" * 299)[:kept]


@pytest.mark.parametrize(
    ("addresses", "evidence"),
    [
        ((), ("contact:none",)),
        ((email(verified=False), email(ref=7, consent=False)), ("contact:1", "contact:7")),
    ],
)
def test_no_way_to_reach_them_rests_on_the_addresses_there_are(
    addresses: tuple[Address, ...], evidence: tuple[str, ...]
) -> None:
    known = PersonFacts(today=DAY, pathway=ON, addresses=addresses)
    assert one("no-route", known).evidence == evidence


@pytest.mark.parametrize("code", ["address-bounced", "opted-out"])
def test_a_telephone_number_is_no_address_to_write_to(code: str) -> None:
    assert ask(code, PersonFacts(today=DAY, pathway=ON, addresses=(PHONE,))) == []


@pytest.mark.parametrize(("consent_on", "words"), [(ago(3), str(ago(3))), (None, "an unknown day")])
def test_a_stop_says_since_when(consent_on: date | None, words: str) -> None:
    stopped = email(consent=False, consent_on=consent_on)
    known = PersonFacts(today=DAY, pathway=ON, addresses=(stopped,))
    assert one("opted-out", known).words["on"] == words
