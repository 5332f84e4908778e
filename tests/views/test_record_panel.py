"""A panel of results entered on one screen: judged row by row, kept whole, written at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from pathways import clock
from pathways.models import Observation, Screening, User
from tests import people
from tests.views.entering import ANC, HB, PLT, SHARED, D, panel_of, recorded, send, typed
from tests.views.house import House, signed_in


def test_the_panel_that_is_due_first_is_offered_with_its_units(house: House, nurse: User) -> None:
    answer = signed_in(nurse).get(reverse("record-panel", args=[house.patient.pk]))
    first = (
        Screening.objects.open()
        .filter(patient=house.patient, code__in=[code for code, _, _ in answer.context["panels"]])
        .exclude(due_on=None)
        .order_by("due_on", "id")
        .first()
    )
    assert answer.context["panel"].code == first.code
    rows = signed_in(nurse).get(panel_of(house)).context["rows"]
    assert rows[0]["unit"].value() == "g/L"


def test_units_and_laboratory_are_those_of_the_person_s_last_results(
    house: House, nurse: User
) -> None:
    send(house, nurse, HB)
    answer = signed_in(nurse).get(panel_of(house))
    assert answer.context["rows"][0]["unit"].value() == "g/dL"
    assert answer.context["form"]["lab"].value() == "Central"


def test_a_panel_is_recorded_at_once_as_received_and_in_our_units(
    house: House, nurse: User
) -> None:
    answer = send(house, nurse, HB, PLT, ANC, {"code": "lymphocytes", "value": ""}, **SHARED)
    body = answer.content.decode()
    closed = "Complete blood count with differential: closed, next due"
    assert f"Recorded 3 results. {closed}" in body  # the three of them are what it asks for
    hb = recorded(house).get(code="hemoglobin")
    assert (hb.value, hb.unit, hb.canonical_value) == (D("13.2"), "g/dL", D(132))
    assert (hb.reference_low, hb.reference_high, hb.specimen) == (D(13), D(17), "blood")
    assert (hb.lab, hb.method, hb.recorded_by) == ("Central", "XN", "marit")
    assert hb.collected_at is not None
    anc = recorded(house).get(code="neutrophils")
    assert (anc.comparator, anc.value) == ("<", D("0.1"))


TSH = {"code": "tsh", "value": "11", "unit": "mU/L"}


T4 = {"code": "free-t4", "value": "9", "unit": "pmol/L"}


@pytest.mark.parametrize(
    ("rows", "shared", "told"),
    [
        ((TSH, T4), {}, "Recorded 2 results. Endocrine panel: closed, next due"),
        ((TSH,), {}, "Recorded 1 result. No screening closed by it."),
        ((TSH,), {"whole": "yes"}, "Recorded 2 results. Endocrine panel: closed, next due"),
    ],
)
def test_saving_says_which_screening_closed_and_what_is_next_due(
    house: House, nurse: User, rows: Any, shared: dict[str, str], told: str
) -> None:
    body = send(house, nurse, *rows, panel="endocrine-panel", **shared).content.decode()
    assert told in body, body.partition('id="toasts"')[2][:500]


def test_an_unlikely_value_is_asked_about_on_the_same_page_and_all_is_kept(
    house: House, nurse: User
) -> None:
    wrong = HB | {"value": "132"}
    answer = send(house, nurse, wrong, PLT, **SHARED)
    body = answer.content.decode()
    assert "<title>Error: Enter results" in body
    assert "Hemoglobin 132 g/dL: is it g/L?" in body
    assert "Keep Hemoglobin as printed, because" in body
    assert 'value="680"' in body
    assert not recorded(house).exists()
    send(house, nurse, wrong | {"doubt": "so printed"}, PLT, **SHARED)
    assert recorded(house).get(code="hemoglobin").doubt == "so printed"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"value": "1,320"}, "could be a fraction or a number above a thousand"),
        ({"value": "high"}, "is not a number"),
        ({"unit": "mmol/kg"}, "Hemoglobin 13.2 mmol/kg: not one of its units (g/L, g/dL)"),
        ({"low": "x"}, "is not a number"),
        ({"low": "17", "high": "13"}, "The lower limit 17 lies above the upper limit 13. Exchange"),
        ({"code": ""}, "Say what was measured"),
    ],
)
def test_what_will_not_do_is_told_at_its_row_and_nothing_is_half_written(
    house: House, nurse: User, row: dict[str, str], told: str
) -> None:
    body = send(house, nurse, HB | row, PLT).content.decode()
    assert told in body
    assert 'value="680"' in body
    assert not recorded(house).exists()


def test_the_same_analyte_twice_is_refused(house: House, nurse: User) -> None:
    body = send(house, nurse, HB, HB | {"value": "12.9"}).content.decode()
    assert "Stands in another row already" in body
    assert not recorded(house).exists()


def test_a_day_in_the_future_is_told_on_the_day(house: House, nurse: User) -> None:
    tomorrow = clock.today(house.patient.clinic) + timedelta(days=1)
    answer = send(house, nurse, HB, performed_on=tomorrow.isoformat())
    assert "lies in the future" in answer.context["form"].errors["performed_on"][0]
    assert not recorded(house).exists()


def test_an_empty_panel_says_so(house: House, nurse: User) -> None:
    assert b"Nothing is entered yet" in send(house, nurse).content


def test_a_second_value_for_the_sample_is_asked_about_and_taken_with_a_reason(
    house: House, nurse: User
) -> None:
    send(house, nurse, HB)
    body = send(house, nurse, HB | {"value": "12.9"}).content.decode()
    assert "This sample has a final value already: 13.2 g/dL (recorded by Marit Okafor)" in body
    assert 'id="id_reason"' in body
    send(house, nurse, HB | {"value": "12.9"}, reason="misread")
    row = recorded(house).get(code="hemoglobin")
    assert (row.value, row.reason) == (D("12.9"), "misread")


def test_a_collected_panel_is_awaited_and_takes_no_values(house: House, nurse: User) -> None:
    body = send(house, nurse, HB, status="collected").content.decode()
    assert "A sample that is only collected has no values yet" in body
    body = send(house, nurse, status="collected", panel="endocrine-panel").content.decode()
    assert "Endocrine panel: the result is awaited." in body


def test_vegf_is_never_recorded_by_hand_without_its_specimen(house: House, nurse: User) -> None:
    vegf = {"code": "vegf", "value": "131", "unit": "pg/mL"}
    body = send(house, nurse, vegf).content.decode()
    assert "Say whether VEGF was measured in plasma or serum" in body
    send(house, nurse, vegf, specimen="plasma")
    assert Observation.objects.current().filter(code="vegf", specimen="plasma").exists()


def test_another_way_of_writing_a_laboratory_does_not_split_the_series(
    house: House, nurse: User
) -> None:
    send(house, nurse, HB)
    send(house, nurse, PLT, lab=" CENTRAL ")
    assert set(recorded(house).values_list("lab", flat=True)) == {"Central"}


def test_who_may_enter_is_enforced_for_each_analyte(
    house: House, nurse: User, coordinator: User
) -> None:
    mrc = {"code": "mrc-sum-60", "value": "58"}
    body = send(house, coordinator, mrc).content.decode()
    assert "not one of the available choices" in body or "not entered in your role" in body
    assert not recorded(house).exists()
    send(house, nurse, mrc)
    assert recorded(house).get().value == D(58)


def test_pasted_lines_fill_the_rows_and_what_is_not_understood_stays(
    house: House, nurse: User
) -> None:
    text = "Hb 13,2 g/dL (13,0-17,0)\nTSH <0.01 mIU/L\nZinc 11"
    data = typed(house, {"code": "hemoglobin"}, {"code": "platelets", "value": "680"}, paste=text)
    answer = signed_in(nurse).post(panel_of(house), data | {"read": "yes"})
    rows = {row["code"].value(): row["value"].value() for row in answer.context["rows"]}
    assert rows == {"hemoglobin": "13.2", "platelets": "680", "tsh": "<0.01"}
    assert answer.context["form"]["paste"].value() == "Zinc 11"
    assert b"begins with no name of an analyte" in answer.content
    assert not recorded(house).exists()


def read_in(house: House, nurse: User, text: str, panel: str, **shared: str) -> Any:
    """Paste a text into an empty panel, and return the page that is drawn."""
    data = typed(house, paste=text, panel=panel, **shared)
    return signed_in(nurse).post(panel_of(house, panel), data | {"read": "yes"})


def test_a_lone_l_is_asked_about_and_never_lost(house: House, nurse: User) -> None:
    answer = read_in(house, nurse, "FVC 3.1 L", "lung-function")
    (row,) = [row for row in answer.context["rows"] if row["code"].value() == "fvc"]
    assert (row["value"].value(), row["unit"].value()) == ("3.1", "L")
    body = send(house, nurse, dict(row.initial), panel="lung-function").content.decode()
    assert "percent of predicted 3.1 L: not one of its units (%). Correct it" in body
    assert not recorded(house).exists()


def test_a_pasted_ratio_misses_no_unit(house: House, nurse: User) -> None:
    answer = read_in(house, nurse, "FLC ratio 1.2", "free-light-chains")
    (row,) = [row for row in answer.context["rows"] if row["code"].value() == "free-ratio"]
    send(house, nurse, dict(row.initial), panel="free-light-chains")
    address = reverse("patient-results", args=[house.patient.pk])
    body = signed_in(nurse).get(f"{address}?code=free-ratio").content.decode()
    assert recorded(house).get().unit == "1"
    assert "No unit recorded" not in body


def test_a_pasted_specimen_is_that_of_the_screen(house: House, nurse: User) -> None:
    text = "VEGF (plasma) 740 pg/mL\nTSH (serum) 2 mIU/L\nIFE (serum): IgA lambda"
    answer = read_in(house, nurse, text, "m-protein")
    assert answer.context["form"]["specimen"].value() == "plasma"
    filled = {row["code"].value(): row["value"].value() for row in answer.context["rows"]}
    assert filled == {"vegf": "740", "immunofixation-serum": "IgA lambda"}
    assert b"names serum, and this screen is of plasma. Enter it by itself" in answer.content
    assert answer.context["form"]["paste"].value() == "TSH (serum) 2 mIU/L"


def test_a_pasted_specimen_does_not_change_the_one_chosen(house: House, nurse: User) -> None:
    answer = read_in(house, nurse, "VEGF (plasma) 740 pg/mL", "m-protein", specimen="serum")
    assert answer.context["form"]["specimen"].value() == "serum"
    assert b"names plasma, and this screen is of serum" in answer.content


def test_a_second_pasted_value_of_an_analyte_replaces_none(house: House, nurse: User) -> None:
    text = "Neutrophils 2.1 G/L\nNeut 45 %\nPLT 150 G/L"
    data = typed(house, {"code": "platelets", "value": "680"}, paste=text)
    answer = signed_in(nurse).post(panel_of(house), data | {"read": "yes"})
    rows = [(row["code"].value(), row["value"].value()) for row in answer.context["rows"]]
    assert rows == [
        ("platelets", "680"),
        ("neutrophils", "2.1"),
        ("neutrophils", "45"),
        ("platelets", "150"),
    ]


def test_a_specimen_left_as_usual_is_that_of_the_person_s_last_result(
    house: House, nurse: User
) -> None:
    creatinine = {"code": "creatinine", "value": "88", "unit": "umol/L"}
    earlier = (clock.today(house.patient.clinic) - timedelta(days=28)).isoformat()
    send(house, nurse, creatinine, panel="metabolic-panel", specimen="serum", performed_on=earlier)
    send(house, nurse, creatinine, panel="metabolic-panel", specimen="")
    assert [row.specimen for row in recorded(house).filter(code="creatinine")] == ["serum"] * 2


def test_a_value_that_another_unit_brings_near_the_last_one_is_asked_about(
    house: House, nurse: User
) -> None:
    day = clock.today(house.patient.clinic)
    people.record(
        house.patient,
        "spep",
        day - timedelta(days=90),
        value=D("2.8"),
        unit="g/L",
        specimen="serum",
    )
    row = {"code": "spep", "value": "2.6", "unit": "g/dL"}
    shared = {"panel": "m-protein", "specimen": "serum"}
    body = send(house, nurse, row, **shared).content.decode()
    assert "M-protein by serum electrophoresis 2.6 g/dL, after 2.8 g/L of" in body
    assert "Keep M-protein by serum electrophoresis as printed, because" in body
    assert recorded(house).count() == 1
    send(house, nurse, row | {"doubt": "a new lab"}, **shared)
    kept = recorded(house).get(performed_on=day, code="spep")
    assert (kept.value, kept.doubt) == (D("2.6"), "a new lab")


def test_a_reason_typed_where_nothing_was_asked_is_not_kept(house: House, nurse: User) -> None:
    send(house, nurse, HB | {"doubt": "so printed"}, **SHARED)
    assert recorded(house).get(code="hemoglobin").doubt == ""


def test_a_number_of_rows_that_nobody_typed_breaks_nothing(house: House, nurse: User) -> None:
    sent = {"read": "1", "paste": "VEGF 1", "rows-TOTAL_FORMS": "9" * 5000}
    assert signed_in(nurse).post(panel_of(house, "cbc"), sent).status_code == 200
