"""The door of the admin: coordinators by membership, their own clinics only, nothing deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse

from pathways import clock
from pathways.models import AuditEvent, Clinic, PathwaySignOff, PathwayVersion, Patient, User
from pathways.rules.lifecycles import Role
from tests import people
from tests.views.house import House, signed_in

CHANGEABLE = {"clinic", "closure", "membership"}
NAMES = sorted(
    model._meta.model_name for model in admin.site._registry if model._meta.app_label == "pathways"
)


@pytest.fixture
def ines(coordinator: User) -> User:
    """The coordinator, let into the admin."""
    coordinator.is_staff = True
    coordinator.save()
    return coordinator


@pytest.mark.parametrize("name", NAMES)
def test_a_coordinator_opens_every_list(name: str, house: House, ines: User) -> None:
    assert signed_in(ines).get(reverse(f"admin:pathways_{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_staff_without_coordination_open_none(name: str, house: House, nurse: User) -> None:
    nurse.is_staff = nurse.is_superuser = True
    nurse.save()
    answer = signed_in(nurse).get(reverse(f"admin:pathways_{name}_changelist"))
    assert answer.status_code in {302, 403}


def test_a_coordinator_of_another_clinic_sees_no_row_of_this_one(
    house: House, other_clinic: Clinic
) -> None:
    stranger = people.make_user(other_clinic, Role.COORDINATOR, "sam", "Sam Stone")
    stranger.is_staff = stranger.is_superuser = True
    stranger.save()
    client = signed_in(stranger)
    for name in NAMES:
        body = client.get(reverse(f"admin:pathways_{name}_changelist")).content.decode()
        assert "Quillfeather" not in body
        assert house.patient.mrn not in body
    page = client.get(reverse("admin:pathways_patient_change", args=[house.patient.pk]))
    assert page.status_code == 302


@pytest.mark.parametrize("name", sorted(set(NAMES) - CHANGEABLE))
def test_clinical_rows_are_only_to_look_at(name: str, house: House, ines: User) -> None:
    model = next(each for each in admin.site._registry if each._meta.model_name == name)
    page = admin.site._registry[model]
    request = signed_in(ines).get(reverse("admin:index")).wsgi_request
    assert not page.has_change_permission(request)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_deleted_here(name: str, house: House, ines: User) -> None:
    model = next(each for each in admin.site._registry if each._meta.model_name == name)
    request = signed_in(ines).get(reverse("admin:index")).wsgi_request
    assert not admin.site._registry[model].has_delete_permission(request)


def test_signing_a_version_goes_through_the_service(
    house: House, ines: User, pathway_version: PathwayVersion
) -> None:
    signed_in(ines).post(
        reverse("admin:pathways_pathwaysignoff_add"),
        {
            "version": pathway_version.pk,
            "clinic": house.patient.clinic_id,
            "signed_by": "Dr A. Neuro, neurologist (invented)",
            "signed_on": "2026-02-01",
        },
    )
    assert PathwaySignOff.objects.filter(signed_by__startswith="Dr A. Neuro").count() == 1
    assert AuditEvent.objects.filter(user=ines, clinic=house.patient.clinic).exists()


def test_a_signature_of_tomorrow_is_refused_at_its_field_alone(
    house: House, ines: User, pathway_version: PathwayVersion
) -> None:
    before = PathwaySignOff.objects.count()
    tomorrow = clock.today(house.patient.clinic) + timedelta(days=1)
    answer = signed_in(ines).post(
        reverse("admin:pathways_pathwaysignoff_add"),
        {
            "version": pathway_version.pk,
            "clinic": house.patient.clinic_id,
            "signed_by": "Dr A. Neuro, neurologist (invented)",
            "signed_on": tomorrow.isoformat(),
        },
    )
    assert answer.status_code == 200
    assert "is in the future" in answer.context["adminform"].form.errors["signed_on"][0]
    assert "was added successfully" not in answer.content.decode()
    assert PathwaySignOff.objects.count() == before


def test_a_changed_setting_is_written_down_from_what_to_what(house: House, ines: User) -> None:
    address = reverse("admin:pathways_closure_add")
    signed_in(ines).post(
        address,
        {"clinic": house.patient.clinic_id, "on": "2026-12-24", "reason": "Christmas Eve"},
    )
    event = AuditEvent.objects.get(verb="added a setting")
    assert event.detail["reason"] == ["", "Christmas Eve"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "Neuropathy Clinic", "tells anybody who sees the envelope"),
        ("address", "Haematology day unit, London", "tells anybody"),
        ("phone", "ring us", "Write digits and spaces"),
        ("opens_at", "18:00", "the opening must be before the closing"),
    ],
)
def test_a_setting_that_no_letter_may_carry_is_refused_at_its_field(
    field: str, value: str, told: str, house: House, ines: User
) -> None:
    clinic = house.patient.clinic
    address = reverse("admin:pathways_clinic_change", args=[clinic.pk])
    form = signed_in(ines).get(address).context["adminform"].form
    standing = {
        name: "" if form[name].value() is None else form[name].value() for name in form.fields
    }
    answer = signed_in(ines).post(address, standing | {field: value})
    assert told in answer.content.decode()
    assert getattr(Clinic.objects.get(pk=clinic.pk), field) == getattr(clinic, field)


def test_opening_a_person_here_is_a_read_event_too(house: House, ines: User) -> None:
    signed_in(ines).get(reverse("admin:pathways_patient_change", args=[house.patient.pk]))
    assert AuditEvent.objects.filter(verb="opened the page", patient=house.patient).count() == 1
    assert Patient.objects.get(pk=house.patient.pk).mrn == house.patient.mrn
