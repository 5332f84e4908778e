"""Courses for the tests: an Rd of 28-day cycles, as a nurse would plan it."""

from __future__ import annotations

from datetime import date
from typing import Any

from pathways.models import Patient, Screening, TherapyCourse, TherapyCycle
from pathways.services import therapy
from pathways.services.therapy import CoursePlan
from tests.people import SYSTEM

FIRST = date(2026, 6, 1)


def plan_course(patient: Patient, regimen: str = "rd", on: date = FIRST, **more: Any) -> Any:
    """Plan a course from 1 June 2026."""
    plan = CoursePlan(regimen=regimen, planned_on=on, **more)
    return therapy.start_course(patient=patient, plan=plan, by=SYSTEM)


def cycle_of(course: TherapyCourse, number: int) -> TherapyCycle:
    """Return a cycle as it stands now."""
    found: TherapyCycle = TherapyCycle.objects.get(course=course, number=number)
    return found


def give(course: TherapyCourse, number: int, on: date) -> TherapyCycle:
    """Day 1 of a cycle was given."""
    return therapy.start_cycle(cycle=cycle_of(course, number), given_on=on, by=SYSTEM)


def days_1(course: TherapyCourse) -> list[date]:
    """Return day 1 of every cycle, as given or planned."""
    return [row.day_1 for row in TherapyCycle.objects.filter(course=course).order_by("number")]


def owed(patient: Patient, code: str) -> Screening:
    """Return the one open obligation of a code."""
    found: Screening = Screening.objects.open().get(patient=patient, code=code)
    return found
