"""Reasons that stay: every deed on a course for which somebody had to say why, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pathways import clock
from pathways.catalogue import load_drugs
from pathways.models import CourseDeed, TherapyCourse
from pathways.rules.cycle_days import write_days
from pathways.services.actors import Actor


def keep_reason(
    course: TherapyCourse,
    words: str,
    *,
    on: date,
    reason: str,
    by: Actor,
    cycle: int | None = None,
) -> CourseDeed:
    """Write down what was done, from which day it holds, and why."""
    return CourseDeed.objects.create(
        clinic=course.clinic,
        course=course,
        cycle_number=cycle,
        effective_on=on,
        words=words,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by=by.name,
    )


def changed_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return what differs between two plans, as `therapy_plan.as_told` tells them."""
    return "; ".join(_changes(before, after))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    was, now = before["drugs"], after["drugs"]
    for key in dict.fromkeys([*was, *now]):
        label = load_drugs()[key].label if key in load_drugs() else key
        if key not in now:
            yield f"{label} ended"
        elif key not in was:
            yield f"{label} added, {', '.join(part for part in _said(now[key]) if part)}"
        elif was[key] != now[key]:
            pairs = zip(_said(was[key]), _said(now[key]), strict=True)
            yield f"{label} " + ", ".join(_from_to(*pair) for pair in pairs if pair[0] != pair[1])
    for key, name in (
        ("cycle_days", "days in a cycle"),
        ("planned_cycles", "last cycle planned"),
        ("dose_note", "as prescribed"),
    ):
        if before[key] != after[key]:
            yield f"{name} {_from_to(before[key], after[key])}"


def _said(drug: list[Any]) -> tuple[str, str, str, str]:
    days, dose, daily_mg, route = drug
    planned = f"days {write_days(days)}" if days else "every day"
    daily = f"{Decimal(daily_mg).normalize():f} mg a day" if daily_mg else ""
    return planned, dose, daily, route


def _from_to(before: Any, after: Any) -> str:
    return f"from {before or 'nothing written'} to {after or 'nothing written'}"
