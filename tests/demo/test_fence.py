"""The demo and its mailbox are refused wherever real people could be near."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from pathways.demo import fence
from pathways.models import Clinic
from poems_clinic import demo_env
from tests import people

GOLDEN = Path(__file__).parent.parent / "messaging" / "golden"
NAME = "20261121T090000000000-00001.eml"


@pytest.fixture
def box(settings: Settings, tmp_path: Path) -> Path:
    """A mailbox with one email, in a copy that says it is the demo."""
    settings.ENVIRONMENT = "demo"
    settings.MAILBOX_DIR = tmp_path
    (tmp_path / NAME).write_bytes((GOLDEN / "booked.en.eml").read_bytes())
    return tmp_path


@pytest.fixture
def demo_clinic(db: None) -> Clinic:
    return people.make_clinic("stbrides", is_demo=True)


@pytest.mark.django_db
@pytest.mark.parametrize("environment", ["production", "development", "test"])
def test_other_copies_may_not_run_the_demo(settings: Settings, environment: str) -> None:
    settings.ENVIRONMENT = environment
    assert environment in (fence.why_not() or "")


@pytest.mark.django_db
def test_an_empty_database_may_become_the_demo(settings: Settings) -> None:
    settings.ENVIRONMENT = "demo"
    assert fence.why_not() is None


def test_the_demo_clinic_alone_is_no_hindrance(box: Path, demo_clinic: Clinic) -> None:
    assert fence.why_not() is None


def test_any_other_clinic_is_a_hindrance_and_is_named(
    box: Path, demo_clinic: Clinic, clinic: Clinic
) -> None:
    assert clinic.code in (fence.why_not() or "")


@pytest.mark.django_db
def test_the_command_refuses_and_says_the_cure(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="POEMS_ENV"):
        call_command("demo")


def test_the_command_refuses_beside_another_clinic(box: Path, clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="DATA_DIR"):
        call_command("demo")


def test_the_mailbox_opens_without_signing_in(
    box: Path, demo_clinic: Clinic, client: Client
) -> None:
    page = client.get("/mailbox/")
    assert page.status_code == 200
    assert NAME in page.content.decode()


PAGES = ["", f"{NAME}/", f"{NAME}/?part=text", f"{NAME}/?part=headers", f"{NAME}/sheet/"]


@pytest.mark.parametrize("page", [*PAGES, f"{NAME}/visit.ics"])
def test_every_page_of_the_mailbox_is_there_in_the_demo(
    box: Path, demo_clinic: Clinic, client: Client, page: str
) -> None:
    assert client.get(f"/mailbox/{page}").status_code == 200


@pytest.mark.parametrize("page", [*PAGES, f"{NAME}/visit.ics"])
def test_no_page_of_the_mailbox_is_there_elsewhere(
    box: Path, demo_clinic: Clinic, client: Client, settings: Settings, page: str
) -> None:
    settings.ENVIRONMENT = "development"
    assert client.get(f"/mailbox/{page}").status_code == 404


@pytest.mark.parametrize("page", [*PAGES, f"{NAME}/visit.ics"])
def test_no_page_of_the_mailbox_is_there_beside_another_clinic(
    box: Path, demo_clinic: Clinic, clinic: Clinic, client: Client, page: str
) -> None:
    assert client.get(f"/mailbox/{page}").status_code == 404


def test_what_somebodys_shell_holds_is_not_used() -> None:
    environ = {
        "DATABASE_URL": "postgres://clinic@db/clinic",
        "CELERY_BROKER_URL": "redis://queue",
        "SMTP_HOST": "smtp.real.example",
        "SMTP_USER": "clinic",
        "RECIPIENT_ALLOW_LIST": "real.example",
    }
    assert demo_env.prepare(environ) == ""
    assert not environ.keys() & {"DATABASE_URL", "CELERY_BROKER_URL", "SMTP_USER"}
    assert environ["SMTP_HOST"] == "127.0.0.1"
    assert environ["POEMS_ENV"] == "demo"
    assert "127.0.0.1" in environ["STAFF_HOSTS"].split(",")  # the links lead there too


def test_a_copy_that_says_production_keeps_its_environment() -> None:
    environ = {"POEMS_ENV": "production", "SMTP_HOST": "smtp.real.example"}
    assert "unset POEMS_ENV" in demo_env.prepare(environ)
    assert environ["POEMS_ENV"] == "production"
    assert environ["SMTP_HOST"] == "smtp.real.example"
