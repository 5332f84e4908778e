"""One finished email, its words filled in on demand and its bodies ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from pathways.messaging.encoding import quoted_value
from pathways.messaging.kinds import MessageKind
from pathways.messaging.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one person will read. `ics` is the calendar file, `ics_method` PUBLISH or CANCEL."""

    kind: MessageKind
    language: str  # of the words, not of the person
    subject: str
    preheader: str
    skeleton: Skeleton = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    ics: bytes | None = field(default=None, repr=False)
    ics_method: str = ""

    @property
    def text(self) -> str:
        """The plain text part."""
        return self.skeleton.text.fill(self.values)

    @property
    def html(self) -> str:
        """The HTML part."""
        return self.skeleton.html.fill({slot: escape(value) for slot, value in self.values.items()})

    def encoded_bodies(self) -> tuple[bytes, bytes]:
        """Text and HTML part, quoted-printable with CRLF line ends."""
        plain = {slot: quoted_value(value) for slot, value in self.values.items()}
        marked = plain.copy()
        for slot, value in self.values.items():
            if (safe := escape(value)) != value:
                marked[slot] = quoted_value(safe)
        return self.skeleton.text_encoded.fill(plain), self.skeleton.html_encoded.fill(marked)
