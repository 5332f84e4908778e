"""Deeds done through the pages: what is refused keeps what was typed; what is done says so."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.urls import reverse

from pathways import clock
from pathways.models import (
    Appointment,
    AuditEvent,
    Observation,
    Screening,
    ScreeningDecision,
    User,
    WorkItem,
)
from pathways.rules.lifecycles import AppointmentState, EnrolmentState, ResultStatus
from pathways.services import appointments, calendar
from pathways.services.actors import Actor
from tests import people
from tests.views.house import House, signed_in


def test_a_booking_without_a_day_keeps_everything_typed(house: House, nurse: User) -> None:
    address = reverse("book", args=[house.patient.pk])
    typed = {"codes": ["cbc"], "at": "10:40", "minutes": "35", "place": "Desk <2>"}
    body = signed_in(nurse).post(address, typed).content.decode()
    assert "<title>Error: Book" in body
    assert 'value="10:40"' in body
    assert 'value="35"' in body
    assert 'value="Desk &lt;2&gt;"' in body
    assert 'class="error-summary"' in body
    assert "Day: Enter a day" in body


def test_each_line_of_the_error_summary_leads_to_its_field(house: House, nurse: User) -> None:
    address = reverse("book", args=[house.patient.pk])
    body = signed_in(nurse).post(address, {}).content.decode()
    summary = body.partition('class="error-summary"')[2].partition("</ul>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 4
    assert all(f'id="{target}"' in body for target in targets)


def working_day(house: House, days: int) -> date:
    """A day about which the booking form asks nothing, this many days from now or soon after."""
    clinic = house.patient.clinic
    return calendar.of(clinic).next_working_day(clock.today(clinic) + timedelta(days=days))


def test_a_booking_is_made_and_no_due_date_changes(house: House, nurse: User) -> None:
    before = dict(Screening.objects.open().values_list("code", "due_on"))
    day = working_day(house, 30)
    answer = signed_in(nurse).post(
        reverse("book", args=[house.patient.pk]),
        {"codes": ["m-protein"], "on": day.isoformat(), "at": "10:40", "minutes": "35"},
        follow=True,
    )
    assert b"No due date changed" in answer.content
    assert Appointment.objects.filter(patient=house.patient, on=day).exists()
    assert dict(Screening.objects.open().values_list("code", "due_on")) == before


def test_a_refusal_of_the_service_stands_on_its_field(house: House, nurse: User) -> None:
    yesterday = clock.today(house.patient.clinic) - timedelta(days=1)
    answer = signed_in(nurse).post(
        reverse("postpone", args=[house.patient.pk, house.screening.pk]),
        {"until_on": yesterday.isoformat(), "reason": "abroad", "seen": _seen(house, nurse)},
    )
    assert answer.context["form"].errors["until_on"] == ["Choose a day after today."]
    assert b'value="abroad"' in answer.content


def _seen(house: House, user: User) -> str:
    address = reverse("postpone", args=[house.patient.pk, house.screening.pk])
    return str(signed_in(user).get(address).context["seen"])


def test_a_stale_move_shows_who_moved_it_and_keeps_the_text(
    house: House, nurse: User, coordinator: User
) -> None:
    address = reverse("visit-move", args=[house.patient.pk, house.visit.pk])
    seen = signed_in(nurse).get(address).context["seen"]
    other_day = house.visit.starts_at + timedelta(days=2)
    appointments.move(appointment=house.visit, starts_at=other_day, by=Actor.person(coordinator))
    wanted = working_day(house, 40)
    typed = {"on": wanted.isoformat(), "at": "11:11", "minutes": "40", "seen": seen}
    answer = signed_in(nurse).post(address, typed)
    body = answer.content.decode()
    assert "Ines Duarte" in body
    assert "Your text is kept" in body
    assert 'value="11:11"' in body
    house.visit.refresh_from_db()
    assert house.visit.starts_at == other_day
    signed_in(nurse).post(address, {**typed, "keep": "yes"})
    house.visit.refresh_from_db()
    assert house.visit.on == wanted


def test_a_result_typed_with_a_comma_and_a_sign_is_understood(house: House, nurse: User) -> None:
    today = clock.today(house.patient.clinic)
    signed_in(nurse).post(
        reverse("record-result", args=[house.patient.pk]),
        {
            "code": "vegf",
            "status": "final",
            "performed_on": today.isoformat(),
            "value": "<0,5",
            "unit": "pg/mL",
            "specimen": "plasma",
        },
    )
    row = Observation.objects.current().get(patient=house.patient, performed_on=today)
    assert (row.comparator, float(row.value), row.value_text) == ("<", 0.5, "<0,5")
    assert Screening.objects.open().get(patient=house.patient, code="vegf").due_on > today


def test_a_value_that_is_no_number_is_refused_and_kept(house: House, nurse: User) -> None:
    today = clock.today(house.patient.clinic)
    answer = signed_in(nurse).post(
        reverse("record-result", args=[house.patient.pk]),
        {"code": "vegf", "status": "final", "performed_on": today.isoformat(), "value": "13l"},
    )
    assert b'value="13l"' in answer.content
    assert b"is not a number. Write it as 1250, 12.5 or &lt;0.05" in answer.content
    assert not Observation.objects.filter(performed_on=today).exists()


def test_a_result_in_the_future_is_refused_on_its_field(house: House, nurse: User) -> None:
    later = clock.today(house.patient.clinic) + timedelta(days=1)
    answer = signed_in(nurse).post(
        reverse("record-result", args=[house.patient.pk]),
        {"code": "vegf", "status": "final", "performed_on": later.isoformat()},
    )
    assert "performed_on" in answer.context["form"].errors


def test_only_a_physician_may_count_an_early_result(
    house: House, nurse: User, hematologist: User
) -> None:
    address = reverse("record-result", args=[house.patient.pk])
    assert b"counts_early" not in signed_in(nurse).get(address).content
    assert b"counts_early" in signed_in(hematologist).get(address).content


def test_a_result_is_taken_back_with_a_reason(house: House, nurse: User) -> None:
    address = reverse("result-in-error", args=[house.patient.pk, house.result.pk])
    client = signed_in(nurse)
    seen = client.get(address).context["seen"]
    client.post(address, {"reason": "wrong person", "seen": seen})
    current = Observation.objects.current().get(patient=house.patient, code="vegf")
    assert current.status == ResultStatus.ENTERED_IN_ERROR


def test_somebody_comes_to_a_visit(house: House, nurse: User) -> None:
    Appointment.objects.filter(pk=house.visit.pk).update(
        on=clock.today(house.patient.clinic), starts_at=clock.now() - timedelta(minutes=5)
    )
    address = reverse("visit-attended", args=[house.patient.pk, house.visit.pk])
    client = signed_in(nurse)
    seen = client.get(address).context["seen"]
    client.post(address, {"seen": seen})
    house.visit.refresh_from_db()
    assert house.visit.state == AppointmentState.ATTENDED


def test_a_deed_is_closed_with_its_outcome(house: House, nurse: User) -> None:
    address = reverse("work-done", args=[house.item.pk])
    client = signed_in(nurse)
    seen = client.get(address).context["seen"]
    refused = client.post(address, {"outcome": "", "seen": seen})
    assert b"Say what came of it" in refused.content
    client.post(address, {"outcome": "agreed to come", "seen": seen})
    assert WorkItem.objects.get(pk=house.item.pk).outcome == "agreed to come"


def test_a_hold_and_a_resume_come_from_the_page(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    today = clock.today(house.patient.clinic)
    address = reverse("hold", args=[house.patient.pk])
    seen = client.get(address).context["seen"]
    review = today + timedelta(days=30)
    typed = {"from_on": today, "review_on": review, "reason": "abroad", "seen": seen}
    client.post(address, typed)
    enrolment = house.patient.enrolments.get()
    assert enrolment.state == EnrolmentState.ON_HOLD
    address = reverse("resume", args=[house.patient.pk])
    seen = client.get(address).context["seen"]
    client.post(address, {"on": today, "seen": seen})
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ACTIVE


def test_a_death_is_asked_twice_and_then_stops_everything(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    today = clock.today(house.patient.clinic)
    address = reverse("death", args=[house.patient.pk])
    seen = client.get(address).context["seen"]
    client.post(address, {"died_on": today, "seen": seen})
    house.patient.refresh_from_db()
    assert house.patient.died_on is None
    client.post(address, {"died_on": today, "sure": "on", "seen": seen})
    page = client.get(reverse("patient", args=[house.patient.pk])).content.decode()
    assert "banner deceased" in page
    assert "Book…" not in page


def test_a_decision_to_be_taken_back_is_shown_with_whose_it_is(house: House, nurse: User) -> None:
    ScreeningDecision.objects.filter(pk=house.decision.pk).update(decided_by="marit")
    address = reverse("take-back", args=[house.patient.pk, house.decision.pk])
    line = signed_in(nurse).get(address).context["line"]
    assert line == "postponed: in hospital (Marit Okafor)"


def test_a_waiting_email_is_held_and_says_by_whom(house: House, nurse: User) -> None:
    client = signed_in(nurse)
    address = reverse("letter-hold", args=[house.message.pk])
    seen = client.get(address).context["seen"]
    client.post(address, {"reason": "she rang", "seen": seen})
    house.message.refresh_from_db()
    assert house.message.state == "withheld"
    assert house.message.reason == "held by Marit Okafor: she rang"


def test_a_coordinator_stops_and_starts_the_clinics_mail(house: House, coordinator: User) -> None:
    client = signed_in(coordinator)
    client.post(reverse("post-pause"), {"reason": "wrong import"})
    assert b"Sending is paused for this clinic" in client.get(reverse("due-list")).content
    client.post(reverse("post-resume"), {})
    house.patient.clinic.refresh_from_db()
    assert house.patient.clinic.sending_paused_at is None


def test_opening_a_person_is_written_down(house: House, auditor: User) -> None:
    signed_in(auditor).get(reverse("patient", args=[house.patient.pk]))
    event = AuditEvent.objects.get(verb="opened the page", patient=house.patient)
    assert event.user == auditor


def test_the_auditor_sees_no_button_that_changes_anything(house: House, auditor: User) -> None:
    page = signed_in(auditor).get(reverse("patient", args=[house.patient.pk])).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "…</a>" not in main
    assert "<form" not in main


def test_a_name_with_markup_is_written_out(house: House, nurse: User) -> None:
    person = people.make_patient(
        house.patient.clinic, family_name="<script>alert(1)</script>", mrn="X-1"
    )
    body = signed_in(nurse).get(reverse("patient", args=[person.pk])).content.decode()
    assert "<script>alert" not in body.lower()


def test_the_transplant_day_typed_on_the_page_is_written_down(house: House, nurse: User) -> None:
    address = reverse("transplant", args=[house.patient.pk])
    client = signed_in(nurse)
    seen = client.get(address).context["seen"]
    day = clock.today(house.patient.clinic) - timedelta(days=20)
    answer = client.post(address, {"on": day.isoformat(), "seen": seen}, follow=True)
    assert b"Transplant day 0 is" in answer.content
    enrolment = house.patient.enrolments.get()
    assert enrolment.transplant_on == day
