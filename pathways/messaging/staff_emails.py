"""Email to staff: that an alert waits, and the morning's digest. A number and a link, nothing else.

No word about a person, not even initials: whoever reads it signs in to learn more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.template.loader import get_template

from pathways.messaging.encoding import quoted_printable
from pathways.messaging.envelope import Sender, UnsendableError, check_line
from pathways.messaging.skeleton import tidy_html, tidy_text

_LINK = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9/_-]*")


class StaffKind(StrEnum):
    """The name of an email to staff; its templates stand in the folder of the same name."""

    ALERT = "staff_alert"
    DIGEST = "staff_digest"


VERSION = 1
# The alert leaves before every other email; the digest among the patients'.
PRIORITY: Mapping[StaffKind, int] = {StaffKind.ALERT: 0, StaffKind.DIGEST: 60}


@dataclass(frozen=True, slots=True)
class StaffLetter:
    """What a member of staff will read."""

    kind: StaffKind
    subject: str
    preheader: str
    text: str
    html: str
    language: str = "en"
    ics: bytes | None = None
    ics_method: str = ""

    def encoded_bodies(self) -> tuple[bytes, bytes]:
        """Text and HTML part, quoted-printable with CRLF line ends."""
        return quoted_printable(self.text), quoted_printable(self.html)


def render(kind: StaffKind, *, sender: Sender, values: Mapping[str, Any]) -> StaffLetter:
    """Return an email to staff. The values are those that were kept with its row."""
    for link in [values.get("link"), *(row["link"] for row in values.get("rows", ()))]:
        if link and not _LINK.fullmatch(link):
            raise UnsendableError("A link is not one to the staff's site. Set STAFF_URL.")
    context: dict[str, Any] = {**values, "sender": sender}
    head = get_template(f"emails/{kind}/subject.txt").render(context).strip("\n").split("\n")
    if len(head) != 2:
        raise UnsendableError(f"{kind}/subject.txt needs two lines: the subject, the preheader.")
    context |= {"subject": head[0], "preheader": head[1]}
    return StaffLetter(
        kind=kind,
        subject=check_line(head[0], "The subject"),
        preheader=head[1],
        text=tidy_text(get_template(f"emails/{kind}/body.txt").render(context)),
        html=tidy_html(get_template(f"emails/{kind}/body.html").render(context)),
    )
