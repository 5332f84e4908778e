"""Results in words."""

from __future__ import annotations

import pytest

from pathways.worklists.result_words import label_of, with_specimen


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
