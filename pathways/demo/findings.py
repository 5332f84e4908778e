"""Who stands in the demo's chain of alerts, and what people have answered so far.

The alerts themselves are raised by the rules on the demo's own data; nothing here invents one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pathways import clock
from pathways.demo.history import History
from pathways.demo.people import PEOPLE, Story
from pathways.demo.stamps import Pen, moment
from pathways.models import Alert, ChainStep, CheckIn, Clinic, Duty, Patient, User
from pathways.rules.alert_states import URGENT, Outcome, Rung, Severity, Usefulness
from pathways.rules.lifecycles import Role
from pathways.rules.triage import Answered, Level, judge
from pathways.services import alert_sweep, alerts
from pathways.services.actors import Actor

SEED = Actor.system("demo:seed")
ON_DUTY = {
    Rung.NURSE_IN_CHARGE: Role.NURSE,
    Rung.HEMATOLOGIST_ON_DUTY: Role.HEMATOLOGIST,
    Rung.NEUROLOGIST_ON_DUTY: Role.NEUROLOGIST,
    Rung.COORDINATOR: Role.COORDINATOR,
}
# The demo clinic asks its nurse first where minutes count; elsewhere the usual chain holds.
URGENT_CHAIN = (Rung.NURSE_IN_CHARGE, Rung.HEMATOLOGIST_ON_DUTY)
# Question, answer, level; by the person whose story it is.
TOLD_BY_PHONE = {
    Story.SHOWPIECE: (
        ("New or worse weakness or numbness", "No", Level.NONE),
        ("Fever", "Yes, a cold, over now", Level.NEXT_VISIT),
    ),
    Story.STOPPED: (
        ("New or worse weakness or numbness", "Yes, tingling up to the knees", Level.SAME_DAY),
        ("Fever", "No", Level.NONE),
    ),
}


def write_duties(clinic: Clinic, team: dict[Role, User], today: date) -> None:
    """Write the chain and this month's rota, before anything asks whose an alert is."""
    ChainStep.objects.bulk_create(
        ChainStep(clinic=clinic, severity=severity, position=place, rung=rung)
        for severity in sorted(URGENT)
        for place, rung in enumerate(URGENT_CHAIN, start=1)
    )
    Duty.objects.bulk_create(
        Duty(clinic=clinic, rung=rung, user=team[role], from_on=today - timedelta(days=21))
        for rung, role in ON_DUTY.items()
    )


def write_check_ins(
    histories: list[History],
    people: dict[str, Patient],
    clinic: Clinic,
    team: dict[Role, User],
    today: date,
) -> None:
    """Write what two people answered when the nurse phoned."""
    for history in histories:
        told = TOLD_BY_PHONE.get(history.person.story)
        if told is None:
            continue
        pen = Pen(clinic, people[history.person.mrn], team)
        on = today - timedelta(days=1)
        CheckIn.objects.create(
            patient=pen.patient,
            answered_at=moment(on, clinic),
            channel="phone",
            answers={
                str(place): {"question": question, "answer": answer, "level": level}
                for place, (question, answer, level) in enumerate(told, start=1)
            },
            severity=judge([Answered(*each) for each in told]).severity or "",
            **pen.of(on, Role.NURSE),
        )


def answer(people: dict[str, Patient], team: dict[Role, User]) -> None:
    """Ask the rules about everybody, then answer some of what they raised, as the team would."""
    alerts.assess((patient.pk for patient in people.values()), by=SEED)
    nurse, physician = Actor.person(team[Role.NURSE]), Actor.person(team[Role.HEMATOLOGIST])
    told = _to_be_answered(people)
    for _ in range(3):
        alerts.acknowledge(alert=next(told), by=physician)
    alerts.resolve(
        alert=next(told),
        outcome=Outcome.CONTACTED,
        usefulness=Usefulness.USEFUL,
        words="Comes next week; asked the ward to book",
        by=nurse,
    )
    alerts.resolve(
        alert=next(told),
        outcome=Outcome.REVIEWED,
        usefulness=Usefulness.NOISE,
        words="Known; the letter from the other hospital says so",
        by=physician,
    )
    alerts.reassign(alert=next(told), to=team[Role.NEUROLOGIST], by=physician)
    _left_unanswered(next(told))
    snoozed = next(told)
    hours = timedelta(hours=3)
    due_at = snoozed.deadline_at or clock.now() + 2 * hours
    alerts.snooze(alert=snoozed, until=min(clock.now() + hours, due_at), by=nurse)


def _left_unanswered(alert: Alert) -> None:
    """Let one alert be three days old and its time be over, and ask the next in the chain."""
    late = clock.now() - timedelta(days=3)
    Alert.objects.filter(pk=alert.pk).update(raised_at=late, deadline_at=late + timedelta(days=2))
    alert_sweep.escalate(clinic=alert.clinic, by=SEED)


def _to_be_answered(people: dict[str, Patient]) -> Iterator[Alert]:
    """Yield open alerts that wait for an answer, of different people, never one with a story.

    Those with a story keep their alerts open, so that a visitor finds them.
    """
    kept = {people[person.mrn].pk for person in PEOPLE if person.story is not Story.USUAL}
    rows = (
        Alert.objects.open()
        .filter(patient__in=[patient.pk for patient in people.values()])
        .exclude(patient__in=kept)
        .exclude(severity__in=[*URGENT, Severity.INFORMATION])
        .select_related("clinic", "patient")
        .order_by("rank", "rule", "patient__mrn", "subject")
    )
    asked: set[object] = set()
    for row in rows:
        if row.patient_id not in asked:
            asked.add(row.patient_id)
            yield row
