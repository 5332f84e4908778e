"""Every command of the clinic explains itself and answers a usage error with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.building.reading import PATHWAYS

COMMANDS = sorted(name for name, app in get_commands().items() if app == "pathways")


def test_the_doors_of_the_clinic_are_all_there() -> None:
    files = {p.stem for p in (PATHWAYS / "management" / "commands").glob("[!_]*.py")}
    assert set(COMMANDS) == files


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does(name: str) -> None:
    assert len(load_command_class("pathways", name).help) > 15


@pytest.mark.parametrize("name", COMMANDS)
def test_help_leaves_with_0(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        load_command_class("pathways", name).run_from_argv(["manage.py", name, "--help"])
    assert exit_.value.code == 0
    assert name in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_usage_error_leaves_with_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        load_command_class("pathways", name).run_from_argv(["manage.py", name, "--no-such-word"])
    assert exit_.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    parser = load_command_class("pathways", name).create_parser("manage.py", name)
    assert [action.dest for action in parser._actions if not action.help] == []


def test_commands_live_in_one_place() -> None:
    assert [p for p in PATHWAYS.rglob("commands") if p.parent.name != "management"] == []
    assert Path(PATHWAYS / "management" / "__init__.py").exists()
