"""What a course is planned as: its drugs, its days, and what cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from pathways.catalogue import RegimenEntry, load_regimens
from pathways.models import CourseDrug, Patient, TherapyCourse
from pathways.services.errors import Refused
from pathways.services.therapy_rows import words

LONGEST_CYCLE = 90
MOST_CYCLES = 99
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DrugPlan:
    """One drug as it was prescribed. No days means every day."""

    drug: str
    days: tuple[int, ...] = ()
    dose_text: str = ""
    daily_mg: Decimal | None = None
    route: str = ""


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What a course is planned as; whatever is left out is taken from the regimen."""

    regimen: str
    planned_on: date
    first_cycle: int = 1
    cycle_days: int | None = None
    planned_cycles: int | None = None
    dose_note: str = ""
    drugs: Sequence[DrugPlan] = field(default_factory=tuple)


def regimen_of(key: str) -> RegimenEntry:
    """Return a regimen of the catalogue, or refuse."""
    entry = load_regimens().get(key)
    if entry is None:
        raise Refused(f"“{key}” is not a regimen of the catalogue.", field="regimen")
    return entry


def check_numbers(
    entry: RegimenEntry, cycle_days: int | None, planned_cycles: int | None, first_cycle: int
) -> None:
    """Refuse a length or a number of cycles that cannot be meant."""
    if not entry.continuous and cycle_days is None:
        raise Refused(
            "The length of a cycle is not printed for this regimen. Write the one prescribed.",
            field="cycle_days",
        )
    if cycle_days is not None and not 1 <= cycle_days <= LONGEST_CYCLE:
        raise Refused(f"A cycle has 1 to {LONGEST_CYCLE} days.", field="cycle_days")
    if not 1 <= first_cycle <= MOST_CYCLES:
        raise Refused(f"Cycles are numbered 1 to {MOST_CYCLES}.", field="first_cycle")
    if planned_cycles is not None and not first_cycle <= planned_cycles <= MOST_CYCLES:
        raise Refused(
            f"The last cycle is numbered {first_cycle} to {MOST_CYCLES}.", field="planned_cycles"
        )


def check_drugs(entry: RegimenEntry, drugs: Sequence[DrugPlan], cycle_days: int | None) -> None:
    """Refuse a drug that is not part of the regimen, or a day beyond the cycle."""
    known = {each.drug.key for each in entry.drugs}
    if not drugs:
        raise Refused("A course has at least one drug.", field="drugs")
    for each in drugs:
        if each.drug not in known:
            raise Refused(f"“{each.drug}” is not part of {entry.short}.", field="drugs")
        if each.days and cycle_days is not None and max(each.days) > cycle_days:
            raise Refused(
                f"Day {max(each.days)} of {each.drug} lies beyond a cycle of {cycle_days} days.",
                field=f"days_{each.drug}",
            )


def check_alone(patient: Patient, entry: RegimenEntry) -> None:
    """Refuse a second course of a regimen while one goes on."""
    other = TherapyCourse.objects.going_on().filter(patient=patient, regimen=entry.key).first()
    if other is not None:
        since = other.began_on or other.planned_on
        raise Refused(
            f"{other.label} goes on already, {other.state} since {words(since)}. "
            "Complete or stop that course first, or change it.",
            field="regimen",
        )


def new_drug(
    course: TherapyCourse, entry: RegimenEntry, plan: DrugPlan, from_on: date | None
) -> CourseDrug:
    """Write down a drug of a course with its classes as the catalogue has them today."""
    drug = next(each.drug for each in entry.drugs if each.drug.key == plan.drug)
    return CourseDrug.objects.create(
        clinic=course.clinic,
        course=course,
        drug=drug.key,
        label=drug.label,
        route=plan.route or (drug.routes[0] if len(drug.routes) == 1 else ""),
        classes=list(drug.classes),
        neurotoxic=drug.neurotoxic,
        days=list(plan.days),
        dose_text=plan.dose_text.strip(),
        daily_mg=plan.daily_mg,
        from_on=from_on,
    )


def change_drugs(
    course: TherapyCourse, entry: RegimenEntry, drugs: Sequence[DrugPlan], on: date
) -> None:
    """Bring the drugs of a course to a new plan from a day on."""
    wanted = {each.drug: each for each in drugs}
    for row in CourseDrug.objects.filter(course=course, until_on__isnull=True):
        plan = wanted.pop(row.drug, None)
        if plan is not None and _same(row, plan):
            continue
        if row.from_on is None or row.from_on >= on:
            _rewrite(row, plan)
            continue
        row.until_on = on - ONE_DAY
        row.save()
        if plan is not None:
            new_drug(course, entry, plan, on)
    for plan in wanted.values():
        new_drug(course, entry, plan, on if course.began_on is not None else None)


def _rewrite(row: CourseDrug, plan: DrugPlan | None) -> None:
    """A drug not begun by then: the plan itself is put right."""
    if plan is None:
        if row.days_given.exists():
            raise Refused(f"Days of {row.label} are on record; it cannot be left out.")
        row.delete()
        return
    row.days, row.dose_text = list(plan.days), plan.dose_text.strip()
    row.daily_mg, row.route = plan.daily_mg, plan.route or row.route
    row.save()


def _same(row: CourseDrug, plan: DrugPlan) -> bool:
    return (
        tuple(row.days) == tuple(plan.days)
        and row.dose_text == plan.dose_text.strip()
        and row.daily_mg == plan.daily_mg
        and plan.route in ("", row.route)
    )


def as_told(course: TherapyCourse) -> Mapping[str, object]:
    """Return what a course is, for the audit trail."""
    drugs = CourseDrug.objects.filter(course=course, until_on__isnull=True)
    return {
        "cycle_days": course.cycle_days,
        "planned_cycles": course.planned_cycles,
        "dose_note": course.dose_note,
        "drugs": {
            row.drug: [row.days, row.dose_text, str(row.daily_mg or ""), row.route] for row in drugs
        },
    }
