"""The disease of the demo's people as clinicians wrote it down: diagnosis, features, response.

Written as rows with their own dates, because a service would date years of it today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from pathways.demo.history import History
from pathways.demo.stamps import Pen
from pathways.models import Clinic, Diagnosis, DiseaseFeature, Patient, ResponseRecord, User
from pathways.rules.disease_words import (
    CriteriaVersion,
    Feature,
    FeatureState,
    NeuropathyType,
    ResponseCategory,
    ResponseDomain,
)
from pathways.rules.lifecycles import Phase, Role

# How often a feature is there, and what is written of it; the first three are there in everybody.
FOUND: dict[Feature, tuple[float, str]] = {
    Feature.POLYNEUROPATHY: (1.0, "Legs more than arms, both sides alike"),
    Feature.MONOCLONAL_DISORDER: (1.0, "IgA lambda"),
    Feature.VEGF_RAISED: (1.0, "Serum, above the limit the laboratory printed"),
    Feature.SCLEROTIC_LESIONS: (0.85, "One lesion of 14 mm, left iliac bone"),
    Feature.ENDOCRINOPATHY: (0.8, "Thyroid and sex hormones below the printed limits"),
    Feature.SKIN_CHANGES: (0.7, "Darker skin, cherry hemangiomas, white nails"),
    Feature.THROMBOCYTOSIS: (0.55, "Platelets above the printed limit"),
    Feature.ORGANOMEGALY: (0.5, "Spleen 14 cm on CT"),
    Feature.VOLUME_OVERLOAD: (0.45, "Ankle oedema, small effusions"),
    Feature.PAPILLEDEMA: (0.35, "Both discs, seen by the eye clinic"),
    Feature.CASTLEMAN: (0.15, "Lymph node biopsy, axilla"),
}
NOT_ASSESSED = 0.12
LETTER = "Clinic letter after the work-up"
FIRST_LOOK_AFTER = timedelta(days=170)  # response is first written down about half a year on
TYPES = (*(NeuropathyType.DEMYELINATING,) * 5, NeuropathyType.SUBACUTE, NeuropathyType.AXONAL)


def write(
    histories: list[History],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
    today: date,
) -> None:
    """Write what is known of everybody's disease."""
    diagnoses: list[Diagnosis] = []
    features: list[DiseaseFeature] = []
    responses: list[ResponseRecord] = []
    for history in histories:
        chance = Random(f"{history.person.mrn}:disease")
        pen = Pen(clinic, people[history.person.mrn], team)
        diagnoses += _diagnosis(history, pen, chance)
        features += _features(history, pen, chance, today)
        responses += _responses(history, pen, today)
    Diagnosis.objects.bulk_create(diagnoses)
    DiseaseFeature.objects.bulk_create(features)
    ResponseRecord.objects.bulk_create(responses)


def _diagnosis(history: History, pen: Pen, chance: Random) -> Iterator[Diagnosis]:
    on = history.diagnosed_on
    if on is None:
        return
    yield Diagnosis(
        patient=pen.patient,
        diagnosed_on=on,
        criteria=CriteriaVersion.MAYO if chance.random() < 0.9 else CriteriaVersion.MAYO_2003,
        neuropathy=chance.choice(TYPES),
        source=LETTER,
        **pen.of(on),
    )


def _features(history: History, pen: Pen, chance: Random, today: date) -> Iterator[DiseaseFeature]:
    """In the work-up only what has been looked at; later all of it, and what nobody looked for."""
    in_work_up = history.course.phase is Phase.WORK_UP
    on = min(today, history.course.enrolled_on + timedelta(days=6))
    for feature, (often, finding) in FOUND.items():
        state = FeatureState.PRESENT if chance.random() < often else FeatureState.ABSENT
        if often < 1 and chance.random() < (0.6 if in_work_up else NOT_ASSESSED):
            state = FeatureState.NOT_ASSESSED
        yield DiseaseFeature(
            patient=pen.patient,
            feature=feature,
            state=state,
            found_on=on,
            finding=finding if state is FeatureState.PRESENT else "",
            source=LETTER,
            **pen.of(
                on, Role.NEUROLOGIST if feature is Feature.POLYNEUROPATHY else Role.HEMATOLOGIST
            ),
        )


def _responses(history: History, pen: Pen, today: date) -> Iterator[ResponseRecord]:
    """Half a year after treatment began, at the remission, and at a suspected relapse."""
    course = history.course
    began_on = course.since(Phase.ACTIVE_TREATMENT)
    looks: list[tuple[date | None, dict[ResponseDomain, ResponseCategory]]] = [
        (
            began_on and began_on + FIRST_LOOK_AFTER,
            {
                ResponseDomain.VEGF: ResponseCategory.PARTIAL,
                ResponseDomain.HEMATOLOGIC: ResponseCategory.PARTIAL,
                ResponseDomain.CLINICAL: ResponseCategory.IMPROVED,
            },
        ),
        (
            course.since(Phase.REMISSION),
            {
                ResponseDomain.VEGF: ResponseCategory.COMPLETE,
                ResponseDomain.HEMATOLOGIC: ResponseCategory.COMPLETE,
                ResponseDomain.PET: ResponseCategory.COMPLETE,
                ResponseDomain.CLINICAL: ResponseCategory.IMPROVED,
            },
        ),
        (course.since(Phase.RELAPSE), {ResponseDomain.CLINICAL: ResponseCategory.NOT_EVALUABLE}),
    ]
    for on, found in looks:
        if on is None or on > today:
            continue
        for domain, category in found.items():
            yield ResponseRecord(
                patient=pen.patient,
                domain=domain,
                category=category,
                assessed_on=on,
                assessed_by=pen.name(Role.HEMATOLOGIST),
                **pen.of(on),
            )
