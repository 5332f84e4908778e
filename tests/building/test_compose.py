"""The image and the services, held to the settings that they start. No engine runs them here."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.building.reading import ROOT, every_variable, words_in

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = ("migrate", "web", "worker", "beat")
# Read by gunicorn and by the database's image, not by our settings.
NOT_OURS = {"WEB_CONCURRENCY"}


def test_every_part_of_the_clinic_is_a_service() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "redis", "mail"}


@pytest.mark.parametrize("name", OURS)
def test_the_clinic_never_runs_as_root(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True


def test_the_image_itself_is_not_root_either() -> None:
    last_stage = IMAGE.split("\nFROM ")[-1]
    assert re.search(r"^USER clinic$", last_stage, re.MULTILINE)
    assert "useradd --uid 10001" in last_stage
    assert last_stage.index("USER clinic") < last_stage.index("CMD [")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    has_own = "test" in SERVICES[name].get("healthcheck", {})
    assert has_own or (name == "web" and "HEALTHCHECK" in IMAGE)
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_given_to_the_clinic_exists(name: str) -> None:
    known = every_variable() | NOT_OURS
    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_tables_are_there(name: str) -> None:
    needs = SERVICES[name]["depends_on"]
    assert needs["migrate"] == {"condition": "service_completed_successfully"}
    assert needs["redis"] == {"condition": "service_healthy"}


def test_the_web_server_runs_sync_workers() -> None:
    command = re.findall(r"^CMD (.*)$", IMAGE, re.MULTILINE)[-1]
    assert "gunicorn" in command
    assert "--threads" not in command
    assert "gthread" not in command


def test_redis_keeps_its_queue_and_throws_no_work_away() -> None:
    command = SERVICES["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--appendfsync") + 1] == "everysec"


def test_what_must_last_lies_in_a_named_volume() -> None:
    used = {v.partition(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_nothing_listens_beyond_the_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_no_secret_is_written_down() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert words_in(text, r"PASSWORD: (\S)") == {"$"}
    assert "SECRET_KEY:" not in text


def test_the_image_installs_the_hashed_lock_and_collects_the_static_files() -> None:
    assert "--require-hashes -r /src/requirements.txt" in IMAGE
    assert "collectstatic --noinput" in IMAGE


def test_the_image_takes_no_secret_and_no_data_along() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "data", ".git", ".venv"} <= set(ignored)
