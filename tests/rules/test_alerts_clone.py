"""What a report of a clone says, and what the rule says of two of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pathways.rules.alerts_clone import is_found
from pathways.rules.findings import Verdict
from pathways.rules.person_facts import PersonFacts, Said
from tests.rules.alerting import CANNOT, DAY, NOT_MET, RAISE, ago, ask, one


def said(text: str = "", value: str | None = None, comparator: str = "", **more: Any) -> Said:
    values = {"ref": 1, "code": "spep", "on": DAY} | more
    number = Decimal(value) if value is not None else None
    return Said(text=text, value=number, comparator=comparator, **values)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Not detected", False),
        ("negative", False),
        ("  Negative ", False),
        ("None", False),
        ("Absent", False),
        ("No M-protein", False),
        ("no M spike", False),
        ("No monoclonal band", False),
        ("Not found", False),
        ("Undetectable", False),
        ("Detected", True),
        ("  POSITIVE", True),
        ("present", True),
        ("Found", True),
        ("IgA lambda", True),
        ("Monoclonal IgG", True),
        ("free kappa", True),
        ("lambda light chain", True),
        ("Band of lambda, not quantified", None),
        ("kappa band without IgG", None),
        ("No material received", None),
        ("No measurement, IgA lambda known", None),
        ("Haemolysed", None),
        ("lambdoid", None),
        ("", None),
    ],
)
def test_words_that_are_not_known_are_never_read_as_negative(text: str, found: bool | None) -> None:
    assert is_found(said(text)) is found


@pytest.mark.parametrize(
    ("value", "comparator", "found"),
    [
        ("0", "", False),
        ("0.01", "", True),
        ("0.05", "<", False),
        ("0.05", "<=", False),
        ("0.05", ">", True),
        ("0.05", ">=", True),
        (None, "", None),
    ],
)
def test_a_number_above_nought_is_found_and_one_only_bounded_from_above_is_not(
    value: str | None, comparator: str, found: bool | None
) -> None:
    assert is_found(said("", value, comparator)) is found


def test_the_words_decide_before_the_number_does() -> None:
    assert is_found(said("Negative", "0.1")) is False
    assert is_found(said("Present", "0")) is True


def test_reports_are_told_in_the_order_of_their_days_whatever_order_they_came_in() -> None:
    negative, positive = said("negative", on=ago(50), ref=9), said("positive", ref=2)
    for order in ((negative, positive), (positive, negative)):
        finding = one("clone-after-negative", PersonFacts(today=DAY, said=order))
        assert finding.evidence == ("observation:2", "observation:9")
        assert (finding.words["on"], finding.words["before_on"]) == (str(DAY), str(ago(50)))


def test_of_two_reports_of_one_day_the_one_recorded_last_is_the_latest() -> None:
    negative, positive = said("negative", ref=1), said("positive", ref=2)
    for order in ((negative, positive), (positive, negative)):
        known = PersonFacts(today=DAY, said=order)
        assert one("clone-after-negative", known).verdict is RAISE


def test_each_test_is_compared_with_itself_alone() -> None:
    known = PersonFacts(
        today=DAY,
        said=(
            said("negative", on=ago(50), code="spep"),
            said("positive", code="immunofixation-serum", ref=2),
            said("IgA lambda", code="upep", ref=3),
        ),
    )
    found = ask("clone-after-negative", known)
    assert [each.verdict for each in found] == [NOT_MET, CANNOT]


@pytest.mark.parametrize(
    ("latest", "text"),
    [
        (said("IgA lambda", "0.30"), "IgA lambda"),
        (said("", "0.30"), "0.3"),
        (said("present " + "x" * 52), "present " + "x" * 52),
        (said("present " + "x" * 53), "present " + "x" * 52),
    ],
    ids=["words before a number", "a number", "sixty signs", "sixty-one signs"],
)
def test_the_report_is_quoted_in_sixty_signs(latest: Said, text: str) -> None:
    before = said("negative", on=ago(50), ref=9)
    finding = one("clone-after-negative", PersonFacts(today=DAY, said=(before, latest)))
    assert finding.words["text"] == text


@pytest.mark.parametrize(
    ("sentence", "code", "words", "verdict"),
    [
        (
            "positive after negative",
            "immunofixation-serum",
            ["negative", "positive IgA lambda"],
            RAISE,
        ),
        ("positive after positive", "immunofixation-serum", ["positive", "positive"], NOT_MET),
        ("a band named by its chain", "immunofixation-serum", ["negative", "IgA lambda"], RAISE),
        ("a chain denied", "immunofixation-serum", ["negative", "no IgA lambda band"], CANNOT),
        ("negative after positive", "immunofixation-serum", ["positive", "negative"], NOT_MET),
        ("found after not detected", "immunofixation-urine", ["Not detected", "Detected"], RAISE),
        ("the first report", "immunofixation-serum", ["positive"], CANNOT),
        ("words that are not known", "immunofixation-serum", ["negative", "see letter"], CANNOT),
        (
            "the one before in unknown words",
            "immunofixation-serum",
            ["see letter", "positive"],
            CANNOT,
        ),
        ("an M-protein after none", "spep", ["0", "1.2"], RAISE),
        ("a bound is no M-protein", "spep", ["0", "<1"], NOT_MET),
        ("an M-protein after a bound", "spep", ["<1", "1.2"], RAISE),
        ("an M-protein after an M-protein", "spep", ["1.0", "1.2"], NOT_MET),
    ],
)
def test_a_clone_found_after_a_negative_report(
    sentence: str, code: str, words: list[str], verdict: Verdict
) -> None:
    reports = []
    for place, word in enumerate(words):
        number = word.lstrip("<").replace(".", "").isdigit()
        reports.append(
            Said(
                place + 1,
                code,
                ago(50 - place),
                "" if number else word,
                Decimal(word.lstrip("<")) if number else None,
                "<" if word.startswith("<") else "",
            )
        )
    assert (
        one("clone-after-negative", PersonFacts(today=DAY, said=tuple(reports))).verdict is verdict
    )
