"""The clinic's people, and finding one of them."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from pathways.models import Clinic, Enrolment, Patient, PhasePeriod
from pathways.rules.lifecycles import Phase


def found_people(clinic: Clinic, words: str = "", phase: str = "") -> QuerySet[Patient]:
    """Return the people whose name or number contains every word, by name, with `phase_now`.

    `enrolment_state` is that of the latest enrolment. One question; a page of it costs no more.
    """
    latest = Enrolment.objects.filter(patient=OuterRef("pk")).order_by("-enrolled_on", "-id")
    current = PhasePeriod.objects.filter(
        enrolment__patient=OuterRef("pk"), until_on__isnull=True
    ).order_by("-enrolment__enrolled_on", "-since_on")
    people = (
        Patient.objects.in_clinic(clinic)
        .annotate(
            phase_now=Subquery(current.values("phase")[:1]),
            enrolment_state=Subquery(latest.values("state")[:1]),
        )
        .order_by("family_name", "given_name", "mrn")
    )
    if words:
        people = people.matching(words)
    if phase in set(Phase):
        people = people.filter(phase_now=phase)
    return people  # type: ignore[no-any-return]
