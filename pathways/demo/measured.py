"""Results of the demo: the laboratory's by its file, the others by somebody who may enter them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from pathways import clock, permissions
from pathways.catalogue import find_analyte
from pathways.demo.history import Done, History
from pathways.demo.readings import Reading
from pathways.demo.therapy_story import Therapy
from pathways.models import Clinic, Patient, User
from pathways.rules.lifecycles import ResultStatus, Role
from pathways.services import result_rows, results
from pathways.services.actors import Actor
from pathways.services.result_rows import Result

LABORATORY = Actor.system("demo:laboratory")


def write(
    histories: list[History],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
) -> None:
    """Write what was measured and done in everybody's past."""
    by_author: dict[Role | None, list[Result]] = defaultdict(list)
    for history in histories:
        patient = people[history.person.mrn]
        for done in history.days:
            for reading in done.readings:
                by_author[_author(reading)].append(_result(patient, done, reading))
    for role, done_by in by_author.items():
        _write(done_by, clinic, LABORATORY if role is None else Actor.person(team[role]))


def write_pre_cycle(
    therapies: dict[str, Therapy],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
) -> None:
    """The day before each cycle the nurse wrote down what was asked for."""
    done = [
        Result(
            patient=people[mrn],
            code="pre-cycle-record",
            performed_on=day_1 - timedelta(days=1),
            status=ResultStatus.FINAL,
            value_text="done",
        )
        for mrn, story in therapies.items()
        for day_1 in story.recorded_before
    ]
    _write(done, clinic, Actor.person(team[Role.NURSE]))


def _author(reading: Reading) -> Role | None:
    """Return who wrote it down: the laboratory, or the first of the team whom the catalogue lets."""
    if reading.specimen:
        return None
    analyte = find_analyte(reading.code)
    if analyte is None:
        raise AssertionError(f"The demo measures {reading.code!r}, which is no result code")
    first = Role.NEUROLOGIST if analyte.group == "nerves" else Role.NURSE
    asked = (first, Role.NURSE, Role.HEMATOLOGIST)
    return next(role for role in asked if permissions.can_enter(role, analyte.entered_by))


def _result(patient: Patient, done: Done, reading: Reading) -> Result:
    today = clock.today(patient.clinic)
    return Result(
        patient=patient,
        code=reading.code,
        performed_on=done.on,
        reported_on=min(today, done.on + timedelta(days=reading.reported_after)),
        status=ResultStatus.FINAL,
        value=reading.value,
        value_text=reading.value_text or f"{reading.comparator}{reading.value}",
        comparator=reading.comparator,
        unit=reading.unit,
        specimen=reading.specimen,
        lab=reading.lab,
        reference_high=reading.reference_high,
    )


def _write(done: list[Result], clinic: Clinic, by: Actor) -> None:
    """Write first words only: what is owed, and what is found, is worked out once at the end."""
    result_rows.write_words([(results.tidy(each), None) for each in done], clinic, by, "demo")
