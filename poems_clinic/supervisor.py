"""Runs several processes as one: they start together, and whatever ends one ends all.

Each child has a session of its own, so a Ctrl-C in the terminal reaches this process only, which
then asks every child once to stop (a second SIGTERM makes Celery drop what it holds), waits, and
kills what is left. Should this process be killed itself, Linux ends the children.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import FrameType

STOP_SECONDS = 10.0
LOOK_SECONDS = 0.2
TAIL_LINES = 25
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """One process to run: its name, its command, its environment, and the port it is handed."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    door: socket.socket | None = None


class Supervisor:
    """Starts the children, watches them, and stops them all at once."""

    def __init__(self, *, logs: Path, say: Callable[[str], None]) -> None:
        """Write each child's output to a file of its own in `logs`; `say` prints a line."""
        self._logs = logs
        self._say = say
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = Event()

    def start(self, child: Child) -> None:
        """Start one child in a session of its own. The port it is handed is its alone from then."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with self.log_of(child.name).open("wb") as log:
            self._running[child.name] = subprocess.Popen(
                child.command,
                env=dict(child.environ),
                cwd=child.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=() if child.door is None else (child.door.fileno(),),
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        if child.door is not None:
            child.door.close()

    def log_of(self, name: str) -> Path:
        """Return the file that holds a child's output."""
        return self._logs / f"{name}.log"

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take Ctrl-C and SIGTERM as the wish to stop, and stop every child on the way out."""
        before = {one: signal.signal(one, self._wish) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            self.stop()
            for one, handler in before.items():
                signal.signal(one, handler)

    @property
    def stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def fallen(self) -> str | None:
        """Return the name of a child that ended by itself, or None while all run."""
        return next(
            (name for name, process in self._running.items() if process.poll() is not None), None
        )

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Look again and again until `ready`; False if a child falls, time is up or we stop."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.stopping and self.fallen() is None:
            if ready():
                return True
            self._stop.wait(0.05)
        return False

    def watch(self) -> int:
        """Stay until somebody asks to stop (0) or a child falls (1)."""
        while not self._stop.wait(LOOK_SECONDS):
            name = self.fallen()
            if name is not None:
                self.tell_fall(name)
                return 1
        return 0

    def tell_fall(self, name: str) -> None:
        """Say which child ended by itself, and print the end of what it wrote."""
        code = self._running[name].returncode
        self._say(f"{name} ended by itself (exit code {code}). Its last lines:")
        lines = self.log_of(name).read_text(errors="replace").splitlines()
        for line in lines[-TAIL_LINES:]:
            self._say(f"  {line}")

    def stop(self) -> None:
        """Ask each child once to stop, wait, and kill what is left, with its own children."""
        self._stop.set()
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # Its session may hold workers that outlived it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wish(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def _end_with_parent() -> None:
    """In the child: be asked to stop when the parent dies, however it dies. Linux only."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
