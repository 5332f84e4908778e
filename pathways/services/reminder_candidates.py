"""Who may need a reminder: asked of the index by due date, so the work grows with what is due."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from pathways.models import (
    Clinic,
    Enrolment,
    PathwayVersion,
    Remind,
    Reminder,
    Screening,
    ScreeningDefinition,
)
from pathways.rules.lifecycles import LifeStatus, ReminderState
from pathways.rules.reminders import CATCH_UP, ReminderRule

# A step that was called off may be planned again; one that a person held back may not.
STANDING = ~Q(state=ReminderState.CANCELLED) | Q(reason="held by a person")


@dataclass(frozen=True, slots=True)
class Signed:
    """What may be written about: definitions that remind the patient, in signed versions."""

    signed_on: dict[int, date]  # by definition id
    minutes: dict[int, int]
    unsigned: tuple[str, ...]  # versions that people here are on and nobody signed


def signed(clinic: Clinic, day: date) -> Signed:
    """Return what the clinic's signatures cover on that day. Two queries."""
    here = Q(version__sign_offs__clinic=clinic, version__sign_offs__signed_on__lte=day)
    rows = (
        ScreeningDefinition.objects.filter(here, remind=Remind.PATIENT)
        .order_by("id")
        .values_list("id", "minutes")
        .annotate(first=Min("version__sign_offs__signed_on", filter=here))
    )
    definitions = list(rows)
    unsigned = (
        PathwayVersion.objects.filter(
            Exists(Enrolment.objects.running().filter(clinic=clinic, version=OuterRef("pk")))
        )
        .exclude(sign_offs__clinic=clinic, sign_offs__signed_on__lte=day)
        .select_related("pathway")
    )
    return Signed(
        signed_on={pk: first for pk, _, first in definitions},
        minutes={pk: minutes for pk, minutes, _ in definitions},
        unsigned=tuple(str(version) for version in unsigned),
    )


def askable(clinic: Clinic, covered: Signed, day: date, horizon: date) -> QuerySet[Screening]:
    """Open rows of living people whose dates do not rule a reminder out in the days asked about."""
    # Plus nought, so that PostgreSQL goes by due date: by definition it would read whatever exists.
    named = ExpressionWrapper(F("definition_id") + Value(0), output_field=BigIntegerField())
    rows: Any = Screening.objects.open().alias(named=named)
    found: QuerySet[Screening] = rows.filter(
        Q(closed_from__isnull=True) | Q(closed_from__gt=day),
        Q(held_from__isnull=True) | Q(held_from__gt=day),
        Q(postponed_until__isnull=True) | Q(postponed_until__lte=horizon),
        Q(collected_on__isnull=True) | Q(collected_on__gt=day),
        clinic=clinic,
        named__in=list(covered.signed_on),
        not_assessable="",
        patient__life_status=LifeStatus.ALIVE,
    )
    return found


def people(
    clinic: Clinic, covered: Signed, day: date, horizon: date, rule: ReminderRule
) -> list[uuid.UUID]:
    """Return the people with a step that is due by the horizon, still useful, and not yet planned.

    One query a step and one for the catch-up; a few too many may come back, never too few.
    """
    if not covered.signed_on:
        return []
    rows = askable(clinic, covered, day, horizon)
    found: set[uuid.UUID] = set()
    ends = [*rule.offsets[1:], rule.offsets[-1] + rule.call_after]
    for offset, end in zip(rule.offsets, ends, strict=True):
        due = rows.filter(
            due_on__lte=horizon - timedelta(days=offset), due_on__gt=day - timedelta(days=end)
        )
        found.update(_without(due, offset))
    first_signed = max(covered.signed_on.values())
    late = rows.filter(
        # Only a row that came to be, or may be written about, since its due date needs one.
        Q(created_on__gt=F("due_on"))
        | Q(postponed_until__gt=F("due_on"))
        | Q(due_on__lt=first_signed),
        due_on__lt=day - timedelta(days=rule.offsets[-1]),
    )
    found.update(_without(late, CATCH_UP))
    return sorted(found)


def _without(rows: QuerySet[Screening], step: int) -> QuerySet[Screening, uuid.UUID]:
    # By person and code, not by row: a change of version replaces the row, and nobody is to be
    # written to twice for it.
    planned = Reminder.objects.filter(
        STANDING,
        patient=OuterRef("patient"),
        screening__code=OuterRef("code"),
        due_on=OuterRef("due_on"),
        step=step,
    )
    return rows.filter(~Exists(planned)).order_by().values_list("patient_id", flat=True).distinct()
