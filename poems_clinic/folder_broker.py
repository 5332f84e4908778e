"""Celery's folder as message broker, where a message appears whole or not at all.

Kombu's own opens the file under its final name and then writes. A worker that looks in between takes
an empty message, which it cannot read, and ends. Here the file gets its name when it is complete.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes a message beside its place and moves it there; reading is kombu's own."""

    # Kombu names the second argument otherwise in each of its two classes above this one.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid4()}"
        unfinished = Path(self.data_folder_out, f"{name}.part")  # no queue's, so nobody takes it
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            unfinished.replace(unfinished.with_name(f"{name}.{queue}.msg"))
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add a message to {self.data_folder_out}") from error


class Transport(filesystem.Transport):
    """What CELERY_BROKER_TRANSPORT names."""

    Channel = Channel
