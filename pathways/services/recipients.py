"""Whom the clinic may write to: a verified address that nothing suspends, with a yes in force."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from pathways.models import Consent, ContactPoint, Purpose

Said = dict[tuple[int, str], Consent]


@dataclass(frozen=True, slots=True)
class Route:
    """One address that may be written to."""

    contact_point_id: int
    address: str


def consents_in_force(contact_points: Iterable[ContactPoint | int]) -> Said:
    """Return the newest word on each address and purpose, keyed (contact point id, purpose).

    The newest is the latest by the day it was said, then by the order of recording. One query.
    """
    ids = [point if isinstance(point, int) else point.pk for point in contact_points]
    newest: Said = {}
    for row in Consent.objects.filter(contact_point__in=ids).order_by("on", "id"):
        newest[row.contact_point_id, row.purpose] = row
    return newest


def routes(
    patient_ids: Iterable[uuid.UUID], purpose: Purpose = Purpose.VISITS
) -> dict[uuid.UUID, Route]:
    """Return the address to write to for each person who has one. Two queries.

    The person's own address comes first; a carer's serves where the person has none.
    """
    points = list(
        ContactPoint.objects.writable()
        .filter(patient__in=list(patient_ids))
        .values_list("id", "patient_id", "holder", "value")
    )
    if not points:
        return {}
    # Ordered, so that the newest word on each address is the one that stays.
    said = dict(
        Consent.objects.filter(contact_point__in=[pk for pk, *_ in points], purpose=purpose)
        .order_by("on", "id")
        .values_list("contact_point_id", "given")
    )
    found: dict[uuid.UUID, Route] = {}
    for pk, patient_id, holder, value in points:
        if not said.get(pk, False):
            continue
        if patient_id not in found or holder == ContactPoint.PERSON:
            found[patient_id] = Route(pk, value)
    return found
