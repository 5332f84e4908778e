"""A person about whom rows of every kind are on record: for the history, the chart, the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pathways.models import (
    Alert,
    AlertEvent,
    CareEntry,
    CheckIn,
    CourseDrug,
    Diagnosis,
    DiseaseFeature,
    NeuroExam,
    Observation,
    Patient,
    ResponseRecord,
    TherapyCourse,
    TherapyCycle,
    Toxicity,
)


def noon(day: date) -> datetime:
    """The middle of a day, as an instant."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def observe(patient: Patient, code: str, on: date, value: str | None = None, **more: Any) -> Any:
    """A final result, in the catalogue's unit unless told otherwise."""
    unit = more.pop("unit", "")
    number = Decimal(value) if value is not None else None
    row: dict[str, Any] = {
        "status": "final",
        "value": number,
        "unit": unit,
        "canonical_value": number if unit else None,
        "canonical_unit": unit,
        "recorded_at": noon(on),
        "recorded_by": "marit",
    }
    return Observation.objects.create(
        clinic=patient.clinic, patient=patient, code=code, performed_on=on, **(row | more)
    )


def vegf(patient: Patient, on: date, value: str, **more: Any) -> Any:
    """A plasma VEGF of one laboratory, with the limit it printed."""
    row = {"unit": "pg/mL", "specimen": "plasma", "lab": "Central Reference"}
    return observe(patient, "vegf", on, value, **(row | {"reference_high": 115} | more))


def examined(patient: Patient, on: date, **totals: str) -> NeuroExam:
    """An exam by a clinician with the totals computed from it: `onls="3"`, `i_rods="61"`."""
    exam = NeuroExam.objects.create(
        clinic=patient.clinic,
        patient=patient,
        performed_on=on,
        mode="clinician",
        scored_by="S. Achterberg",
        recorded_at=noon(on),
        recorded_by="achterberg",
    )
    for name, value in totals.items():
        observe(patient, name.replace("_", "-"), on, value, exam=exam)
    return exam


def course(
    patient: Patient, label: str, began_on: date, *, cycles: int = 4, days: int = 28, **more: Any
) -> TherapyCourse:
    """A course that began on its planned day, every cycle given on its planned day."""
    row: dict[str, Any] = {
        "regimen": label.lower().replace(" ", "-"),
        "regimen_version": 1,
        "label": label,
        "state": "running",
        "cycle_days": days,
        "planned_cycles": cycles,
        "planned_on": began_on,
        "began_on": began_on,
        "recorded_at": noon(began_on),
        "recorded_by": "lindqvist",
    }
    made = TherapyCourse.objects.create(clinic=patient.clinic, patient=patient, **(row | more))
    CourseDrug.objects.create(
        clinic=patient.clinic, course=made, drug=made.regimen, label=label, from_on=began_on
    )
    for number in range(1, cycles + 1):
        planned = began_on + timedelta(days=days * (number - 1))
        TherapyCycle.objects.create(
            clinic=patient.clinic,
            course=made,
            number=number,
            first_planned_on=planned,
            planned_on=planned,
            given_on=planned,
            state="completed",
        )
    return made


def alert(patient: Patient, title: str, on: date, **more: Any) -> Alert:
    """An alert that waits for an answer."""
    row: dict[str, Any] = {
        "rule": "vegf-above-lowest",
        "rule_version": 1,
        "subject": f"series:{title}"[:120],
        "severity": "within 7 days",
        "rank": 2,
        "title": title,
        "reason": "131 pg/mL against 62 on 10 Mar",
        "evidence": "result:1",
        "rung": "named clinician",
        "raised_at": noon(on),
        "last_seen_at": noon(on),
    }
    made = Alert.objects.create(clinic=patient.clinic, patient=patient, **(row | more))
    for kind, words in (("raised", ""), ("acknowledged", "will call")):
        AlertEvent.objects.create(
            clinic=patient.clinic, alert=made, at=noon(on), actor="marit", kind=kind, words=words
        )
    return made


def record_everything(patient: Patient, today: date) -> None:
    """Write one row of every kind about a person, on days before today."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def common(days: int) -> dict[str, Any]:
        return {
            "clinic": patient.clinic,
            "patient": patient,
            "recorded_at": noon(ago(days)),
            "recorded_by": "lindqvist",
        }

    vegf(patient, ago(250), "62")
    vegf(patient, ago(7), "131")
    observe(patient, "spep", ago(7), None, value_text="not detected", specimen="serum")
    observe(patient, "immunofixation-serum", ago(7), None, value_text="negative", specimen="serum")
    examined(patient, ago(400), onls="7", i_rods="28")
    examined(patient, ago(180), onls="3", i_rods="61")
    given = course(patient, "Len 10", ago(300), state="completed", ended_on=ago(180))
    given.holds.create(
        clinic=patient.clinic,
        from_on=ago(230),
        until_on=ago(222),
        reason="neutrophils",
        recorded_at=noon(ago(230)),
        recorded_by="lindqvist",
    )
    late = given.cycles.get(number=3)
    late.given_on, late.reason = late.planned_on + timedelta(days=9), "neutrophils"
    late.save()
    CareEntry.objects.create(
        kind="day-0", label="Autologous transplant", from_on=ago(420), **common(420)
    )
    CareEntry.objects.create(
        kind="illness", label="Influenza A", from_on=ago(11), until_on=ago(6), **common(11)
    )
    Toxicity.objects.create(
        term="peripheral-sensory-neuropathy",
        list_version="5.0",
        grade=2,
        cause="drug",
        action="observed",
        began_on=ago(200),
        **common(200),
    )
    if not patient.diagnoses.exists():  # one stands at a time
        Diagnosis.objects.create(
            diagnosed_on=ago(460), criteria="mayo", source="Letter of the day", **common(460)
        )
    DiseaseFeature.objects.create(
        feature="papilledema", state="absent", found_on=ago(455), source="Letter", **common(455)
    )
    ResponseRecord.objects.create(
        domain="vegf",
        category="complete",
        assessed_on=ago(100),
        assessed_by="Dr J. Lindqvist",
        **common(100),
    )
    CheckIn.objects.create(
        answered_at=noon(ago(11)),
        channel="phone",
        severity="next visit",
        note="Influenza A, fever; no new weakness",
        **common(11),
    )
    alert(patient, "VEGF meets the published +50 % criterion", ago(7))
