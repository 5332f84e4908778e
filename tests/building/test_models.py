"""Every clinic-owned row carries its clinic, and who did it stands beside when."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from pathways.models import Clinic, ClinicOwned

MODELS = list(apps.get_app_config("pathways").get_models())
OWNED = [model for model in MODELS if issubclass(model, ClinicOwned)]
# These carry a clinic without being owned by one.
CLINIC_IS_NOT_AN_OWNER = {
    "AuditEvent": "an event of the whole installation has no clinic",
    "PathwayVersion": "the product's own version has no clinic",
    "Pathway": "the product's own pathway has no clinic",
    "PathwaySignOff": "a clinic's signature on the product's version",
}
# A key to another clinic-owned row that `parents` leaves out, and why it cannot differ.
SAME_PERSON = "written by the scheduler from the same person's rows"
NOT_A_PARENT = {
    "Screening.anchor_result": SAME_PERSON,
    "Screening.collected_result": SAME_PERSON,
    "Screening.satisfied_by": SAME_PERSON,
    "Screening.superseded_by": SAME_PERSON,
    "Observation.superseded_by": "the correction of the same sample",
}


def _names(condition: Any) -> set[str]:
    if isinstance(condition, Q):
        return {name for child in condition.children for name in _names(child)}
    return {str(condition[0]).partition("__")[0]} if isinstance(condition, tuple) else set()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_a_model_with_a_clinic_is_clinic_owned(model: type[models.Model]) -> None:
    keys = [f for f in model._meta.fields if f.is_relation and f.related_model is Clinic]
    if not keys or model.__name__ in CLINIC_IS_NOT_AN_OWNER:
        return
    assert issubclass(model, ClinicOwned)
    assert not model._meta.get_field("clinic").null


def test_every_kind_of_clinical_row_is_clinic_owned() -> None:
    names = {model.__name__ for model in OWNED}
    assert {"Patient", "Enrolment", "Screening", "Appointment", "Observation"} <= names
    assert {"Reminder", "Message", "WorkItem", "Consent", "ContactPoint"} <= names


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_every_key_to_a_clinic_owned_row_is_a_checked_parent(model: type[ClinicOwned]) -> None:
    keys = {
        field.name
        for field in model._meta.fields
        if field.is_relation
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, ClinicOwned)
    }
    explained = {name for name in keys if f"{model.__name__}.{name}" in NOT_A_PARENT}
    assert keys - explained == set(model.parents)


@pytest.mark.parametrize(
    ("model", "name"),
    [(model, name) for model in OWNED for name in model.parents],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_row_and_its_parent_never_differ_in_clinic(model: type[ClinicOwned], name: str) -> None:
    parent = model._meta.get_field(name).related_model
    assert isinstance(parent, type)
    mine = model(clinic_id=1, **{name: parent(clinic_id=1)})
    mine.check_clinic()
    theirs = model(clinic_id=1, **{name: parent(clinic_id=2)})
    with pytest.raises(ValidationError, match=name):
        theirs.check_clinic()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_when_and_who_are_known_together(model: type[models.Model]) -> None:
    fields = {field.name: field for field in model._meta.fields}
    checked = [
        _names(constraint.condition)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]
    for name, field in fields.items():
        person = name.removesuffix("_at") + "_by"
        if not name.endswith("_at") or person not in fields:
            continue
        if field.null:
            assert any({name, person} <= names for names in checked), f"{name} and {person}"
        else:
            assert not fields[person].null
