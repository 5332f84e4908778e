"""Results as a clinic gets them: collected, final, corrected, rejected, lost, entered in error.

One sample, one truth: a later word on the same sample replaces the earlier, and both are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from pathways import clock, permissions
from pathways.catalogue import find_analyte
from pathways.models import Clinic, Enrolment, Observation
from pathways.models.authors import authors_of
from pathways.rules.lifecycles import RESULT, ResultStatus, Role, may_become
from pathways.rules.plausible import Question, crossed
from pathways.rules.quantities import written
from pathways.rules.units import printed
from pathways.services import alerts, lost_samples, reminders
from pathways.services.actors import Actor
from pathways.services.errors import NotAllowed, Refused
from pathways.services.result_questions import question_of_result
from pathways.services.result_rows import (
    RecordReport,
    Result,
    SampleKey,
    sample_of,
    says_the_same,
    word_on,
    write_words,
)
from pathways.services.result_standing import standing_words

LONGEST_WAIT_DAYS = 180  # proposed; the slowest analyte of the catalogue takes far less


def record(*, result: Result, by: Actor, source: str = "staff") -> Observation:
    """Write down one result and reschedule its person."""
    result = tidy(result)
    record_all([result], clinic=result.patient.clinic, by=by, source=source)
    patient_id, code, on, specimen, lab, number = result.sample
    row: Observation = Observation.objects.current().get(
        patient_id=patient_id,
        code=code,
        performed_on=on,
        specimen=specimen,
        lab=lab,
        sample_number=number,
    )
    return row


def tidy(result: Result) -> Result:
    """Return the result with unit, specimen and laboratory as the catalogue and the record spell them."""
    analyte = find_analyte(result.code)
    if analyte is None:
        return result
    said = bool(result.unit) or result.value is not None  # no unit is one, where a ratio stands
    unit = analyte.units.find(result.unit) if said else None
    return replace(
        result,
        unit=unit.name if unit else result.unit.strip(),
        specimen=analyte.specimen(result.specimen) or result.specimen,
        lab=" ".join(result.lab.split()),
        method=" ".join(result.method.split()),
    )


def check(result: Result, *, today: date) -> None:
    """Refuse what cannot be, and ask about what nobody would expect.

    An unlikely value, or one in an unknown unit, is refused on the field "doubt" until somebody
    says why it stands.
    """
    analyte = find_analyte(result.code)
    if analyte is None:
        raise Refused(f"“{result.code}” is not a code of the catalogue.", field="code")
    _check_dates(result, today)
    if analyte.specimen(result.specimen) is None:
        raise Refused(
            f"{analyte.label} is measured in {' or '.join(analyte.specimens)}.", field="specimen"
        )
    low, high = analyte.lowest, analyte.highest
    if result.value is not None and (
        (low is not None and result.value < low) or (high is not None and result.value > high)
    ):
        raise Refused(
            f"{written(result.value)} is outside the scale {low} to {high} of {analyte.code}.",
            field="value",
        )
    limits = crossed(result.reference_low, result.reference_high)
    if limits:
        raise Refused(f"{limits}.", field="reference_low")
    ask(question_of_result(result), result)
    if result.counts_early and not result.counts_reason.strip():
        raise Refused("Say why this early result counts.", field="counts_reason")


def ask(question: Question | None, result: Result) -> None:
    """Refuse an unlikely value on the field "doubt", until somebody says why it stands."""
    if question is not None and not result.doubt.strip():
        raise Refused(f"{question.asked} Correct it, or say why it stands.", field="doubt")


def _check_dates(result: Result, today: date) -> None:
    if result.performed_on > today:
        raise Refused(f"{result.performed_on} lies in the future.", field="performed_on")
    if result.performed_on < result.patient.birth_date:
        raise Refused(f"{result.performed_on} lies before the birth date.", field="performed_on")
    if result.reported_on and result.reported_on < result.performed_on:
        raise Refused("It was reported before it was performed.", field="reported_on")
    if result.reported_on and result.reported_on > today:
        raise Refused(f"{result.reported_on} lies in the future.", field="reported_on")
    wait = (result.expected_on - result.performed_on).days if result.expected_on else 0
    if not 0 <= wait <= LONGEST_WAIT_DAYS:
        # A slip in the year would let a lost sample count as awaited for ever.
        raise Refused(
            f"Expect it between the day it was taken and {LONGEST_WAIT_DAYS} days later.",
            field="expected_on",
        )
    now = clock.now()
    for field, moment in (
        ("collected_at", result.collected_at),
        ("reported_at", result.reported_at),
    ):
        if moment is not None and moment > now:
            raise Refused("That hour has not come yet.", field=field)


def record_all(
    results: Sequence[Result],
    *,
    clinic: Clinic,
    by: Actor,
    source: str,
    replaces: Observation | None = None,
) -> RecordReport:
    """Write down many results of one clinic, in a fixed number of queries, and reschedule once.

    All or nothing: call `check` on each first to tell the bad ones apart. `replaces` is the word
    that the first takes the place of, even where it names the sample otherwise.
    """
    report = RecordReport()
    today = clock.today(clinic)
    results = [tidy(result) for result in results]
    for result in results:
        if result.patient.clinic_id != clinic.pk:
            raise Refused("That person belongs to another clinic.")
        check(result, today=today)
    with transaction.atomic():
        standing = standing_words(results)
        if replaces is not None:
            standing[results[0].sample] = replaces
        people: set[Any] = set()
        for words in _rounds(results):
            fresh: list[tuple[Result, Observation | None]] = []
            for result in words:
                before = standing.get(result.sample)
                if before is not None and says_the_same(before, result):
                    report.unchanged += 1
                    continue
                check_change(before, result)
                fresh.append((result, before))
            rows = write_words(fresh, clinic, by, source)
            for (result, _), row in zip(fresh, rows, strict=True):
                standing[result.sample] = row
                people.add(result.patient.pk)
            lost_samples.follow(rows, [before for _, before in fresh], clinic=clinic, by=by)
            report.written.extend(fresh)
        _replan(people, by)
        alerts.assess(people, by=by)
    return report


def check_change(before: Observation | None, result: Result) -> None:
    """Refuse a word on a sample that what is known of it does not allow."""
    if before is None:
        return
    if before.status != result.status:
        if not may_become(RESULT, ResultStatus(before.status), ResultStatus(result.status)):
            raise Refused(
                f"This sample is {before.status} already; it cannot become {result.status}.",
                field="status",
            )
    elif sample_of(before) != result.sample and not result.reason.strip():
        raise Refused(
            "Day, specimen, laboratory or sample number is another now. Say why it is corrected.",
            field="reason",
        )
    elif _changes_the_value(before, result) and not result.reason.strip():
        standing = f"{before.comparator}{written(before.value)} {printed(before.unit)}".rstrip()
        who = authors_of(before.clinic_id).named(before.recorded_by)
        raise Refused(
            f"This sample has a final value already: {standing} (recorded by {who}). If this "
            "corrects it, say why. If it is another sample, give its sample number.",
            field="reason",
        )


def _changes_the_value(before: Observation, result: Result) -> bool:
    """Say whether a value that stood is replaced by another; a first value changes nothing."""
    if before.value is None or result.status != ResultStatus.FINAL:
        return False
    return (before.value, before.comparator, before.unit) != (
        result.value,
        result.comparator,
        result.unit,
    )


def _rounds(results: Sequence[Result]) -> list[list[Result]]:
    """Split into rounds in which each sample is spoken of once, keeping the order of its words."""
    rounds: list[list[Result]] = []
    seen: dict[SampleKey, int] = {}
    for result in results:
        number = seen.get(result.sample, 0)
        seen[result.sample] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(result)
    return rounds


def enter_in_error(*, observation: Observation, reason: str, by: Actor) -> Observation:
    """Withdraw a record: it is kept, and every date that hung on it is as it was before."""
    return _restate(observation, ResultStatus.ENTERED_IN_ERROR, reason, by)


def reject(*, observation: Observation, reason: str, by: Actor) -> Observation:
    """The laboratory refused the sample: the original due date stands again."""
    return _restate(observation, ResultStatus.REJECTED, reason, by)


def lose(*, observation: Observation, reason: str, by: Actor) -> Observation:
    """The sample cannot be found: the original due date stands again, and somebody is to act."""
    return _restate(observation, ResultStatus.LOST, reason, by)


def check_open(observation: Observation) -> None:
    """Refuse a later word on one that was replaced already, or that an exam speaks for."""
    if observation.superseded_by_id is not None:
        raise Refused("A later word replaced this one already. Change that one.")
    if observation.exam_id is not None:
        raise Refused("It was computed from an exam. Correct that exam, or take it back.")


def check_author(code: str, role: Role | None, by: Actor) -> None:
    """Refuse a result from somebody whose role does not enter that code by hand."""
    analyte = find_analyte(code)
    if analyte is None or by.user is None or permissions.can_enter(role, analyte.entered_by):
        return
    may = " or ".join(sorted(role.value for role in analyte.entered_by))
    raise NotAllowed(f"{analyte.label} is entered by a {may}.", field="code")


def _restate(observation: Observation, status: ResultStatus, reason: str, by: Actor) -> Observation:
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    role = permissions.role_in(by.user, observation.clinic) if by.user else None
    check_author(observation.code, role, by)
    check_open(observation)
    if not may_become(RESULT, ResultStatus(observation.status), status):
        raise Refused(f"A result that is {observation.status} cannot become {status}.")
    result = replace(
        word_on(observation),
        status=status,
        reason=reason.strip(),
        counts_early=False,
        counts_reason="",
    )
    with transaction.atomic():
        (row,) = write_words([(result, observation)], observation.clinic, by, "staff")
        lost_samples.follow([row], [observation], clinic=observation.clinic, by=by)
        _replan({observation.patient_id}, by)
        alerts.assess([observation.patient_id], by=by)
    return row


def _replan(patient_ids: set[Any], by: Actor) -> None:
    enrolments = Enrolment.objects.running().filter(patient_id__in=patient_ids)
    ids = list(enrolments.values_list("pk", flat=True))
    if ids:
        reminders.replan(ids, by=by)
