"""How the suite behaves on machines of different means.

A machine without PostgreSQL, Redis or Chromium runs what it can and says loudly what it could
not. CI sets NO_SKIPS=1, REQUIRE_SERVICES=1 and REQUIRE_BROWSER=1: there a test that
does not run is a failure with its name. No test in this process reaches beyond the machine.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED_BY = {
    "postgres": "REQUIRE_SERVICES",
    "redis": "REQUIRE_SERVICES",
    "browser": "REQUIRE_BROWSER",
}
LOCAL_NAMES = {"localhost", ""}


def chromium() -> str | None:
    """Return the Chromium to drive: CHROMIUM, or the first known name on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def means_missing() -> dict[str, str]:
    """Return, for each marker whose means this machine lacks, what is missing and the cure."""
    from django.conf import settings

    missing: dict[str, str] = {}
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        missing["postgres"] = "no PostgreSQL: set DATABASE_URL=postgres://…"
    if shutil.which("redis-server") is None:
        missing["redis"] = "no Redis: apt-get install redis-server"
    if chromium() is None:
        missing["browser"] = "no Chromium: apt-get install chromium"
    return missing


def wants(name: str) -> bool:
    """Return whether an environment variable says yes."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what the machine cannot run; keep tests that fight over the machine on one worker."""
    missing = means_missing()
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker) is None:
                continue
            if wants(REQUIRED_BY[marker]):
                item.add_marker(pytest.mark.cannot_run(reason))
            else:
                item.add_marker(pytest.mark.skip(reason=reason))
        for crowd in ("browser", "faults"):
            if item.get_closest_marker(crowd) and not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(crowd))


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and let the sync ORM live beside the browser driver's loop."""
    config.addinivalue_line("markers", "cannot_run(reason): fails because its means are missing")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail at once where the means are missing and CI says that they must be there."""
    mark = item.get_closest_marker("cannot_run")
    if mark is not None:
        pytest.fail(f"This test must run here but cannot: {mark.args[0]}", pytrace=False)


def _turn_into_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail") or not wants("NO_SKIPS"):
        return
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"NO_SKIPS=1, but {report.nodeid} was skipped: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With NO_SKIPS=1 a skipped test has failed."""
    report = yield
    _turn_into_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """With NO_SKIPS=1 a skipped file has failed."""
    report = yield
    _turn_into_failure(report)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what did not run here, how often, and where it does."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[why.removeprefix("Skipped: ")] += 1
    if not reasons:
        return
    terminalreporter.section("NOT EVERYTHING RAN", sep="!", red=True, bold=True)
    for why, count in reasons.most_common():
        noun = "test" if count == 1 else "tests"
        terminalreporter.write_line(f"{count} {noun} did not run: {why}", yellow=True)
    terminalreporter.write_line("CI runs them all on PostgreSQL, Redis and Chromium: .ci/run")


def is_local(address: object) -> bool:
    """Return whether a socket address stays on this machine."""
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine: a test that needs one is a wrong test."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    yield
    patch.undo()


def _guarded(real: Any) -> Any:
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_local(args[-1]):
            raise AssertionError(
                f"A test tried to reach {args[-1][0]}; tests stay on this machine."
            )
        return real(self, *args)

    return guarded
