"""Real processes for the fault tests: the mail server, Redis, workers, beats. Ended by their id."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sink import free_port

ROOT = Path(__file__).resolve().parents[2]


def wait_until(condition: Callable[[], Any], what: str, *, seconds: float = 60.0) -> None:
    """Return as soon as the condition holds; fail, naming it, when it never does."""
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            raise AssertionError(f"Waited {seconds:g} s in vain until {what}.")
        time.sleep(0.05)  # the pause of a poll with a deadline, not a wait for luck


@dataclass
class Stage:
    """One test's machines: a folder, an environment, and the processes it started."""

    folder: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """Where the mail server writes what it took."""
        return self.folder / "taken.log"

    @property
    def script(self) -> Path:
        """By which rules the mail server answers."""
        return self.folder / "script.json"

    def taken(self) -> Counter[str]:
        """How many copies of each Message-ID reached the patients' mail server."""
        text = self.log.read_text() if self.log.exists() else ""
        return Counter(line.split()[0] for line in text.splitlines())

    def run(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a Python process of this project; its words go to a file in the folder."""
        out = (self.folder / f"process-{len(self.started)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment | more,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        out.close()
        self.started.append(process)
        return process

    def manage(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a management command."""
        return self.run("manage.py", *words, **more)

    def worker(self, *, processes: int = 2, **more: str) -> subprocess.Popen[bytes]:
        """Start a Celery worker; with 0 processes it works in its only one."""
        pool = ("-P", "solo") if processes == 0 else ("-c", str(processes))
        name = f"w{len(self.started)}@here"
        return self.run(
            *("-m", "celery", "-A", "poems_clinic", "worker", "-l", "WARNING", "-n", name),
            *(*pool, "--without-gossip", "--without-mingle", "--without-heartbeat"),
            **more,
        )

    def beat(self, **more: str) -> subprocess.Popen[bytes]:
        """Start a Celery beat with a memory of its own."""
        own = str(self.folder / f"beat-{len(self.started)}.db")
        words = ("-m", "celery", "-A", "poems_clinic", "beat", "-l", "WARNING", "-s", own)
        return self.run(*words, "--pidfile=", **more)

    def redis(self, port: int | None = None) -> subprocess.Popen[bytes]:
        """Start a Redis that keeps nothing on disk, and point the broker at it."""
        port = port or free_port()
        self.environment["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{port}/0"
        process = subprocess.Popen(
            [
                *(str(shutil.which("redis-server")), "--port", str(port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and everything it started."""
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)

    def end_all(self) -> None:
        """Leave nothing running."""
        for process in reversed(self.started):
            self.end(process)

    def words(self) -> str:
        """The ends of all the processes' words, for a failing test."""
        ends = [
            f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}"
            for path in sorted(self.folder.glob("process-*.log"))
        ]
        return "\n".join(ends)


def succeeded(process: subprocess.Popen[bytes], *, seconds: float = 90.0) -> bool:
    """Wait for a process and say whether it ended well."""
    return process.wait(timeout=seconds) == 0
