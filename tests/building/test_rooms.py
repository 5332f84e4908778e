"""rules/ is plain Python, one door leads to the present, and a file is one noun."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.building.reading import (
    PATHWAYS,
    calls_of,
    imports_of,
    name_of,
    python_files,
    service_order,
)

MOST_LINES = 300
# A longer file needs a reason here; splitting it should make it harder to read, not easier.
LONGER = {
    "pathways/messaging/emails.py": "one function an email, on one page",
    "pathways/messaging/smtp.py": "one conversation with one server, phase by phase",
    "pathways/services/appointments.py": "five verbs on one noun, each a few lines",
    "pathways/services/enrolments.py": "every verb on an enrolment, each a few lines",
    "pathways/services/failsafe.py": "one finding after another, each a query and a sentence",
    "pathways/services/outbox.py": "one message's way through a batch, read from top to bottom",
    "pathways/services/outbox_facts.py": "everything that is looked at again before sending",
    "pathways/services/reminder_batch.py": "one person's plan, step by step",
    "pathways/worklists/patient_page.py": "one page's rows",
}
PRESENT = {"now", "utcnow", "today", "time_ns", "gmtime"}
INPUT_OR_OUTPUT = {"open", "print", "input", "Path", "exec", "eval"}


@pytest.mark.parametrize("path", python_files("pathways/rules"), ids=name_of)
def test_rules_import_the_standard_library_and_one_another_only(path: Path) -> None:
    strangers = {
        name
        for name in imports_of(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("pathways.rules")
    }
    assert not strangers


@pytest.mark.parametrize("path", python_files("pathways/rules"), ids=name_of)
def test_rules_read_and_write_nothing(path: Path) -> None:
    assert not {name for _, name in calls_of(path)} & INPUT_OR_OUTPUT
    assert not {"os", "io", "pathlib", "socket", "random", "subprocess"} & set(imports_of(path))


def _asks_the_present(call: str) -> bool:
    """Say whether a call such as `datetime.now` or `x.date.today` reads a clock other than ours."""
    owner, _, word = call.rpartition(".")
    if call in {"time.time", "time.localtime", "timezone.localtime", "timezone.localdate"}:
        return True
    return word in PRESENT and owner.rpartition(".")[2] not in {"", "clock"}


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("datetime.now", True),
        ("_d.date.today", True),
        ("timezone.localdate", True),
        ("time.time", True),
        ("dates.localdate", False),
        ("clock.now", False),
        ("clock.today", False),
        ("time.monotonic", False),
    ],
)
def test_a_call_that_asks_the_present_is_known(call: str, answer: bool) -> None:
    assert _asks_the_present(call) is answer


@pytest.mark.parametrize("path", python_files("pathways", "poems_clinic"), ids=name_of)
def test_only_the_clock_knows_the_present(path: Path) -> None:
    if path == PATHWAYS / "clock.py":
        return
    asked = [(line, name) for line, name in calls_of(path) if _asks_the_present(name)]
    assert not asked, f"ask pathways.clock instead: {asked}"


@pytest.mark.parametrize("path", python_files("pathways", "poems_clinic", "scripts"), ids=name_of)
def test_a_file_is_one_noun(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES or name_of(path) in LONGER, (
        f"{lines} lines: which second noun hides?"
    )


@pytest.mark.parametrize("path", python_files("pathways", "poems_clinic"), ids=name_of)
def test_every_file_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8").strip()
    assert not text or text.startswith(('"""', "# "))


def test_every_service_has_its_place_in_the_order() -> None:
    placed = [name for layer in service_order() for name in layer]
    assert sorted(p.stem for p in (PATHWAYS / "services").glob("[!_]*.py")) == sorted(placed)
