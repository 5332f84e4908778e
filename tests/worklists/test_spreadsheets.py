"""No cell we write runs in a spreadsheet, and every cell reads back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.worklists.spreadsheets import quiet, spoken

RUNS = ("=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\tx", "\rx", "＝1", "＋1", "－1", "＠x")
WORDS = st.text(st.sampled_from("'=+-@＝ \t1a.,"), max_size=6)


@pytest.mark.parametrize(
    "cell", [*RUNS, "+44 20 7946 0101", "+442079460101", "-", "-1,5+2", "-0.5x"]
)
def test_what_would_run_is_led_by_an_apostrophe(cell: str) -> None:
    assert quiet(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    ["", "R01", "-0.5", "-0,5", "-12", "1e-3", "<0.1", "O'Neill", "'tis", "2026-11-21", "a=b"],
)
def test_what_would_not_run_stands_as_it_is(cell: str) -> None:
    assert quiet(cell) == cell
    assert spoken(cell) == cell


@pytest.mark.parametrize("cell", ["'=1", "''=1", "'-0.5", "' +1"])
def test_an_apostrophe_that_was_there_is_not_lost(cell: str) -> None:
    assert spoken(quiet(cell)) == cell


@given(WORDS | st.text(max_size=8))
def test_every_cell_reads_back_and_none_runs(cell: str) -> None:
    written = quiet(cell)
    assert spoken(written) == cell
    is_number = written.startswith("-") and written[1:2].isdigit()
    assert is_number or not written.lstrip().startswith(
        ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    )
