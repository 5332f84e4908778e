"""What is installed is pinned, hashed and explained, and no lock file says where it comes from."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.building.reading import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
PLACE = re.compile(
    r"://|^\s*(-e|-f|-i|--(extra-)?index|--find-links|--trusted)|@\s*file|^\s*[/.]", re.MULTILINE
)


def _asked() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ;]", name, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_host_and_no_path(lock: str) -> None:
    assert PLACE.findall((ROOT / lock).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_hashed(lock: str) -> None:
    entries = re.split(
        r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.IGNORECASE
    )
    pins = [entry for entry in entries if not entry.startswith("#")]
    assert pins
    assert [
        pin.split("\n")[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin
    ] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_asked_for_is_locked(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = {_normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
    assert {_normal(name) for name in _asked()[lock]} <= locked


def test_developers_run_the_versions_that_the_clinic_runs() -> None:
    pins = [
        set(re.findall(r"^([A-Za-z0-9._-]+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in LOCKS
    ]
    assert pins[0] <= pins[1]


def test_each_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    asked = [line for line in lines if re.match(r'\s+"[A-Za-z].*",', line) and ">=" in line]
    assert len(asked) == sum(map(len, _asked().values()))
    assert [line for line in asked if not re.search(r"#\s+\w+.{8,}", line)] == []
