"""What a carer answers through a link: said to be theirs, and reaching no further than they may."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.models import AuditEvent, Clinic, Consent, ContactPoint, Message, Patient, WorkItem
from pathways.services import contacts, recipients, replies
from pathways.services.replies import When
from tests import people
from tests.services.cast import small_version
from tests.views.answering import make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(clinic: Clinic, at: Any) -> Patient:
    """Maya, on the pathway, with an address and a number of her own."""
    at("2026-11-20 10:00")
    person = people.make_patient(clinic, phone="020 7946 0034")
    people.enrol(person, small_version(clinic))
    return person


@pytest.fixture
def own(patient: Patient) -> Message:
    """An email that reached Maya herself."""
    return make_message(patient)


@pytest.fixture
def copy(patient: Patient, own: Message) -> Message:
    """An email that reached her carer, who said yes as she did."""
    point = own.contact_point
    assert point is not None
    hers = list(Consent.objects.filter(contact_point=point))
    carers = ContactPoint.objects.create(
        clinic=patient.clinic,
        patient=patient,
        holder=ContactPoint.CARER,
        kind=ContactPoint.EMAIL,
        value="sam@mail.example",
        verified_at=point.verified_at,
        verified_how=point.verified_how,
        added_at=point.added_at,
        added_by=point.added_by,
    )
    for row in hers:
        contacts.record_consent(
            contact_point=carers,
            purpose=row.purpose,
            given=True,
            on=row.on,
            source="form",
            by=people.SYSTEM,
        )
    return make_message(patient, point=carers)


def summaries() -> list[str]:
    return list(WorkItem.objects.open().order_by("id").values_list("summary", flat=True))


def test_the_nurse_reads_that_the_carer_asked_for_a_call(copy: Message) -> None:
    promise = replies.call_me(message=copy, when=When.MORNING)
    assert summaries() == ["The carer asked for a call, not the patient: in the morning"]
    assert promise.number_ends_in == ""  # the patient's number is not the carer's
    assert AuditEvent.objects.filter(verb="asked for a call", actor="carer:link").count() == 1


def test_a_number_that_a_carer_gives_is_told_as_the_carers(copy: Message) -> None:
    promise = replies.call_me(message=copy, when=When.ANY, number="020 7946 0077")
    said = "The carer asked for a call, not the patient: any time."
    assert summaries() == [f"{said} Call 020 7946 0077: the carer gave this number"]
    assert promise.number_ends_in == "77"


def test_the_patient_and_the_carer_are_called_each(own: Message, copy: Message) -> None:
    replies.call_me(message=own, when=When.ANY)
    replies.call_me(message=copy, when=When.AFTERNOON)
    assert summaries() == [
        "They asked for a call: any time",
        "The carer asked for a call, not the patient: in the afternoon",
    ]


@pytest.mark.parametrize("one_click", [True, False])
def test_a_carer_stops_the_mail_to_the_carers_address_only(
    patient: Patient, own: Message, copy: Message, one_click: bool
) -> None:
    assert replies.stop(message=copy, one_click=one_click)
    assert replies.are_stopped(message=copy)
    assert not replies.are_stopped(message=own)
    assert recipients.routes([patient.pk])[patient.pk].contact_point_id == own.contact_point_id
    (said,) = summaries()
    assert said.startswith("The carer stopped the emails to the carer’s address.")


def test_a_carer_who_starts_again_leaves_the_patients_own_stop_to_be_asked_about(
    own: Message, copy: Message
) -> None:
    replies.stop(message=own)
    replies.stop(message=copy)
    replies.start_again(message=copy)
    assert summaries() == ["They stopped the emails. Phone, and ask how best to reach them"]
    assert replies.are_stopped(message=own)
