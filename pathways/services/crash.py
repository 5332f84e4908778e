"""Deaths on purpose, so that tests can kill a worker at each point of a message's way.

Does nothing unless CRASH_AT names the point; settings refuse it in production.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from pathlib import Path

from django.conf import settings


class Point(StrEnum):
    """The five points of delivery.md, 4.4."""

    CLAIM = "claim"
    RENDER = "render"
    HANDOVER = "handover"
    AFTERDATA = "afterdata"
    AFTERCOMMIT = "aftercommit"


def here(point: Point) -> None:
    """Kill this process, as a power cut would, if the environment asks for it at this point."""
    if point.value != settings.CRASH_AT:
        return
    if settings.CRASH_ONCE:
        try:
            Path(settings.CRASH_ONCE).touch(exist_ok=False)
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
