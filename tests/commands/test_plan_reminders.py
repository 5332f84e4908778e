"""The operators' door to the planner: what it prints, and its exit codes."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathways.models import Message
from tests.services.cast import small_version, vegf_person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("plan_reminders", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def _frozen(at, settings):
    settings.CLOCK_GUARD = False
    at("2026-10-01 09:00")


def test_it_plans_the_day_that_is_asked_for_and_says_what_it_did(clinic):
    vegf_person(clinic, small_version(clinic))
    out, err = run("--clinic", "northgate", "--on", "2026-11-21")
    assert out.startswith("northgate, 2026-11-21: 1 invitations with 1 reminders (0 caught up)")
    assert err == ""
    out, _ = run("--clinic", "northgate", "--on", "2026-11-21")
    assert "0 invitations" in out
    assert Message.objects.filter(audience="patient").count() == 1


def test_without_a_clinic_it_plans_for_all(clinic, other_clinic):
    out, _ = run()
    assert [line.split(",")[0] for line in out.splitlines()] == ["northgate", "southgate"]


def test_without_any_clinic_it_says_so(db):
    assert run()[0] == "There is no clinic to plan for.\n"


def test_an_unsigned_version_is_named_with_the_cure(clinic):
    vegf_person(clinic, small_version(clinic, signed=False))
    _, err = run("--on", "2026-11-21")
    assert "Small, version 1 is not signed here" in err
    assert "sign_pathway --clinic northgate" in err


@pytest.mark.parametrize(
    "arguments", [("--clinic", "nowhere"), ("--on", "21/11/2026"), ("--on", "2026-02-30")]
)
def test_wrong_usage_stops_with_code_2(clinic, arguments):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert refused.value.returncode == 2


def test_somebody_who_cannot_be_planned_makes_the_exit_code_1(clinic, monkeypatch):
    from pathways.services import message_rows

    def poisoned(**values):
        raise RuntimeError

    vegf_person(clinic, small_version(clinic))
    monkeypatch.setattr(message_rows, "new", poisoned)
    with pytest.raises(SystemExit) as stopped:
        run("--clinic", "northgate", "--on", "2026-11-21")
    assert stopped.value.code == 1


def test_clocks_that_disagree_stop_the_sweep_and_say_so(clinic, settings, monkeypatch):
    from pathways.services import sending_control

    monkeypatch.setattr(sending_control, "clocks_disagree", lambda name: "The clocks differ.")
    with pytest.raises(CommandError, match="clocks differ"):
        run()
