"""Results in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pathways.models import Observation
from pathways.rules.lifecycles import ResultStatus
from pathways.rules.observation_words import with_specimen
from pathways.worklists.panel import next_words
from pathways.worklists.result_words import label_of, result_row

DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("code", "specimen", "words"),
    [
        ("immunofixation-serum", "serum", "Immunofixation, serum"),
        ("immunofixation-urine", "urine", "Immunofixation, urine"),
        ("free-light-chains", "serum", "Serum free light chains (whole report)"),
        ("m-protein", "urine", "M-protein with immunofixation (whole report), urine"),
        ("kappa-free", "serum", "Kappa free light chains, serum"),
        ("kappa-free", "", "Kappa free light chains"),
    ],
)
def test_the_specimen_is_named_once(code: str, specimen: str, words: str) -> None:
    assert with_specimen(label_of(code), specimen) == words


@pytest.mark.parametrize(
    ("code", "value", "label"),
    [
        ("vegf", Decimal(700), "VEGF, specimen not recorded"),
        ("vegf", None, "VEGF"),
        ("tsh", Decimal(2), "TSH"),
    ],
)
def test_a_specimen_that_must_be_named_is_missed_aloud(
    code: str, value: Decimal | None, label: str
) -> None:
    row = Observation(code=code, performed_on=DAY, status=ResultStatus.FINAL, value=value)
    assert result_row(row, DAY).label == label


@pytest.mark.parametrize(
    ("value", "comparator", "low", "high", "words"),
    [
        ("129", "", "130", "170", ("Below the lab’s limit of 130", "")),
        ("130", "", "130", "170", ("", "within the lab’s limits of 130 to 170")),
        ("170", "", "130", "170", ("", "within the lab’s limits of 130 to 170")),
        ("171", "", "130", "170", ("Above the lab’s limit of 170", "")),
        ("131", "", None, "115", ("Above the lab’s limit of 115", "")),
        ("115", "", None, "115", ("", "within the lab’s limit of 115")),
        ("231", "", "232", None, ("Below the lab’s limit of 232", "")),
        ("232", "", "232", None, ("", "within the lab’s limit of 232")),
        ("129", "<", "130", "170", ("", "")),
        ("129", "", None, None, ("", "")),
    ],
)
def test_a_value_is_set_beside_both_limits_that_the_laboratory_printed(
    value: str, comparator: str, low: str | None, high: str | None, words: tuple[str, str]
) -> None:
    row = Observation(
        code="hemoglobin",
        performed_on=DAY,
        status=ResultStatus.FINAL,
        value=Decimal(value),
        comparator=comparator,
        reference_low=Decimal(low) if low else None,
        reference_high=Decimal(high) if high else None,
    )
    shown = result_row(row, DAY)
    assert (shown.late, shown.meaning) == words


@pytest.mark.parametrize(
    ("closed", "due_on", "words"),
    [
        (True, date(2027, 2, 20), "VEGF: closed, next due 20 Feb 2027."),
        (True, None, "VEGF: closed."),
        (False, date(2027, 2, 20), "VEGF: next due 20 Feb 2027."),
        (False, None, "VEGF: no day is planned."),
    ],
)
def test_an_entry_that_moves_a_screening_never_says_it_did_not_count(
    closed: bool, due_on: date | None, words: str
) -> None:
    assert next_words("VEGF", closed=closed, awaited=False, due_on=due_on, day=DAY) == words


@pytest.mark.parametrize(
    ("code", "unit", "said"),
    [
        ("vegf", "pg/mL", "700 pg/mL"),
        ("vegf", "", "700 (no unit recorded)"),
        ("free-ratio", "1", "700"),
        ("onls", "", "700"),
    ],
)
def test_a_value_says_its_unit_or_that_none_was_recorded(code: str, unit: str, said: str) -> None:
    row = Observation(
        code=code, performed_on=DAY, status=ResultStatus.FINAL, value=Decimal(700), unit=unit
    )
    assert result_row(row, DAY).said == said


def test_an_awaited_sample_has_no_unit_to_miss() -> None:
    row = Observation(code="vegf", performed_on=DAY, status=ResultStatus.COLLECTED)
    assert (result_row(row, DAY).said, result_row(row, DAY).unit) == ("awaited", "")
