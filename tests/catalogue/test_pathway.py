"""The POEMS pathway as it is published: phases, intervals, owners, and what each rests on."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.catalogue import Remind, find_analyte, load_analytes, load_pathway
from pathways.rules.dates import Interval
from pathways.rules.lifecycles import PHASE_LABELS, Phase
from pathways.rules.recurrence import AnchorMode, Floors, History, Performed, occurrence

PATHWAY = load_pathway()
DEFINITIONS = PATHWAY.definitions
PAIRS = [(entry.code, entry.phase) for entry in DEFINITIONS]


def rule_of(code: str, phase: str):
    definition = PATHWAY.definition(code, phase)
    assert definition is not None, f"{code} in {phase} is missing"
    return definition.rule


def test_the_five_phases_stand_in_order_with_the_labels_of_the_rest_of_the_product() -> None:
    assert [(entry.key, entry.label) for entry in PATHWAY.phases] == list(PHASE_LABELS.items())


def test_every_screening_of_the_issue_is_there() -> None:
    assert {entry.code for entry in DEFINITIONS} == {
        "neuro-exam", "vegf", "cbc", "metabolic-panel", "m-protein", "free-light-chains",
        "endocrine-panel", "glucose-hba1c", "vitamin-b12-d", "ncs-emg", "lung-function", "echo",
        "eye-exam", "pet-ct", "ct-bone-organs", "skin-organ-exam", "hematology-review",
        "endocrine-review", "thrombosis-review", "pre-cycle-record", "day-100-review",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "phase", "opens", "due", "grace", "min_gap"),
    [
        ("neuro-exam", "remission", "3 months", "6 months", 0, 60),
        ("neuro-exam", "active-treatment", "3 months", "3 months", 14, 42),
        ("neuro-exam", "post-transplant", "3 months", "3 months", 14, 42),
        ("neuro-exam", "relapse", "3 months", "3 months", 14, 42),
        ("vegf", "active-treatment", "3 months", "3 months", 14, 42),
        ("vegf", "post-transplant", "3 months", "3 months", 14, 42),
        ("vegf", "remission", "6 months", "6 months", 14, 60),
        ("vegf", "relapse", "3 months", "3 months", 14, 10),
        ("m-protein", "active-treatment", "3 months", "3 months", 14, 42),
        ("cbc", "remission", "3 months", "6 months", 0, 60),
        ("vitamin-b12-d", "remission", "12 months", "12 months", 30, 90),
        ("eye-exam", "remission", "12 months", "12 months", 30, 90),
    ],
)
def test_the_interval_is_the_agreed_one(
    code: str, phase: str, opens: str, due: str, grace: int, min_gap: int
) -> None:
    rule = rule_of(code, phase)
    assert rule.opens_after == Interval.parse(opens)
    assert rule.due_after == Interval.parse(due)
    assert (rule.soon_days, rule.grace_days, rule.min_gap_days) == (14, grace, min_gap)


def test_a_vegf_result_is_expected_within_21_days() -> None:
    assert rule_of("vegf", "active-treatment").expected_days == 21


def test_work_up_items_are_owed_once_and_look_90_days_back() -> None:
    work_up = [entry.rule for entry in DEFINITIONS if entry.phase is Phase.WORK_UP]
    assert len(work_up) == 19
    assert {(rule.kind, rule.lookback_days) for rule in work_up} == {("once", 90)}


@pytest.mark.parametrize(
    ("code", "phase"),
    [
        ("free-light-chains", "active-treatment"),
        ("free-light-chains", "remission"),
        ("ncs-emg", "remission"),
        ("lung-function", "active-treatment"),
        ("lung-function", "remission"),
        ("echo", "active-treatment"),
        ("echo", "remission"),
        ("eye-exam", "active-treatment"),
        ("pet-ct", "active-treatment"),
        ("pet-ct", "remission"),
        ("endocrine-review", "relapse"),
    ],
)
def test_a_conditional_cell_is_off_until_a_clinician_asks(code: str, phase: str) -> None:
    definition = PATHWAY.definition(code, phase)
    assert definition is not None
    assert definition.rule.kind == "on_request"
    assert definition.default_on is False


def test_only_conditional_cells_are_off_by_default() -> None:
    assert all(entry.default_on == (entry.rule.kind != "on_request") for entry in DEFINITIONS)


def test_what_belongs_before_each_cycle_counts_from_the_cycle() -> None:
    of_a_cycle = {e.code for e in DEFINITIONS if e.rule.anchor_mode is AnchorMode.CYCLE}
    assert of_a_cycle == {"pre-cycle-record", "cbc", "metabolic-panel", "thrombosis-review"}
    assert {e.phase for e in DEFINITIONS if e.rule.anchor_mode is AnchorMode.CYCLE} == {
        Phase.ACTIVE_TREATMENT
    }


def test_day_100_counts_from_the_transplant_as_case_r55_says() -> None:
    definition = PATHWAY.definition("day-100-review", "post-transplant")
    assert definition is not None
    assert definition.fixed_anchor == "transplant"
    transplant_on = date(2026, 8, 3)
    found = occurrence(
        definition.rule,
        History((), Floors(transplant_on, transplant_on), baseline_on=transplant_on),
    )
    assert found is not None
    assert (found.opens_on, found.due_on, found.overdue_from) == (
        date(2026, 11, 11),
        date(2026, 11, 11),
        date(2026, 11, 22),
    )


def test_the_neurological_exam_in_remission_follows_cases_r07_and_r08() -> None:
    since = date(2025, 1, 1)
    history = History((Performed(date(2026, 5, 20)),), Floors(since, since))
    found = occurrence(rule_of("neuro-exam", "remission"), history)
    assert found is not None
    assert (found.opens_on, found.due_on, found.overdue_from) == (
        date(2026, 8, 20),
        date(2026, 11, 20),
        date(2026, 11, 21),
    )


@pytest.mark.parametrize("definition", DEFINITIONS, ids=[f"{c}-{p}" for c, p in PAIRS])
def test_every_definition_names_a_document_and_a_passage(definition) -> None:
    assert definition.sources
    assert all(source.document and source.section for source in definition.sources)


def test_the_documents_own_intervals_are_not_marked_as_proposed() -> None:
    vegf = PATHWAY.definition("vegf", "active-treatment")
    neuro = PATHWAY.definition("neuro-exam", "remission")
    assert vegf is not None
    assert neuro is not None
    assert not {"opens_after", "due_after"} & {*vegf.proposed, *neuro.proposed}
    assert "Frequently Asked Questions, item 12" in {s.section for s in vegf.sources}
    assert "Prevention Strategies, item 2" in {s.section for s in neuro.sources}


def test_a_definition_with_a_number_of_our_own_is_not_signed() -> None:
    assert [entry.code for entry in DEFINITIONS if entry.signed] == []


@pytest.mark.parametrize(
    "code",
    ["thrombosis-review", "pre-cycle-record", "cbc", "metabolic-panel", "m-protein",
     "free-light-chains", "endocrine-panel", "glucose-hba1c", "vitamin-b12-d"],
)  # fmt: skip
def test_what_shares_a_visit_never_mails_a_patient(code: str) -> None:
    assert {e.remind for e in DEFINITIONS if e.code == code} == {Remind.STAFF}


def test_what_a_patient_reads_names_no_test_drug_or_department() -> None:
    telling = ("vegf", "blood", "nerve", "scan", "test", "hematolog", "neuro", "drug", "exam")
    for definition in DEFINITIONS:
        words = definition.plain_label.lower()
        assert not [word for word in telling if word in words], definition.code


def test_whom_it_reminds_needs_a_visit_of_some_length() -> None:
    assert all(e.minutes > 0 for e in DEFINITIONS if e.remind is Remind.PATIENT)


def test_a_result_under_its_own_code_satisfies_every_screening() -> None:
    assert all(entry.code in entry.satisfied_any for entry in DEFINITIONS)
    assert all(find_analyte(entry.code) for entry in DEFINITIONS)


def test_electrophoresis_without_immunofixation_is_not_enough() -> None:
    definition = PATHWAY.definition("m-protein", "active-treatment")
    assert definition is not None
    assert "spep" not in definition.satisfied_any
    assert set(definition.satisfied_all) == {"spep", "immunofixation-serum"}


def test_vegf_keeps_plasma_and_serum_apart_under_its_verified_code() -> None:
    vegf = load_analytes()["vegf"]
    assert (vegf.unit, vegf.loinc, vegf.specimens) == ("pg/mL", "34694-0", ("plasma", "serum"))


@pytest.mark.parametrize("code", ["hba1c", "creatinine", "glucose", "neutrophils", "cortisol"])
def test_a_loinc_code_that_nobody_verified_is_left_out(code: str) -> None:
    assert load_analytes()[code].loinc == ""


def test_the_product_data_is_read_once() -> None:
    assert load_pathway() is PATHWAY
