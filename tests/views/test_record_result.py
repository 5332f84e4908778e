"""One result entered alone, and a later word about a sample."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from pathways import clock
from pathways.models import Observation, User
from pathways.rules.lifecycles import ResultStatus
from tests import people
from tests.views.entering import HB, SHARED, D, recorded, send
from tests.views.house import House, signed_in


def test_a_correction_starts_from_what_stands(house: House, nurse: User) -> None:
    send(house, nurse, HB, **SHARED)
    row = recorded(house).get()
    address = f"{reverse('record-result', args=[house.patient.pk])}?sample={row.pk}"
    form = signed_in(nurse).get(address).context["form"]
    assert form["value"].value() == "13.2"
    assert not form["reason"].is_hidden
    assert form["doubt"].is_hidden


def test_a_final_result_of_which_only_the_day_is_typed_is_asked_about(
    house: House, nurse: User
) -> None:
    address = reverse("record-result", args=[house.patient.pk])
    today = clock.today(house.patient.clinic).isoformat()
    words = {"code": "tsh", "status": "final", "performed_on": today, "specimen": "serum"}
    answer = signed_in(nurse).post(address, words, follow=True)
    assert "is final, but no value is given" in answer.content.decode()
    assert not recorded(house).filter(code="tsh").exists()
    signed_in(nurse).post(address, words | {"doubt": "Named in a letter"}, follow=True)
    row = recorded(house).get(code="tsh")
    assert (row.value, row.doubt) == (None, "Named in a letter")
    page = signed_in(nurse).get(reverse("patient-results", args=[house.patient.pk]))
    assert "no value recorded" in page.content.decode()


def test_an_exam_that_was_done_needs_no_value(house: House, nurse: User) -> None:
    address = reverse("record-result", args=[house.patient.pk])
    today = clock.today(house.patient.clinic).isoformat()
    words = {"code": "pet-ct", "status": "final", "performed_on": today}
    signed_in(nurse).post(address, words, follow=True)
    assert recorded(house).get(code="pet-ct").value_text == ""


def later_word(house: House, user: User, row: Observation, **changed: str) -> Any:
    """Open the form on a sample as it stands, and send it with some words changed."""
    address = f"{reverse('record-result', args=[house.patient.pk])}?sample={row.pk}"
    form = signed_in(user).get(address).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value()}
    return signed_in(user).post(address, typed | changed, follow=True)


def test_a_day_put_right_moves_the_result_and_says_why(house: House, nurse: User) -> None:
    send(house, nurse, HB)
    row = recorded(house).get()
    right = row.performed_on - timedelta(days=1)
    words = {"performed_on": right.isoformat()}
    answer = later_word(house, nurse, row, **words)
    assert "Say why it is corrected" in answer.content.decode()
    assert recorded(house).get() == row
    later_word(house, nurse, row, **words, reason="The wrong day was read")
    moved = recorded(house).get()
    assert (moved.performed_on, moved.value, moved.reason) == (
        right,
        row.value,
        "The wrong day was read",
    )
    page = signed_in(nurse).get(reverse("result", args=[house.patient.pk, moved.pk]))
    assert [word.stands for word in page.context["result"].words] == [True, False]
    assert page.context["result"].words[1].named.endswith("blood, Central")


def test_the_result_of_an_awaited_sample_may_name_the_laboratory_for_the_first_time(
    house: House, nurse: User
) -> None:
    today = clock.today(house.patient.clinic)
    sample = people.record(house.patient, "cortisol", today, status=ResultStatus.COLLECTED)
    words = {"status": "final", "value": "400", "unit": "nmol/L", "specimen": "serum"}
    later_word(house, nurse, sample, **words, lab="Central")
    row = recorded(house).get(code="cortisol")
    assert (row.status, row.value, row.lab, row.specimen) == ("final", D(400), "Central", "serum")


def test_a_later_word_is_about_the_same_analyte_and_takes_no_other_sample_s_place(
    house: House, nurse: User
) -> None:
    send(house, nurse, HB)
    first = recorded(house).get()
    other = first.performed_on - timedelta(days=1)
    send(house, nurse, HB, performed_on=other.isoformat())
    answer = later_word(house, nurse, first, performed_on=other.isoformat(), reason="slip")
    assert "Another record stands for a sample of that day" in answer.content.decode()
    answer = later_word(house, nurse, first, code="platelets", unit="10*9/L", reason="slip")
    assert "A later word is about the same analyte" in answer.content.decode()
    assert recorded(house).count() == 2


def test_one_result_is_judged_like_a_panel(house: House, nurse: User) -> None:
    address = reverse("record-result", args=[house.patient.pk])
    day = clock.today(house.patient.clinic).isoformat()
    sent = {
        "code": "hemoglobin",
        "status": "final",
        "performed_on": day,
        "value": "132",
        "unit": "g/dL",
    }
    answer = signed_in(nurse).post(address, sent)
    assert "is it g/L?" in answer.context["form"].errors["doubt"][0]
    assert not answer.context["form"]["doubt"].is_hidden
    signed_in(nurse).post(address, sent | {"doubt": "so printed"})
    assert recorded(house).get().doubt == "so printed"


def test_limits_that_cross_are_told_and_nothing_is_recorded(house: House, nurse: User) -> None:
    address = reverse("record-result", args=[house.patient.pk])
    limits = {"reference_low": "170", "reference_high": "130"}
    day = clock.today(house.patient.clinic).isoformat()
    sent = {"code": "hemoglobin", "status": "final", "performed_on": day, "value": "140"}
    answer = signed_in(nurse).post(address, sent | {"unit": "g/L"} | limits)
    (told,) = answer.context["form"].errors["reference_low"]
    assert told.startswith("The lower limit 170 lies above the upper limit 130.")
    assert not recorded(house).exists()
