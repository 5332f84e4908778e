"""What clinicians say of the disease: diagnosis, features, response. Recorded, never computed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from pathways import clock
from pathways.models import Diagnosis, DiseaseFeature, Enrolment, Patient, ResponseRecord
from pathways.rules.disease_words import (
    RESPONSES,
    CriteriaVersion,
    Feature,
    FeatureState,
    NeuropathyType,
    ResponseCategory,
    ResponseDomain,
)
from pathways.services import records, reminders
from pathways.services.actors import Actor
from pathways.services.errors import Refused

SAY_SOURCE = "Say where it stands: a letter, a report or a clinic note."


def record_diagnosis(
    *,
    patient: Patient,
    diagnosed_on: date,
    criteria: CriteriaVersion,
    neuropathy: NeuropathyType | None,
    source: str,
    by: Actor,
    note: str = "",
    reason: str = "",
) -> Diagnosis:
    """Write down the diagnosis; its day anchors the enrolment, and what is owed is planned anew.

    A diagnosis that stands already is replaced with a reason, and stays readable.
    """
    records.check_day(diagnosed_on, patient, "diagnosed_on")
    source = records.required(source, "source", SAY_SOURCE)
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        before = Diagnosis.objects.standing().filter(patient=patient).first()
        if before is not None:
            if not reason.strip():
                raise Refused(
                    f"A diagnosis of {records.said(before.diagnosed_on)} stands already. "
                    "Say why this one replaces it.",
                    field="reason",
                )
            records.withdraw(before, reason=reason, by=by)
        row = Diagnosis.objects.create(
            clinic=patient.clinic,
            patient=patient,
            diagnosed_on=diagnosed_on,
            criteria=criteria,
            neuropathy=neuropathy or "",
            source=source,
            note=note.strip(),
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        records.wrote(
            row,
            "recorded the diagnosis",
            by,
            {"on": diagnosed_on.isoformat(), "criteria": criteria},
        )
        _anchor(patient, by)
    return row


def withdraw_diagnosis(*, diagnosis: Diagnosis, reason: str, by: Actor) -> Diagnosis:
    """The diagnosis was entered in error: no day anchors the enrolment any more."""
    with transaction.atomic():
        row = records.withdraw(diagnosis, reason=reason, by=by)
        _anchor(diagnosis.patient, by)
    return row


def _anchor(patient: Patient, by: Actor) -> None:
    """Give the enrolments the day of the standing diagnosis, or none, and plan anew."""
    standing = Diagnosis.objects.standing().filter(patient=patient).first()
    diagnosed_on = standing.diagnosed_on if standing else None
    Enrolment.objects.filter(patient=patient).update(diagnosed_on=diagnosed_on)
    running = list(Enrolment.objects.running().filter(patient=patient))
    if running:
        reminders.replan(running, by=by)


def record_feature(
    *,
    patient: Patient,
    feature: Feature,
    state: FeatureState,
    found_on: date,
    finding: str,
    source: str,
    by: Actor,
) -> DiseaseFeature:
    """Write down what was found of one feature on one day; what was known before stays readable."""
    records.check_day(found_on, patient, "found_on")
    source = records.required(source, "source", SAY_SOURCE)
    if state is FeatureState.UNCERTAIN and not finding.strip():
        raise Refused("Say what makes it uncertain.", field="finding")
    with transaction.atomic():
        row = DiseaseFeature.objects.create(
            clinic=patient.clinic,
            patient=patient,
            feature=feature,
            state=state,
            found_on=found_on,
            finding=finding.strip(),
            source=source,
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        records.wrote(
            row,
            "recorded a feature",
            by,
            {"feature": feature, "state": state, "on": found_on.isoformat()},
        )
    return row


def withdraw_feature(*, feature: DiseaseFeature, reason: str, by: Actor) -> DiseaseFeature:
    """The finding was entered in error: the one before it is the last word again."""
    with transaction.atomic():
        return records.withdraw(feature, reason=reason, by=by)


def record_response(
    *,
    patient: Patient,
    domain: ResponseDomain,
    category: ResponseCategory,
    assessed_on: date,
    assessed_by: str,
    by: Actor,
    note: str = "",
) -> ResponseRecord:
    """Write down the response in one domain as a clinician judged it."""
    records.check_day(assessed_on, patient, "assessed_on")
    if category not in RESPONSES[domain]:
        words = ", ".join(RESPONSES[domain])
        raise Refused(
            f"“{category}” is no word for this domain. Choose one of: {words}.", field="category"
        )
    assessed_by = records.required(assessed_by, "assessed_by", "Name the clinician who judged it.")
    with transaction.atomic():
        row = ResponseRecord.objects.create(
            clinic=patient.clinic,
            patient=patient,
            domain=domain,
            category=category,
            assessed_on=assessed_on,
            assessed_by=assessed_by,
            note=note.strip(),
            recorded_at=clock.now(),
            recorded_by=by.name,
        )
        records.wrote(
            row,
            "recorded a response",
            by,
            {"domain": domain, "category": category, "on": assessed_on.isoformat()},
        )
    return row


def withdraw_response(*, response: ResponseRecord, reason: str, by: Actor) -> ResponseRecord:
    """The response was entered in error: the one before it is the last word again."""
    with transaction.atomic():
        return records.withdraw(response, reason=reason, by=by)
