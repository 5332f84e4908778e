"""The pages behind the links in mail: birth date first, one button, and nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from pathways.messaging import discreet, tokens
from pathways.messaging.tokens import LinkPurpose
from pathways.models import (
    Appointment,
    AuditEvent,
    Clinic,
    Consent,
    ContactPoint,
    GatePause,
    Message,
    Patient,
    Reply,
    User,
    WorkItem,
)
from pathways.rules.lifecycles import LifeStatus, WorkItemKind
from pathways.services import letters, replies
from tests import people
from tests.views.answering import (
    BORN,
    WRONG,
    Visitor,
    headline,
    link,
    make_message,
    one_click,
    text_of,
    title,
)

CALL, STOP, WHEN = LinkPurpose.CALL, LinkPurpose.STOP, LinkPurpose.WHEN


@pytest.fixture(autouse=True)
def _saturday(at: Callable[[str], None]) -> None:
    at("2026-11-21 10:30")


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    """Maya, born on 14 March 1968, whose number ends in 34."""
    return people.make_patient(clinic, phone="020 7946 0034")


@pytest.fixture
def message(patient: Patient) -> Message:
    """An invitation that reached her."""
    return make_message(patient)


def everything() -> tuple[int, ...]:
    """How many rows of each kind an answer could write."""
    return tuple(
        model.objects.count() for model in (Reply, Consent, WorkItem, AuditEvent, GatePause)
    )


# Opening a link


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_opening_a_link_asks_for_the_birth_date(message: Message, purpose: LinkPurpose) -> None:
    response = Visitor(link(message, purpose)).open()
    assert response.status_code == 200
    assert headline(response) == "First, your birth date"


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_carers_link_asks_for_the_patients_birth_date(
    message: Message, purpose: LinkPurpose
) -> None:
    ContactPoint.objects.filter(pk=message.contact_point_id).update(holder=ContactPoint.CARER)
    visitor = Visitor(link(message, purpose))
    assert headline(visitor.open()) == "First, the patient’s birth date"
    assert (
        headline(visitor.give(BORN))
        == {
            CALL: "Which number may we call?",  # the number on record is the patient's
            STOP: "Stop these emails?",
            WHEN: "When to call, and who",
        }[purpose]
    )


def test_a_carer_who_stops_reads_that_the_patients_mail_goes_on(message: Message) -> None:
    ContactPoint.objects.filter(pk=message.contact_point_id).update(holder=ContactPoint.CARER)
    visitor = Visitor(link(message, STOP))
    assert "The patient’s own emails, visits and care go on." in text_of(visitor.give(BORN))
    assert headline(visitor.press("stop")) == "The emails to you have stopped"


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_scanner_that_opens_every_link_changes_nothing(
    message: Message, purpose: LinkPurpose, method: str
) -> None:
    before = everything()
    getattr(Client(), method)(link(message, purpose))
    getattr(Client(), method)(link(message, purpose), {**BORN, "answer": "stop"})
    getattr(Client(), method)(one_click(message))
    assert everything() == before


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_page_says_no_more_than_the_clinic(message: Message, purpose: LinkPurpose) -> None:
    response = Visitor(link(message, purpose)).open()
    assert title(response) == "Northgate Clinic"
    assert "020 7946 0180" in text_of(response)
    assert "999" in text_of(response)
    assert "Maya" not in response.content.decode()


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_page_is_kept_nowhere_and_leaves_no_cookie(
    message: Message, purpose: LinkPurpose
) -> None:
    for response in (Visitor(link(message, purpose)).open(), Visitor("/c/nonsense").open()):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert not response.cookies


def test_the_button_does_not_need_a_cookie_or_an_origin(message: Message) -> None:
    # A page without a referrer sends "Origin: null" with its form.
    visitor = Visitor(link(message, CALL), headers={"origin": "null"})
    assert headline(visitor.give(BORN)) == "When can we call you?"


def test_a_post_without_birth_date_or_pass_changes_nothing(message: Message) -> None:
    before = everything()
    visitor = Visitor(link(message, STOP))
    assert headline(visitor.press("stop")) == "First, your birth date"
    visitor.carried = "forged:pass"
    assert headline(visitor.press("stop")) == "First, your birth date"
    assert everything() == before


@pytest.mark.parametrize("host", ["northgate.example", "staff.example", "127.0.0.1:8000"])
def test_a_link_works_on_any_host_of_the_site(message: Message, host: str) -> None:
    response = Client(headers={"host": host}).get(link(message, CALL))
    assert title(response) == "Northgate Clinic"


def test_a_signed_in_nurse_sees_the_same_page(message: Message, nurse: User) -> None:
    client = Client()
    client.force_login(nurse)
    shown = client.get(link(message, CALL)).content
    assert shown == Client().get(link(message, CALL)).content


@pytest.mark.parametrize(
    ("scheme", "host"), [("http", "127.0.0.1:8000"), ("https", "visits.northgate.example")]
)
def test_the_links_in_the_mail_lead_to_the_pages(
    message: Message, settings: Any, scheme: str, host: str
) -> None:
    settings.LINK_SCHEME = scheme
    message.clinic.link_host = host
    links = letters.links_of(message)
    led = {}
    for address in (links.call_me, links.stop, links.when_to_call, links.one_click_stop):
        parts = urlsplit(address or "")
        assert (parts.scheme, parts.netloc) == (scheme, host)
        led[resolve(parts.path).url_name] = Client().get(parts.path).status_code
    assert led == dict.fromkeys(
        ("answer-call", "answer-stop", "answer-when", "one-click-stop"), 200
    )


def test_production_does_not_send_a_mail_program_elsewhere(message: Message, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().post(one_click(message), {"List-Unsubscribe": "One-Click"}, secure=True)
    assert response.status_code == 200


# Links that do not work


def _bad_addresses(message: Message) -> dict[str, str]:
    good = link(message, CALL)
    return {
        "forged": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "cut": good[:-5],
        "empty": "/c/",
        "other purpose": good.replace("/c/", "/s/"),
        "unknown message": f"/c/{tokens.make(CALL, 10**9)}",
        "with a slash": good + "/",
        "with a full stop": good + ".",
        "not ascii": "/c/é",
        "with a line break": good + "%0a",
        "a line break alone": "/c/%0a",
        "a line break within": good[:-5] + "%0a" + good[-5:],
        "one click with a line break": one_click(message) + "%0d%0a",
        "one click of another purpose": good.replace("/c/", "/u/"),
    }


@pytest.mark.parametrize("case", list(_bad_addresses(Message(pk=1))))
def test_every_bad_link_shows_the_same_page(message: Message, case: str) -> None:
    response = Client().get(_bad_addresses(message)[case])
    assert response.status_code == 404
    assert headline(response) == "This link does not work"
    assert response.content == Client().get("/c/nonsense").content


def test_a_forged_link_costs_as_many_queries_as_an_unknown_one(
    message: Message, django_assert_num_queries: Callable[[int], object]
) -> None:
    for address in (_bad_addresses(message)["forged"], _bad_addresses(message)["unknown message"]):
        with django_assert_num_queries(3):  # type: ignore[attr-defined]
            Client().get(address)


def test_a_bad_link_takes_its_clinic_from_the_host(message: Message, other_clinic: Clinic) -> None:
    here = Client(headers={"host": "southgate.example"}).get("/c/nonsense")
    assert title(here) == "Southgate Clinic"
    nowhere = Client(headers={"host": "elsewhere.example"}).get("/c/nonsense")
    assert title(nowhere) == "Your clinic"
    assert "Northgate" not in nowhere.content.decode()


def test_a_link_of_someone_who_has_died_opens_nothing(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, CALL))
    Patient.objects.filter(pk=patient.pk).update(
        life_status=LifeStatus.DECEASED, died_on=date(2026, 11, 1)
    )
    assert headline(visitor.open()) == "This link does not work"
    assert headline(visitor.give(BORN)) == "This link does not work"
    assert not WorkItem.objects.exists()


def test_mail_to_staff_has_no_links(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(audience="staff")
    assert headline(Visitor(link(message, CALL)).open()) == "This link does not work"


@pytest.mark.parametrize(("purpose", "days"), [(CALL, 60), (STOP, 365), (WHEN, 365)])
def test_a_link_runs_out_after_its_time(
    message: Message, purpose: LinkPurpose, days: int, at: Callable[[str], None]
) -> None:
    last = datetime(2026, 11, 21, 10, 30, tzinfo=UTC) + timedelta(days=days)
    at(f"{last:%Y-%m-%d %H:%M}")
    assert headline(Visitor(link(message, purpose)).open()) == "First, your birth date"
    at(f"{last + timedelta(minutes=1):%Y-%m-%d %H:%M}")
    response = Visitor(link(message, purpose)).open()
    assert headline(response) == "This link has run out"
    assert "020 7946 0180" in text_of(response)
    assert headline(Visitor(link(message, purpose)).give(BORN)) == "This link has run out"


# The birth date


def test_a_wrong_date_says_how_many_tries_are_left(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(WRONG)
    response = visitor.give(WRONG)
    assert headline(response) == "That date does not match"
    assert "You can try 3 more times." in text_of(response)
    assert "15" in response.content.decode()  # what was typed is kept
    assert not Reply.objects.exists()


def test_the_last_try_is_one_time(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(3):
        visitor.give(WRONG)
    assert "You can try 1 more time." in text_of(visitor.give(WRONG))


def test_five_wrong_dates_pause_the_page_and_tell_the_clinic(
    message: Message, patient: Patient
) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(5):
        response = visitor.give(WRONG)
    assert headline(response) == "This page is paused"
    assert "Try again after 10:45 am, or call us." in text_of(response)
    item = WorkItem.objects.get()
    assert (item.kind, item.patient) == (WorkItemKind.CHECK_ADDRESS, patient)


def test_a_paused_page_opens_to_nobody_until_its_time(
    message: Message, at: Callable[[str], None]
) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(5):
        visitor.give(WRONG)
    assert headline(visitor.give(BORN)) == "This page is paused"
    assert headline(visitor.open()) == "This page is paused"
    at("2026-11-21 10:44")
    assert headline(visitor.give(BORN)) == "This page is paused"
    at("2026-11-21 10:45")
    assert headline(visitor.give(BORN)) == "When can we call you?"


def test_the_pause_is_told_in_the_clinics_time_and_rounded_up(
    message: Message, at: Callable[[str], None]
) -> None:
    at("2026-07-01 22:50:20")
    visitor = Visitor(link(message, CALL))
    for _ in range(5):
        response = visitor.give(WRONG)
    # 22:50 UTC is 23:50 in London in summer; the pause ends on the next day there.
    assert "Try again after 12:06 am, Thursday 2 July 2026" in text_of(response)


def test_all_links_of_one_message_pause_together(message: Message) -> None:
    for _ in range(5):
        Visitor(link(message, CALL)).give(WRONG)
    assert headline(Visitor(link(message, STOP)).give(BORN)) == "This page is paused"


@pytest.mark.parametrize(
    "boxes", [{"day": "31", "month": "4", "year": "1968"}, dict.fromkeys(BORN, "")]
)
def test_what_is_no_date_costs_no_try(message: Message, boxes: dict[str, str]) -> None:
    visitor = Visitor(link(message, CALL))
    for _ in range(6):
        response = visitor.give(boxes)
    assert headline(response) == "First, your birth date"
    assert "We could not read that date." in text_of(response)
    assert not GatePause.objects.filter(failures__gt=0).exists()


def test_a_date_may_be_written_in_japanese_years(message: Message) -> None:
    boxes = {"day": "１４日", "month": "３月", "year": "昭和４３年"}
    assert headline(Visitor(link(message, CALL)).give(boxes)) == "When can we call you?"


# Please call me


def test_the_right_birth_date_asks_for_the_call(message: Message, patient: Patient) -> None:
    response = Visitor(link(message, CALL)).give(BORN)
    assert headline(response) == "When can we call you?"
    assert "the number that ends in 34, by Monday 23 November." in text_of(response)
    item = WorkItem.objects.get()
    assert (item.kind, item.patient, item.due_on) == (
        WorkItemKind.CALL,
        patient,
        date(2026, 11, 23),
    )
    assert Reply.objects.get().detail == "any time"


def test_the_time_of_day_reaches_the_nurse(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    response = visitor.press("in the morning")
    assert headline(response) == "Thank you. We will call you"
    assert "Monday 23 November" in text_of(response)
    assert "in the morning" in WorkItem.objects.get().summary


def test_a_double_press_is_one_answer(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    visitor.give(BORN)
    visitor.press("in the afternoon")
    visitor.press("in the afternoon")
    assert [reply.detail for reply in Reply.objects.order_by("id")] == [
        "any time",
        "in the afternoon",
    ]
    assert AuditEvent.objects.filter(verb="asked for a call").count() == 2
    assert WorkItem.objects.count() == 1


def test_going_back_to_the_birth_date_keeps_the_time_of_day(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    visitor.press("in the morning")
    visitor.give(BORN)
    assert "in the morning" in WorkItem.objects.get().summary


def test_an_unknown_answer_is_shown_the_choice_again(message: Message) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    assert headline(visitor.press("at midnight")) == "When can we call you?"


def test_another_number_is_told_and_changes_no_record(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    visitor.press("in the morning")
    assert headline(visitor.press("other number")) == "Which number may we call?"
    wrong = visitor.press("number", phone="call my son")
    assert "Please check the number." in text_of(wrong)
    response = visitor.press("number", phone="＋44 20 7946 0077")
    assert headline(response) == "Thank you. We will call you"
    assert "77" in text_of(response)
    summary = WorkItem.objects.get().summary
    assert "+44 20 7946 0077" in summary
    assert "in the morning" in summary
    phone = ContactPoint.objects.in_use().get(patient=patient, kind=ContactPoint.PHONE)
    assert phone.value == "020 7946 0034"


def test_someone_without_a_number_is_asked_for_one(clinic: Clinic) -> None:
    message = make_message(people.make_patient(clinic, phone=""))
    response = Visitor(link(message, CALL)).give(BORN)
    assert headline(response) == "Which number may we call?"


def test_an_answered_link_says_so_until_the_call_was_made(message: Message, nurse: User) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    response = visitor.open()
    assert headline(response) == "You have answered already"
    assert "Your answer: Please call me" in text_of(response)
    assert headline(visitor.open("?again")) == "First, your birth date"
    WorkItem.objects.update(closed_at=datetime.now(UTC), closed_by="marit", outcome="Spoke to her")
    assert headline(visitor.open()) == "First, your birth date"
    visitor.give(BORN)
    assert WorkItem.objects.open().count() == 1


def test_a_page_left_open_for_long_asks_again_and_keeps_the_answer(
    message: Message, at: Callable[[str], None]
) -> None:
    visitor = Visitor(link(message, CALL))
    visitor.give(BORN)
    at("2026-11-21 11:31")
    response = visitor.press("in the morning")
    assert headline(response) == "First, your birth date"
    assert 'name="answer" value="in the morning"' in response.content.decode()


def test_a_pass_of_one_message_opens_no_other(message: Message, clinic: Clinic) -> None:
    first = Visitor(link(message, CALL))
    first.give(BORN)
    for other in (
        Visitor(link(make_message(people.make_patient(clinic)), CALL)),
        Visitor(link(message, STOP)),
    ):
        other.carried = first.carried
        assert headline(other.press("any time")) == "First, your birth date"


# Stop these emails


def _newest(patient: Patient) -> set[bool]:
    point = ContactPoint.objects.in_use().get(patient=patient, kind=ContactPoint.EMAIL)
    return {said.given for said in replies.contacts.consents_in_force([point]).values()}


def test_stopping_asks_once_more_then_stops_and_makes_a_task(
    message: Message, patient: Patient
) -> None:
    visitor = Visitor(link(message, STOP))
    assert headline(visitor.give(BORN)) == "Stop these emails?"
    assert _newest(patient) == {True}
    response = visitor.press("stop")
    assert headline(response) == "Your emails have stopped"
    assert "Your care goes on." in text_of(response)
    assert _newest(patient) == {False}
    item = WorkItem.objects.get()
    assert (item.kind, item.patient) == (WorkItemKind.CALL, patient)
    assert Reply.objects.get().answer == "stop"


def test_keeping_the_emails_changes_nothing(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    assert headline(visitor.press("keep")) == "You keep your emails"
    assert _newest(patient) == {True}
    assert not Reply.objects.exists()


def test_stopping_twice_is_one_stop(message: Message) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    visitor.press("stop")
    before = everything()
    assert headline(visitor.press("stop")) == "Your emails have stopped"
    assert everything() == before


def test_the_emails_can_start_again(message: Message, patient: Patient) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    visitor.press("stop")
    assert headline(visitor.open()) == "You have answered already"
    visitor.open("?again")
    assert headline(visitor.give(BORN)) == "Your emails have stopped"
    assert headline(visitor.press("start")) == "Your emails start again"
    assert _newest(patient) == {True}
    assert not WorkItem.objects.open().exists()
    before = everything()
    visitor.press("start")
    assert everything() == before


def test_an_address_that_is_not_used_any_more_cannot_be_started(
    message: Message, patient: Patient
) -> None:
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    visitor.press("stop")
    ContactPoint.objects.filter(patient=patient, kind=ContactPoint.EMAIL).update(
        suspended_at=datetime.now(UTC), suspended_reason="bounced"
    )
    before = everything()
    assert headline(visitor.press("start")) == "Please call us"
    assert everything() == before


def test_the_next_visit_shows_day_and_time_and_nothing_else(
    message: Message, patient: Patient
) -> None:
    Appointment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        starts_at=datetime(2027, 3, 2, 10, 30, tzinfo=UTC),
        on=date(2027, 3, 2),
        place="Neurology, floor 3",
        booked_at=datetime.now(UTC),
        booked_by="test",
    )
    visitor = Visitor(link(message, STOP))
    visitor.give(BORN)
    words = text_of(visitor.press("stop"))
    assert "Next visit Tuesday 2 March 2027 10:30 am" in words
    assert "Neurology" not in words


# One click


def test_one_click_stops_at_once_however_often_it_is_posted(
    message: Message, patient: Patient
) -> None:
    client = Client(enforce_csrf_checks=True)
    before = Consent.objects.count()
    for _ in range(3):
        response = client.post(one_click(message), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not response.cookies
        assert "The emails to this address have stopped" in text_of(response)
        assert "Your care goes on." in text_of(response)
    stops = Consent.objects.order_by("id")[before:]
    assert sorted(said.purpose for said in stops) == ["guidance", "visits"]
    assert not any(said.given for said in stops)
    assert Reply.objects.get().detail == "one click"
    assert WorkItem.objects.get().kind == WorkItemKind.CALL


def test_opening_the_one_click_address_does_nothing_and_leads_on(message: Message) -> None:
    before = everything()
    response = Client().get(one_click(message))
    assert headline(response) == "Nothing has changed"
    assert link(message, STOP) in response.content.decode()
    assert everything() == before


def test_one_click_after_a_death_is_answered_and_asks_nobody_to_phone(
    message: Message, patient: Patient
) -> None:
    Patient.objects.filter(pk=patient.pk).update(
        life_status=LifeStatus.DECEASED, died_on=date(2026, 11, 1)
    )
    assert Client().post(one_click(message)).status_code == 200
    assert not WorkItem.objects.exists()


def test_a_stop_touches_only_its_own_address(message: Message, other_clinic: Clinic) -> None:
    other = people.make_patient(other_clinic)
    Client().post(one_click(message))
    assert _newest(other) == {True}


# When to call


def test_the_guidance_has_four_boxes_and_the_clinics_own_numbers(message: Message) -> None:
    response = Visitor(link(message, WHEN)).give(BORN)
    words = text_of(response)
    assert headline(response) == "When to call, and who"
    order = [
        words.index(heading)
        for heading in (
            "Call 999 now",
            "Call us today, day and night",
            "Call us this week",
            "Tell us at your next visit",
        )
    ]
    assert order == sorted(order)
    assert "020 7946 0181" in words
    assert "37.5 °C or more, or shivery" in words
    assert "RxHarun (7 July 2025), part “When to See a Doctor”" in words
    assert 'href="tel:02079460181"' in response.content.decode()


def test_the_guidance_names_no_disease(message: Message) -> None:
    page = Visitor(link(message, WHEN)).give(BORN).content.decode()
    assert "POEMS" not in page.upper()
    assert "neuropathy" not in page.lower()


def test_a_clinic_without_a_night_line_does_not_promise_one(
    message: Message, clinic: Clinic
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(day_night_phone="", fever_threshold="38 °C")
    words = text_of(Visitor(link(message, WHEN)).give(BORN))
    assert "day and night" not in words.lower()
    assert "When we are closed, call 111." in words
    assert "38 °C or more" in words


def test_the_country_gives_the_emergency_words(message: Message, clinic: Clinic) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(country="FR", emergency_number="15")
    words = text_of(Visitor(link(message, WHEN)).give(BORN))
    assert "Call 15 or 112 now" in words
    assert "Text 114" in words


def test_reading_the_guidance_is_no_answer(message: Message) -> None:
    Visitor(link(message, WHEN)).give(BORN)
    assert not Reply.objects.exists()
    assert not WorkItem.objects.exists()
    assert AuditEvent.objects.filter(verb="opened a link").count() == 1


# When we fail


def test_a_fault_of_ours_says_that_nothing_was_saved(
    message: Message, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(**_: object) -> None:
        raise RuntimeError("14 March 1968")

    monkeypatch.setattr(replies, "open_gate", break_down)
    response = Visitor(link(message, CALL)).give(BORN)
    assert response.status_code == 500
    assert headline(response) == "Something went wrong"
    assert "Your answer was not saved." in text_of(response)
    assert "RuntimeError" in caplog.text
    assert "1968" not in caplog.text


# What no form of ours sends


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("purpose", [CALL, STOP, WHEN])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("answer=" + "x" * 2_700_000, FORM),
        ("&".join(f"a{number}=1" for number in range(1001)), FORM),
        ("day=14", "multipart/form-data"),
        ("day=14", "multipart/form-data; boundary=é"),
    ],
    ids=["too much", "too many fields", "no boundary", "no such boundary"],
)
def test_a_post_that_cannot_be_read_meets_the_bad_link_page(
    message: Message, purpose: LinkPurpose, body: str, content_type: str
) -> None:
    before = everything()
    response = Client().post(link(message, purpose), body, content_type=content_type)
    assert response.status_code == 400
    assert headline(response) == "This link does not work"
    assert response["Cache-Control"] == "no-store"
    assert everything() == before


def test_a_mail_program_that_posts_too_much_still_stops_the_emails(message: Message) -> None:
    response = Client().post(one_click(message), "x" * 2_700_000, content_type=FORM)
    assert response.status_code == 200
    assert headline(response) != "This link does not work"


# Every page at once


def test_no_page_but_the_guidance_gives_anything_away(message: Message, clinic: Clinic) -> None:
    call, stop = Visitor(link(message, CALL)), Visitor(link(message, STOP))
    paused = Visitor(link(make_message(people.make_patient(clinic)), CALL))
    pages = [
        call.open(),
        call.give(WRONG),
        call.give(dict.fromkeys(BORN, "x")),
        call.give(BORN),
        call.press("other number"),
        call.press("number", phone=""),
        call.press("in the morning"),
        call.open(),
        stop.open(),
        stop.give(BORN),
        stop.press("keep"),
        stop.press("stop"),
        stop.open(),
        stop.press("start"),
        Visitor(link(message, WHEN)).open(),
        *(paused.give(WRONG) for _ in range(5)),
        Client().get("/c/nonsense"),
        Client().get(one_click(message)),
        Client().post(one_click(message)),
    ]
    for response in pages:
        assert discreet.found(response.content.decode(), "en") == []
        assert title(response) == "Northgate Clinic"
