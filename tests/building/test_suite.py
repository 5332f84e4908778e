"""The suite itself: it stays on this machine, and says what it could not run."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building.reading import ROOT, name_of, python_files, tree_of
from tests.plugins import is_local

SKIPPING = """
import pytest

def test_well():
    assert True

@pytest.mark.skip(reason="no means")
def test_away():
    assert False
"""


def run_pytest(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a small suite with our plugin and without our settings' command line."""
    (folder / "test_small.py").write_text(SKIPPING)
    bare = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "NO_SKIPS", "REQUIRE"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.plugins", "-p", "no:cacheprovider",
         "--rootdir", str(folder), "-q", str(folder), "--ds", "poems_clinic.settings"],
        cwd=ROOT, env=bare | environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_without_means_the_suite_passes_and_says_loudly_what_did_not_run(tmp_path: Path) -> None:
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "NOT EVERYTHING RAN" in done.stdout
    assert "1 test did not run: no means" in done.stdout


def test_where_nothing_may_be_skipped_a_skip_is_a_failure_with_its_name(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, NO_SKIPS="1")
    assert done.returncode == 1
    assert "test_away was skipped" in done.stdout
    assert "1 passed, 1 error" in done.stdout


def test_a_test_cannot_reach_beyond_the_machine() -> None:
    with socket.socket() as plug, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        plug.connect(("192.0.2.1", 25))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.4.5.6", "::1", "localhost"])
def test_this_machine_may_be_reached(host: str) -> None:
    assert is_local((host, 25))


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "example.org", "2001:db8::1"])
def test_other_machines_may_not(host: str) -> None:
    assert not is_local((host, 25))


# What the page says at once, which on a slow machine is what the page before it said.
AT_ONCE = re.compile(
    r"\.(is_visible|is_hidden|is_checked|inner_text|text_content|input_value|get_attribute)\("
    r"|page.*(locator|get_by_\w+)\(.*\)\.count\(\)"
)


@pytest.mark.parametrize("path", python_files("tests/browser"), ids=name_of)
def test_what_a_page_shows_is_waited_for_with_expect(path: Path) -> None:
    asserts = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert))
    hasty = [ast.unparse(node) for node in asserts if AT_ONCE.search(ast.unparse(node))]
    assert hasty == []
