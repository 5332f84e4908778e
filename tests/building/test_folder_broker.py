"""The embedded clinic's broker: a worker never takes a message that is still being written."""

from __future__ import annotations

from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from poems_clinic.folder_broker import Transport


@pytest.fixture
def channel(tmp_path: Path) -> Any:
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    (tmp_path / "queue").mkdir()
    return Connection(transport=Transport, transport_options=options).default_channel


def test_a_message_comes_out_as_it_went_in(channel: Any) -> None:
    channel._put("celery", {"id": 7})
    assert channel._get("celery") == {"id": 7}
    with pytest.raises(Empty):
        channel._get("celery")


def test_nothing_is_taken_before_it_is_written_whole(
    channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    move = Path.replace

    def look_first(path: Path, target: Path) -> Path:
        seen.append(path.read_bytes())
        with pytest.raises(Empty):
            channel._get("celery")
        return move(path, target)

    monkeypatch.setattr(Path, "replace", look_first)
    channel._put("celery", {"id": 7})
    assert seen == [b'{"id": 7}']
    assert channel._get("celery") == {"id": 7}


def test_a_folder_that_cannot_be_written_is_said_and_nothing_stays(channel: Any) -> None:
    folder = Path(channel.data_folder_out)
    folder.rmdir()
    with pytest.raises(ChannelError, match="Cannot add a message"):
        channel._put("celery", {"id": 7})
    assert not folder.exists()
