"""Reads the demo's mailbox: the files that the local SMTP server wrote, as a mail program would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from html import unescape
from pathlib import Path

NAME = re.compile(r"\d{8}T\d{12}-\d{5,}\.eml")
SHOWN = 200
PREVIEW_LETTERS = 110
_HIDDEN = re.compile(r"<div style=\"display:none[^>]*>(.*?)</div>", re.DOTALL)
_PADDING = re.compile(r"[\u034f\u200c\u00a0\s]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the post box took it."""

    name: str
    content: EmailMessage
    arrived_at: datetime

    @property
    def sender(self) -> str:
        """The name a phone shows: the sender's, without the address."""
        addresses = self.content["From"].addresses if self.content["From"] else ()
        return str(addresses[0].display_name or addresses[0].addr_spec) if addresses else "unknown"

    @property
    def to(self) -> str:
        """Whom it went to, as the header says."""
        return str(self.content["To"] or "nobody")

    @property
    def address(self) -> str:
        """The bare address it went to."""
        addresses = self.content["To"].addresses if self.content["To"] else ()
        return str(addresses[0].addr_spec) if addresses else ""

    @property
    def subject(self) -> str:
        """The subject line."""
        return str(self.content["Subject"] or "(no subject)")

    @property
    def preview(self) -> str:
        """What stands under the subject on a locked phone: the first words, hidden ones first."""
        hidden = _HIDDEN.search(self.html)
        words = unescape(hidden.group(1)) if hidden else self.text
        plain = _PADDING.sub(" ", words).strip()
        return plain if len(plain) <= PREVIEW_LETTERS else f"{plain[:PREVIEW_LETTERS].rstrip()}…"

    @property
    def html(self) -> str:
        """The part with markup, or nothing."""
        return self._part("html")

    @property
    def text(self) -> str:
        """The plain part, or nothing."""
        return self._part("plain")

    @property
    def calendar(self) -> bytes:
        """The calendar file that came along, or nothing."""
        for part in self.content.walk():
            if part.get_content_type() == "text/calendar":
                payload = part.get_payload(decode=True)
                return payload if isinstance(payload, bytes) else b""
        return b""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, in order, as it stands in the file."""
        return [(name, " ".join(str(value).split())) for name, value in self.content.raw_items()]

    def _part(self, kind: str) -> str:
        part = self.content.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


def newest(folder: Path) -> tuple[list[Mail], int]:
    """Return the newest mails, newest first, and how many there are in all."""
    names = sorted(
        (path.name for path in folder.glob("*.eml") if NAME.fullmatch(path.name)), reverse=True
    )
    found = [_open(folder, name) for name in names[:SHOWN]]
    return found, len(names)


def find(folder: Path, name: str) -> Mail | None:
    """Return one mail by the name of its file, or None; no name leads out of the folder."""
    if not NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    return _open(folder, name)


@lru_cache(maxsize=2 * SHOWN)
def _open(folder: Path, name: str) -> Mail:
    """Read one file; a mail never changes once it is there."""
    content = message_from_bytes((folder / name).read_bytes(), policy=policy.default)
    arrived_at = datetime.strptime(name[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Mail(name, content, arrived_at)  # type: ignore[arg-type]
