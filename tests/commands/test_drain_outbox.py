"""`drain_outbox` from cron alone: it keeps house too, once an hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, ManagementUtility, call_command

from pathways import clock
from pathways.models import Clinic, MessageBody, Sweep
from pathways.services import housekeeping
from tests import people
from tests.views.answering import make_message


@pytest.fixture(autouse=True)
def _quiet(settings: Any) -> None:
    settings.CLOCK_GUARD = False
    settings.SENDING_ON = True
    settings.SMTP_PORT = 9  # nobody: nothing is due in these tests


def old_letter(clinic: Clinic) -> None:
    message = make_message(people.make_patient(clinic))
    message.ended_at, message.to_snapshot = clock.now(), "maya@mail.example"
    message.save()
    MessageBody.objects.create(message=message, content=b"words")


def test_a_cron_line_alone_removes_what_was_kept_long_enough(
    clinic: Clinic, at: Callable[[str], None]
) -> None:
    at("2026-10-01 09:00")
    old_letter(clinic)
    Session.objects.create(session_key="x", session_data="", expire_date=clock.now())
    at("2026-10-31 08:59")
    call_command("drain_outbox")
    assert MessageBody.objects.count() == 1
    at("2026-10-31 10:00")
    call_command("drain_outbox")
    assert not MessageBody.objects.exists()
    assert not Session.objects.exists()
    assert {"failsafe", "housekeeping"} <= set(Sweep.objects.values_list("name", flat=True))


def test_the_house_is_kept_once_an_hour(clinic: Clinic, at: Callable[[str], None]) -> None:
    done = {}
    for moment in ("09:00", "09:05", "09:59", "10:00", "10:59", "11:00"):
        at(f"2026-11-21 {moment}")
        done[moment] = housekeeping.keep_if_due(by=people.SYSTEM)
    assert [moment for moment, kept in done.items() if kept] == ["09:00", "10:00", "11:00"]


def test_the_timetables_hour_counts_for_cron_too(clinic: Clinic, at: Callable[[str], None]) -> None:
    at("2026-11-21 09:00")
    housekeeping.keep(by=people.SYSTEM)
    at("2026-11-21 09:30")
    assert not housekeeping.keep_if_due(by=people.SYSTEM)


def test_a_clock_that_was_wrong_holds_nobody_up(clinic: Clinic, at: Callable[[str], None]) -> None:
    at("2027-11-21 09:00")
    housekeeping.keep(by=people.SYSTEM)
    at("2026-11-21 09:00")
    assert housekeeping.keep_if_due(by=people.SYSTEM)


def test_while_sending_is_stopped_the_house_is_kept(clinic: Clinic, settings: Any) -> None:
    settings.SENDING_ON = False
    with pytest.raises(CommandError):
        call_command("drain_outbox")
    assert Sweep.objects.filter(name="housekeeping", finished_at__isnull=False).exists()


@pytest.mark.parametrize("seconds", ["-3", "0", "nan", "inf", "soon"])
def test_a_length_of_time_that_is_none_is_refused(
    seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", "drain_outbox", f"--seconds={seconds}"]).execute()
    assert ended.value.code == 2
    assert f"--seconds: {seconds!r} is not a number of seconds above 0" in capsys.readouterr().err
