"""Each email in each language beside a kept copy, so that no word changes unseen.

After a meant change: GOLDEN=write pytest tests/messaging/test_golden.py, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pathways.messaging import gallery, mime
from pathways.messaging.envelope import Recipient
from pathways.messaging.gallery import LANGUAGES, LINKS, SENDER, WRITTEN_AT
from pathways.messaging.kinds import MessageKind
from pathways.messaging.staff_emails import StaffKind

FOLDER = Path(__file__).parent / "golden"


def made(kind: MessageKind, language: str) -> bytes:
    one = gallery.sample(kind, language=language)
    return mime.build_bytes(
        one.rendered,
        sender=SENDER,
        recipient=one.recipient,
        message_id="<golden@mail.northgate.example>",
        at=WRITTEN_AT,
        one_click_stop=LINKS.one_click_stop,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MessageKind)
def test_an_email_equals_its_kept_copy(kind: MessageKind, language: str) -> None:
    path = FOLDER / f"{kind}.{language}.eml"
    octets = made(kind, language)
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(octets)

    assert path.read_bytes() == octets


@pytest.mark.parametrize("kind", StaffKind)
def test_an_email_to_staff_equals_its_kept_copy(kind: StaffKind) -> None:
    path = FOLDER / f"{kind}.eml"
    octets = mime.build_bytes(
        gallery.staff_sample(kind),
        sender=SENDER,
        recipient=Recipient("nurse@staff.example", ""),
        message_id="<golden@mail.northgate.example>",
        at=WRITTEN_AT,
    )
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(octets)

    assert path.read_bytes() == octets


def test_there_is_no_copy_without_an_email() -> None:
    names = {f"{kind}.{language}.eml" for kind in MessageKind for language in LANGUAGES}
    names |= {f"{kind}.eml" for kind in StaffKind}

    assert {path.name for path in FOLDER.glob("*.eml")} == names
