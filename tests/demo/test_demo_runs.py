"""The demo as a visitor starts it: one command, a page, real emails, Ctrl-C, nothing left."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

ROOT = Path(__file__).parent.parent.parent
DEADLINE = 60.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/$", re.MULTILINE)


class Demo:
    """One running `manage.py demo`, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env={**bare, "DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.said = ""

    def _read(self) -> None:
        assert self.process.stdout is not None
        if select.select([self.process.stdout], [], [], 0.2)[0]:
            self.said += os.read(self.process.stdout.fileno(), 65536).decode()

    def address(self) -> str:
        """Wait for the address it prints."""
        deadline = time.monotonic() + 2 * DEADLINE
        while time.monotonic() < deadline and self.process.poll() is None:
            found = ADDRESS.search(self.said)
            if found and "Ctrl-C" in self.said:
                return found.group().rstrip("/")
            self._read()
        pytest.fail(f"The demo gave no address. It said:\n{self.said}")

    def mails(self) -> list[str]:
        return [path.name for path in (self.folder / "mailbox").glob("*.eml")]

    def stop(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def left_over(self) -> list[str]:
        """Every process that carries this demo's folder in its environment."""
        mark = f"DATA_DIR={self.folder}\0".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (path / "environ").read_bytes():
                    found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Demo]]:
    running: list[Demo] = []

    def begin() -> Demo:
        running.append(Demo(tmp_path))
        return running[-1]

    yield begin
    for demo in running:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.process.wait(30)


def get(address: str) -> tuple[int, str]:
    """Return the status and the page at an address."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def until(ready: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if ready():
            return
        select.select([], [], [], 0.2)
    pytest.fail(f"Not within {DEADLINE:.0f} s: {what}.")


def test_from_nothing_to_real_emails_and_back_to_nothing(start: Callable[[], Demo]) -> None:
    demo = start()
    address = demo.address()
    assert get(f"{address}/sign-in/")[0] == 200
    until(lambda: len(demo.mails()) >= 10, "ten emails in the mailbox")
    status, page = get(f"{address}/mailbox/")
    assert status == 200
    assert any(name in page for name in demo.mails())
    for role in ("nurse", "hematologist", "neurologist", "coordinator", "auditor"):
        assert role in demo.said
    assert "Mansour, Salma" in demo.said
    assert re.search(rf"{address}/patients/[0-9a-f-]{{36}}/$", demo.said, re.MULTILINE)
    assert "invented" in demo.said
    assert "always open" in demo.said

    assert demo.stop() == 0
    assert demo.left_over() == []

    # The same day again: what is there stays, and it is quick.
    kept = set(demo.mails())
    began = time.monotonic()
    again = start()
    again.address()
    assert time.monotonic() - began < 10
    assert kept <= set(again.mails())
    assert again.stop() == 0
    assert again.left_over() == []


def test_the_links_in_an_email_lead_back_to_this_server(start: Callable[[], Demo]) -> None:
    demo = start()
    address = demo.address()
    until(demo.mails, "an email in the mailbox")
    _, sheet = get(f"{address}/mailbox/{demo.mails()[0]}/sheet/")
    links = re.findall(r'href="(http[^"]+)"', sheet)
    assert links
    assert all(link.startswith(f"{address}/") for link in links)
    assert {get(link)[0] for link in links} == {200}
    assert demo.stop() == 0


def test_a_second_demo_in_the_same_folder_is_refused(start: Callable[[], Demo]) -> None:
    first = start()
    first.address()
    second = start()
    assert second.process.wait(30) == 1
    second._read()
    assert "already" in second.said
    assert first.stop() == 0


def test_two_demos_started_at_once_never_share_a_port(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    both = [Demo(tmp_path_factory.mktemp("demo")) for _ in range(2)]
    addresses = {demo.address() for demo in both}
    assert len(addresses) == 2
    assert [demo.stop() for demo in both] == [0, 0]


def test_when_one_process_falls_the_demo_ends_and_says_which(start: Callable[[], Demo]) -> None:
    demo = start()
    demo.address()
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (path / "cmdline").read_bytes()
            if b"mail_sink" in words and str(demo.folder).encode() in words:
                os.kill(int(path.name), signal.SIGKILL)
    assert demo.process.wait(30) == 1
    demo._read()
    assert "mailbox ended by itself" in demo.said
    assert demo.left_over() == []
