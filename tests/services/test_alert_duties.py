"""Chain and rota as a coordinator sets them, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pathways.models import AuditEvent, ChainStep, Clinic, Duty, User
from pathways.rules.alert_states import Rung, Severity
from pathways.rules.lifecycles import Role
from pathways.services import alert_chain, alert_duties
from pathways.services.errors import Refused
from tests import people

DAY = date(2026, 11, 23)
NURSE, DOCTOR = Rung.NURSE_IN_CHARGE, Rung.HEMATOLOGIST_ON_DUTY


@pytest.fixture(autouse=True)
def monday(at: Callable[[str], None]) -> None:
    at("2026-11-23 08:30")


def put(clinic: Clinic, user: User, **changes: object) -> Duty:
    values: dict[str, object] = {"rung": NURSE, "from_on": DAY, "until_on": date(2026, 11, 29)}
    return alert_duties.put_on_duty(
        clinic=clinic, user=user, by=people.SYSTEM, **(values | changes)
    )


def test_the_chain_that_was_set_is_the_chain_that_is_asked(clinic: Clinic, nurse: User) -> None:
    put(clinic, nurse)
    for rungs in ([NURSE, DOCTOR], [DOCTOR, NURSE]):
        alert_duties.set_chain(
            clinic=clinic, severity=Severity.SAME_DAY, rungs=rungs, by=people.SYSTEM
        )
        chain = alert_chain.of(clinic)
        assert list(chain.rungs(Severity.SAME_DAY, Role.NURSE)) == rungs
    assert chain.first(Severity.SAME_DAY, Role.NURSE, None).user_id == nurse.pk
    detail = AuditEvent.objects.filter(verb="set the chain of alerts").first().detail
    assert (detail["before"], detail["after"]) == ([NURSE, DOCTOR], [DOCTOR, NURSE])


@pytest.mark.parametrize(
    ("severity", "rungs", "words"),
    [
        (Severity.INFORMATION, [NURSE], "nobody is asked in turn"),
        (Severity.SAME_DAY, [], "at least one place"),
        (Severity.SAME_DAY, [NURSE, NURSE], "once"),
        (Severity.SAME_DAY, [Rung.BY_NAME], "not persons"),
    ],
)
def test_a_chain_that_asks_nobody_or_somebody_twice_is_refused(
    clinic: Clinic, severity: Severity, rungs: list[Rung], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        alert_duties.set_chain(clinic=clinic, severity=severity, rungs=rungs, by=people.SYSTEM)
    assert not ChainStep.objects.exists()


def test_only_who_has_the_role_is_put_on_a_place(
    clinic: Clinic, nurse: User, stranger: User
) -> None:
    for rung, user in ((DOCTOR, nurse), (NURSE, stranger)):
        with pytest.raises(Refused, match="of this clinic") as refused:
            put(clinic, user, rung=rung)
        assert refused.value.field == "user"


@pytest.mark.parametrize(
    ("first", "last", "taken"),
    [
        (date(2026, 11, 29), date(2026, 12, 5), True),
        (date(2026, 11, 30), date(2026, 12, 5), False),
        (date(2026, 11, 16), date(2026, 11, 23), True),
        (date(2026, 11, 16), date(2026, 11, 22), False),
    ],
)
def test_two_people_never_stand_on_one_place_on_the_same_day(
    clinic: Clinic, nurse: User, first: date, last: date, taken: bool
) -> None:
    put(clinic, nurse)
    other = people.make_user(clinic, Role.NURSE, "sanne", "Sanne Achterberg")
    if taken:
        with pytest.raises(Refused, match="Marit Okafor stands there from 23 Nov to 29 Nov"):
            put(clinic, other, from_on=first, until_on=last)
    else:
        put(clinic, other, from_on=first, until_on=last)
    assert Duty.objects.count() == (1 if taken else 2)


def test_a_duty_ends_earlier_and_one_not_begun_is_taken_off(clinic: Clinic, nurse: User) -> None:
    running = put(clinic, nurse)
    later = put(clinic, nurse, from_on=date(2026, 12, 7), until_on=None)
    alert_duties.end_duty(duty=running, until_on=date(2026, 11, 25), by=people.SYSTEM)
    alert_duties.end_duty(duty=later, until_on=date(2026, 12, 6), by=people.SYSTEM)
    assert list(Duty.objects.values_list("until_on", flat=True)) == [date(2026, 11, 25)]


@pytest.mark.parametrize(
    ("until", "words"),
    [(date(2026, 11, 22), "It began before"), (date(2026, 11, 30), "Add another duty")],
)
def test_a_duty_that_began_stays_on_record_and_none_grows(
    clinic: Clinic, nurse: User, until: date, words: str
) -> None:
    duty = put(clinic, nurse)
    with pytest.raises(Refused, match=words):
        alert_duties.end_duty(duty=duty, until_on=until, by=people.SYSTEM)


def test_the_text_for_out_of_hours_is_kept_with_what_it_was(clinic: Clinic) -> None:
    alert_duties.set_out_of_hours(clinic=clinic, text=" Phone  ward 4. ", by=people.SYSTEM)
    clinic.refresh_from_db()
    assert clinic.out_of_hours_text == "Phone ward 4."


def test_the_text_for_out_of_hours_leaves_by_email_and_names_no_department(clinic: Clinic) -> None:
    with pytest.raises(Refused, match="may not say “hematologist”") as caught:
        alert_duties.set_out_of_hours(
            clinic=clinic, text="Ring the hematologist on call.", by=people.SYSTEM
        )
    assert caught.value.field == "text"
    clinic.refresh_from_db()
    assert clinic.out_of_hours_text == ""
