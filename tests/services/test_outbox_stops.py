"""Messages that must not leave, or not now: what becomes of them, and the deed somebody owes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from pathways import clock
from pathways.messaging.kinds import MessageKind
from pathways.models import (
    Clinic,
    Closure,
    Consent,
    ContactPoint,
    Enrolment,
    Message,
    MessageBody,
    PathwaySignOff,
    PathwayVersion,
    Patient,
    Reminder,
    Screening,
)
from pathways.services import outbox, outbox_reconcile, sending_control
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from tests import post
from tests.services.sending import deeds, serve, states

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


@pytest.fixture(autouse=True)
def _monday_morning(at: Callable[[str], None]) -> None:
    at(post.MONDAY_NINE)


@pytest.fixture
def maya(clinic: Clinic, pathway_version: PathwayVersion) -> Patient:
    """Somebody who is owed a neurological exam."""
    return post.person(clinic, pathway_version)


def send(settings: Any, *messages: Message) -> int:
    """Send what is due; reload the messages; return how many reached the server."""
    with serve(settings) as sink:
        outbox.drain(worker="w")
    for message in messages:
        message.refresh_from_db()
    return len(sink.taken)


def died(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(life_status="deceased", died_on=date(2026, 7, 1))


def left(patient: Patient) -> None:
    Enrolment.objects.filter(patient=patient).update(
        state="withdrawn", ended_on=date(2026, 7, 1), ended_at=clock.now(), ended_by="marit"
    )


def paused(patient: Patient) -> None:
    Enrolment.objects.filter(patient=patient).update(state="on hold")


def exam_done(patient: Patient) -> None:
    Screening.objects.filter(patient=patient, code="neuro-exam").update(
        state="completed", ended_at=clock.now(), ended_by="marit"
    )


def another_due_date(patient: Patient) -> None:
    Reminder.objects.filter(patient=patient).update(due_on=date(2026, 1, 1))


def booked_elsewhere(patient: Patient) -> None:
    post.booking(patient, clock.now() + timedelta(days=3))


@pytest.mark.parametrize(
    "happening", [died, left, paused, exam_done, another_due_date, booked_elsewhere]
)
def test_an_invitation_that_nobody_wants_any_more_is_cancelled_with_its_reminders(
    settings: Any, maya: Patient, happening: Callable[[Patient], None]
) -> None:
    message = post.invitation(maya)
    happening(maya)
    assert send(settings, message) == 0
    assert message.state == "cancelled"
    assert message.reason
    assert message.reminders.get().state == "cancelled"
    assert deeds() == []


def suspended(patient: Patient) -> None:
    ContactPoint.objects.filter(patient=patient).update(
        suspended_at=clock.now() - timedelta(minutes=1), suspended_reason="bounced"
    )


def unverified(patient: Patient) -> None:
    ContactPoint.objects.filter(patient=patient).update(verified_at=None, verified_how="")


def opted_out(patient: Patient) -> None:
    Consent.objects.create(
        clinic=patient.clinic,
        patient=patient,
        contact_point=post.address_of(patient),
        purpose="visits",
        given=False,
        on=clock.now().date(),
        source="stop link",
        recorded_at=clock.now(),
        recorded_by="patient:link",
    )


@pytest.mark.parametrize("happening", [suspended, unverified, opted_out])
def test_an_invitation_that_may_not_be_sent_is_withheld_and_somebody_phones(
    settings: Any, maya: Patient, happening: Callable[[Patient], None]
) -> None:
    message = post.invitation(maya)
    happening(maya)
    assert send(settings, message) == 0
    assert message.state == "withheld"
    assert message.reminders.get().state == "planned"
    assert deeds() == [("undeliverable", f"patient:{maya.pk}")]


@pytest.mark.parametrize("happening", [suspended, opted_out])
def test_a_withheld_change_of_a_visit_is_phoned_the_same_day(
    settings: Any, maya: Patient, happening: Callable[[Patient], None]
) -> None:
    visit = post.booking(maya, clock.now() + timedelta(days=3))
    message = post.about(visit, MessageKind.MOVED, old_starts_at=clock.now())
    happening(maya)
    assert send(settings, message) == 0
    assert message.state == "withheld"
    assert deeds() == [("call", f"appointment:{visit.pk}:0")]
    assert message.work_items.get().due_on == clock.today(maya.clinic)


def test_a_yes_after_a_no_counts_again(settings: Any, maya: Patient) -> None:
    message = post.invitation(maya)
    opted_out(maya)
    last = Consent.objects.order_by("id").last()
    assert last is not None
    last.pk, last.given = None, True
    last._state.adding = True
    last.save()
    assert send(settings, message) == 1


def test_mail_about_an_older_revision_of_a_visit_is_cancelled(settings: Any, maya: Patient) -> None:
    visit = post.booking(maya, clock.now() + timedelta(days=3))
    message = post.about(visit)
    visit.revision = 1
    visit.save()
    assert send(settings, message) == 0
    assert message.state == "cancelled"


def test_each_kind_about_a_visit_leaves_with_its_calendar_file(
    settings: Any, maya: Patient
) -> None:
    visit = post.booking(maya, clock.now() + timedelta(days=1))
    post.about(visit, MessageKind.BOOKED)
    post.about(visit, MessageKind.TOMORROW)
    post.about(visit, MessageKind.MOVED, old_starts_at=clock.now())
    with serve(settings) as sink:
        outbox.drain(worker="w")
    assert len(sink.taken) == 3
    assert sum(b"text/calendar" in one for one in sink.eye.contents) == 2


def test_what_is_too_late_expires_with_a_deed_even_if_the_clinic_is_paused(
    settings: Any, maya: Patient
) -> None:
    message = post.invitation(maya, useful_until=clock.now())
    sending_control.pause_clinic(clinic=maya.clinic, reason="a look", by=BY)
    assert send(settings, message) == 0
    assert message.state == "expired"
    assert deeds() == [("undeliverable", f"patient:{maya.pk}")]


@pytest.mark.parametrize(
    ("moment", "kind", "goes"),
    [
        ("2026-07-06 07:59", MessageKind.TIME_TO_BOOK, False),  # 08:59 in London
        ("2026-07-06 08:00", MessageKind.TIME_TO_BOOK, True),
        ("2026-07-06 15:59", MessageKind.TIME_TO_BOOK, True),
        ("2026-07-06 16:00", MessageKind.TIME_TO_BOOK, False),
        ("2026-07-04 09:00", MessageKind.TIME_TO_BOOK, False),  # a Saturday
        ("2026-07-04 19:30", MessageKind.MOVED, True),
        ("2026-07-04 20:30", MessageKind.MOVED, False),
    ],
)
def test_mail_leaves_only_in_the_clinics_own_hours(
    settings: Any,
    maya: Patient,
    at: Callable[[str], None],
    moment: str,
    kind: MessageKind,
    goes: bool,
) -> None:
    at(moment)
    if kind is MessageKind.MOVED:
        visit = post.booking(maya, clock.now() + timedelta(days=9))
        message = post.about(visit, kind, old_starts_at=clock.now())
    else:
        message = post.invitation(maya)
    assert send(settings, message) == goes
    if not goes:
        assert message.state == "queued"
        assert message.attempts == 0
        assert message.next_attempt_at > clock.now()


def test_a_day_on_which_the_clinic_is_shut_is_waited_out(settings: Any, maya: Patient) -> None:
    Closure.objects.create(clinic=maya.clinic, on=date(2026, 7, 6), reason="move")
    message = post.invitation(maya)
    assert send(settings, message) == 0
    assert message.next_attempt_at.date() == date(2026, 7, 7)


def test_one_a_day_and_the_next_one_waits_for_tomorrow(
    settings: Any, maya: Patient, at: Callable[[str], None]
) -> None:
    first = post.invitation(maya)
    second = post.guidance(maya)
    Consent.objects.create(
        clinic=maya.clinic,
        patient=maya,
        contact_point=post.address_of(maya),
        purpose="guidance",
        given=True,
        on=date(2026, 1, 5),
        source="test",
        recorded_at=clock.now(),
        recorded_by="test",
    )
    assert send(settings, first, second) == 1
    assert (first.state, second.state) == ("sent", "queued")
    at("2026-07-06 09:05")
    assert send(settings, second) == 0
    assert second.next_attempt_at.date() == date(2026, 7, 6)  # 23:00 UTC is midnight in London
    at("2026-07-07 09:05")
    assert send(settings, second) == 1


def test_an_unsigned_pathway_sends_nothing_yet(settings: Any, maya: Patient) -> None:
    message = post.invitation(maya)
    PathwaySignOff.objects.all().delete()
    assert send(settings, message) == 0
    assert message.state == "queued"
    assert "not signed" in message.reason


def test_outside_production_only_listed_recipients_get_mail(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    listed = post.invitation(post.person(clinic, pathway_version, email="a@friends.example"))
    exact = post.invitation(post.person(clinic, pathway_version, email="B@one.example"))
    other = post.invitation(post.person(clinic, pathway_version, email="c@one.example"))
    with serve(settings) as sink:
        settings.RECIPIENT_ALLOW_LIST = ["friends.example", "b@one.example"]
        outbox.drain(worker="w")
    for message in (listed, exact, other):
        message.refresh_from_db()
    assert [listed.state, exact.state, other.state] == ["sent", "sent", "withheld"]
    assert other.reason.startswith("test")
    assert len(sink.taken) == 2
    assert deeds() == []


def test_the_daily_ceiling_pauses_the_clinic_and_asks_a_person(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(daily_ceiling=3)
    for _ in range(5):
        post.invitation(post.person(clinic, pathway_version))
    assert send(settings) == 3
    clinic.refresh_from_db()
    assert clinic.sending_paused_at is not None
    assert deeds() == [("review", "sending:ceiling")]
    assert Message.objects.filter(state="queued", attempts=0).count() == 2


def test_one_provider_gets_no_more_than_its_share_a_minute(
    settings: Any, clinic: Clinic, pathway_version: PathwayVersion, at: Callable[[str], None]
) -> None:
    settings.DOMAIN_PER_MINUTE = 2
    for n in range(4):
        post.invitation(post.person(clinic, pathway_version, email=f"p{n}@big.example"))
    other = post.invitation(post.person(clinic, pathway_version, email="p@small.example"))
    assert send(settings, other) == 3
    assert other.state == "sent"
    at("2026-07-06 09:01:01")
    assert send(settings) == 2


def test_the_stop_switch_stops_everything_until_somebody_starts_it(
    settings: Any, maya: Patient
) -> None:
    message = post.invitation(maya)
    sending_control.stop(reason="wrong wording", by=BY)
    assert send(settings, message) == 0
    assert (message.state, message.attempts) == ("queued", 0)
    with pytest.raises(Refused, match="already"):
        sending_control.stop(reason="again", by=BY)
    sending_control.start(by=BY)
    assert send(settings, message) == 1


def test_a_release_holds_invitations_but_not_news_of_visits(settings: Any, maya: Patient) -> None:
    invitation = post.invitation(maya, code="vegf")
    news = post.about(post.booking(maya, clock.now() + timedelta(days=3)))
    sending_control.hold_for_release(clinic=maya.clinic, new=501, by=BY)
    assert deeds() == [("review", "sending:release")]
    assert send(settings, invitation, news) == 1
    assert (invitation.state, news.state) == ("queued", "sent")
    sending_control.release_clinic(clinic=maya.clinic, by=BY)
    assert deeds() == []
    assert send(settings, invitation) == 1


def test_clocks_that_disagree_stop_the_sweep_and_ask_a_person(settings: Any, maya: Patient) -> None:
    message = post.invitation(maya)
    with serve(settings) as sink:
        settings.CLOCK_GUARD = True  # the test's clock stands at July 2026, the database's does not
        report = outbox.drain(worker="w")
    message.refresh_from_db()
    assert "differ by more than a minute" in report.trouble
    assert (message.state, sink.taken) == ("queued", [])
    assert deeds() == [("review", "sending:clock")]


def ten_minutes_pass() -> None:
    """By the database's clock, which the tests cannot stop."""
    Message.objects.update(handed_over_at="2000-01-01 00:00+00:00")


def test_a_message_in_doubt_is_sent_once_more_then_a_person_decides(
    settings: Any, maya: Patient, at: Callable[[str], None]
) -> None:
    message = post.invitation(maya)
    silence = {"verb": "DATA", "reply": "take then drop"}
    with serve(settings, silence) as sink:
        outbox.send_batch(worker="w")
        ten_minutes_pass()
        assert outbox_reconcile.settle_unsure(worker="w") == 1
        message.refresh_from_db()
        assert (message.state, message.unsure_resends) == ("queued", 1)
        assert deeds() == []
        outbox.send_batch(worker="w")
        ten_minutes_pass()
        assert outbox_reconcile.settle_unsure(worker="w") == 1
        assert outbox_reconcile.settle_unsure(worker="w") == 0
        outbox.send_batch(worker="w")
    message.refresh_from_db()
    assert message.state == "unknown"
    assert deeds() == [("send unsure", f"message:{message.pk}")]
    assert len(sink.taken) == 2
    assert sink.eye.contents[0] == sink.eye.contents[1]
    assert states(message)[-1] == "unknown"


def test_bodies_and_addresses_go_thirty_days_after_the_end(
    settings: Any, maya: Patient, at: Callable[[str], None]
) -> None:
    message = post.invitation(maya)
    assert send(settings, message) == 1
    at("2026-08-05 08:59")
    assert outbox.purge() == 0
    at("2026-08-05 09:01")
    assert outbox.purge() == 1
    message.refresh_from_db()
    assert message.to_snapshot == ""
    assert not MessageBody.objects.exists()
    assert states(message) == ["claimed", "handed over", "sent"]
