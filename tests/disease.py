"""A disease on record: one deed a line, with the usual words unless a test says others."""

from __future__ import annotations

from datetime import date
from typing import Any

from pathways.models import Diagnosis, DiseaseFeature, Patient, ResponseRecord, Toxicity
from pathways.rules.disease_words import (
    CriteriaVersion,
    CtcaeVersion,
    Feature,
    FeatureState,
    NeuropathyType,
    ResponseCategory,
    ResponseDomain,
    ToxicityAction,
    ToxicityCause,
)
from pathways.services import disease, toxicity
from tests import people

DAY = date(2026, 2, 3)


def diagnose(patient: Patient, **changes: Any) -> Diagnosis:
    """A diagnosis by the Mayo list, from a letter."""
    values: dict[str, Any] = {
        "diagnosed_on": DAY,
        "criteria": CriteriaVersion.MAYO,
        "neuropathy": NeuropathyType.DEMYELINATING,
        "source": "Letter, neurology",
    }
    return disease.record_diagnosis(patient=patient, by=people.SYSTEM, **(values | changes))


def find_feature(patient: Patient, **changes: Any) -> DiseaseFeature:
    """White nails, seen in the clinic."""
    values: dict[str, Any] = {
        "feature": Feature.SKIN_CHANGES,
        "state": FeatureState.PRESENT,
        "found_on": DAY,
        "finding": "white nails",
        "source": "Clinic note",
    }
    return disease.record_feature(patient=patient, by=people.SYSTEM, **(values | changes))


def respond(patient: Patient, **changes: Any) -> ResponseRecord:
    """A partial response of VEGF."""
    values: dict[str, Any] = {
        "domain": ResponseDomain.VEGF,
        "category": ResponseCategory.PARTIAL,
        "assessed_on": DAY,
        "assessed_by": "Johan Lindqvist",
    }
    return disease.record_response(patient=patient, by=people.SYSTEM, **(values | changes))


def suffer(patient: Patient, **changes: Any) -> Toxicity:
    """Sensory neuropathy of grade 2 by version 5, of grade 1 at baseline, put down to both."""
    values: dict[str, Any] = {
        "patient": patient,
        "term": "sensory-neuropathy",
        "list_version": CtcaeVersion.V5,
        "grade": 2,
        "baseline": 1,
        "cause": ToxicityCause.BOTH,
        "action": ToxicityAction.OBSERVED,
        "began_on": DAY,
    }
    return toxicity.record(event=toxicity.Event(**(values | changes)), by=people.SYSTEM)
