"""A day as people type it where the browser has no chooser for days."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms

from pathways.forms.base import Day


@pytest.mark.parametrize(
    "typed", ["2026-03-12", "12 Mar 2026", "12 March 2026", " 12 mar 2026 ", "2026-3-12"]
)
def test_a_day_that_can_be_read_one_way_is_taken(typed: str) -> None:
    assert Day().clean(typed) == date(2026, 3, 12)


@pytest.mark.parametrize(
    "typed",
    ["12/03/2026", "03/12/2026", "12.03.2026", "12-03-2026", "12/31/2026", "12/03/26", "26-03-12"],
)
def test_a_day_that_could_be_another_is_asked_about_and_never_guessed(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="12/03/2026 could be two days"):
        Day().clean(typed)


@pytest.mark.parametrize("typed", ["1899-12-31", "2200-01-01", "0206-03-12"])
def test_a_year_that_nobody_means_is_asked_about(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Check the year"):
        Day().clean(typed)
