"""Several processes as one, with real ones: what ends one ends all, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from poems_clinic import supervisor as module
from poems_clinic.supervisor import Child, Supervisor

pytestmark = pytest.mark.faults

STAYS = "import signal; signal.pause()"
FALLS = "import sys; print('the cellar is full'); sys.exit(3)"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
    "while True: signal.pause()"
)
LEAVES_ONE = (
    "import subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
    "print(child.pid, flush=True); sys.exit(0)"
)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def boss(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(logs=tmp_path / "logs", say=said.append)


@pytest.fixture
def child(tmp_path: Path) -> Callable[[str, str], Child]:
    def make(name: str, code: str) -> Child:
        return Child(name, (sys.executable, "-c", code), os.environ, tmp_path)

    return make


def lives(pid: int) -> bool:
    """Say whether a process runs; one that ended and waits to be read does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def pid_of(boss: Supervisor, name: str) -> int:
    return boss._running[name].pid


def test_one_that_falls_takes_the_others_along_and_is_named(
    boss: Supervisor, child: Callable[[str, str], Child], said: list[str]
) -> None:
    with boss.signals():
        boss.start(child("steady", STAYS))
        steady = pid_of(boss, "steady")
        boss.start(child("cellar", FALLS))
        assert boss.watch() == 1
    assert not lives(steady)
    assert "cellar ended by itself (exit code 3)" in said[0]
    assert any("the cellar is full" in line for line in said)


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_a_wish_to_stop_ends_all_and_is_no_failure(
    boss: Supervisor, child: Callable[[str, str], Child], wish: signal.Signals
) -> None:
    with boss.signals():
        boss.start(child("one", STAYS))
        boss.start(child("two", STAYS))
        pids = [pid_of(boss, "one"), pid_of(boss, "two")]
        threading.Timer(0.2, os.kill, (os.getpid(), wish)).start()
        assert boss.watch() == 0
    assert not any(lives(pid) for pid in pids)


def test_a_stubborn_one_is_killed_after_the_wait(
    boss: Supervisor, child: Callable[[str, str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.3)
    with boss.signals():
        boss.start(child("stubborn", STUBBORN))
        pid = pid_of(boss, "stubborn")
        log = boss.log_of("stubborn")
        assert boss.wait_until(lambda: "ready" in log.read_text(), seconds=20)
    assert not lives(pid)


def test_what_a_child_leaves_behind_is_ended_too(
    boss: Supervisor, child: Callable[[str, str], Child]
) -> None:
    with boss.signals():
        boss.start(child("careless", LEAVES_ONE))
        assert boss.watch() == 1
        orphan = int(boss.log_of("careless").read_text())
        assert lives(orphan)
    deadline = time.monotonic() + 10
    while lives(orphan) and time.monotonic() < deadline:
        os.sched_yield()
    assert not lives(orphan)


def test_waiting_ends_when_a_child_falls(
    boss: Supervisor, child: Callable[[str, str], Child]
) -> None:
    with boss.signals():
        boss.start(child("cellar", FALLS))
        began = time.monotonic()
        assert not boss.wait_until(lambda: False, seconds=60)
        assert time.monotonic() - began < 30


def test_the_signals_are_as_before_afterwards(boss: Supervisor) -> None:
    before = signal.getsignal(signal.SIGINT)
    with boss.signals():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
