"""Templates are run once per kind, language, clinic and set of rows; then only filled in.

A template run costs about a thousand times what filling in costs, and a mailing repeats the same
words for everybody. The filled-in skeleton equals a plain template run byte for byte (a test).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from pathways.messaging.encoding import SOFT_BREAK, quoted_printable
from pathways.messaging.envelope import Sender, UnsendableError, check_line
from pathways.messaging.kinds import MessageKind

# Everything that differs from person to person. A slot without a value hides its row.
SLOTS: Final = (
    "name",
    "window_first",
    "window_last",
    "hope_by",
    "hoped_by",
    "when_day",
    "when_time",
    "when_short",
    "when_near",
    "old_when",
    "place",
    "place_rest",
    "length",
    "call_me",
    "when_to_call",
    "stop",
)
MASTER_LANGUAGE = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_FILES = ("subject.txt", "body.txt", "body.html")
# Private-use signs: no template escapes them and `check_line` refuses them in every value.
_OPEN, _CLOSE = "\ue000", "\ue001"
_LINK_BASE = re.compile(r"https?://[A-Za-z0-9.:-]+")
_MARK = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Words:
    """One template run, or one filled skeleton."""

    subject: str
    preheader: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One text cut at its slots: fixed[0], slot[0], fixed[1], slot[1], … fixed[n]."""

    fixed: tuple[str, ...]
    slots: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with every slot filled in; the values are already escaped."""
        out = [self.fixed[0]]
        for slot, following in zip(self.slots, self.fixed[1:], strict=True):
            out.append(values[slot])
            out.append(following)
        return "".join(out)


class EncodedPiece:
    """The same cut, already quoted-printable, with a soft line break on both sides of each slot."""

    __slots__ = ("_gaps", "_parts")

    def __init__(self, piece: Piece) -> None:
        parts: list[bytes] = []
        gaps: list[tuple[int, str]] = []
        for at, fixed in enumerate(piece.fixed):
            before = SOFT_BREAK if at else b""
            after = SOFT_BREAK if at < len(piece.slots) else b""
            parts.append(before + quoted_printable(fixed) + after)
            if at < len(piece.slots):
                gaps.append((len(parts), piece.slots[at]))
                parts.append(b"")
        self._parts = parts
        self._gaps = gaps

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        """Return the encoded body; the values are already encoded."""
        out = self._parts.copy()
        for at, slot in self._gaps:
            out[at] = values[slot]
        return b"".join(out)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One email with its slots open."""

    language: str
    subject: Piece
    preheader: Piece
    text: Piece
    html: Piece
    text_encoded: EncodedPiece
    html_encoded: EncodedPiece


def spoken_language(kind: MessageKind, wanted: str) -> str:
    """Return the language the email will be in: the wanted one if it is written, or English."""
    base = wanted.replace("_", "-").split("-")[0].lower()
    return base if base == MASTER_LANGUAGE or _is_written(kind, base) else MASTER_LANGUAGE


@lru_cache(maxsize=256)
def _is_written(kind: MessageKind, language: str) -> bool:
    if not re.fullmatch(r"[a-z]{2,3}", language):
        return False
    try:
        for file in _FILES:
            get_template(f"emails/{language}/{kind}/{file}")
    except TemplateDoesNotExist:
        return False
    return True


def run_templates(
    kind: MessageKind,
    *,
    wanted_language: str,
    sender: Sender,
    is_carer: bool,
    values: Mapping[str, str],
) -> Words:
    """Run the three templates. `values` holds slots in plain text; a missing one hides its row."""
    language = spoken_language(kind, wanted_language)
    folder = f"emails/{kind}" if language == MASTER_LANGUAGE else f"emails/{language}/{kind}"
    other = wanted_language.split("-")[0].lower()
    context: dict[str, object] = dict.fromkeys(SLOTS, "")
    context |= values
    context |= {
        "sender": sender,
        "address": _footer_address(sender),
        "tel": re.sub(r"[^\d+]", "", sender.phone),
        "lang": language,
        "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "is_carer": is_carer,
        "has_links": any(values.get(slot) for slot in ("call_me", "when_to_call", "stop")),
        "other_language": other if other != language and other in ("es", "fr", "ja") else "",
    }
    lines = get_template(f"{folder}/subject.txt").render(context).strip("\n").split("\n")
    if len(lines) != 2:
        raise UnsendableError(f"{folder}/subject.txt needs two lines: the subject, the preheader.")
    subject, preheader = lines
    if sender.plain_subjects:
        subject = _plain_subject(sender)
    context |= {"subject": subject, "preheader": preheader}
    return Words(
        subject=subject,
        preheader=preheader,
        text=tidy_text(get_template(f"{folder}/body.txt").render(context)),
        html=tidy_html(get_template(f"{folder}/body.html").render(context)),
    )


@lru_cache(maxsize=512)
def skeleton(
    kind: MessageKind,
    wanted_language: str,
    sender: Sender,
    is_carer: bool,
    present: tuple[str, ...],
) -> Skeleton:
    """Return the skeleton for these rows, running the templates the first time only."""
    check_sender(sender)
    marks = {slot: f"{_OPEN}{slot}{_CLOSE}" for slot in present}
    words = run_templates(
        kind, wanted_language=wanted_language, sender=sender, is_carer=is_carer, values=marks
    )
    text, html = _cut(words.text), _cut(words.html)
    return Skeleton(
        language=spoken_language(kind, wanted_language),
        subject=_cut(words.subject),
        preheader=_cut(words.preheader),
        text=text,
        html=html,
        text_encoded=EncodedPiece(text),
        html_encoded=EncodedPiece(html),
    )


@lru_cache(maxsize=1024)
def check_sender(sender: Sender) -> None:
    """Raise UnsendableError unless every word of the clinic is fit for a header."""
    for field in (
        "clinic_name",
        "mail_domain",
        "link_base",
        "phone",
        "phone_hours",
        "emergency_number",
    ):
        value = getattr(sender, field)
        if not value:
            raise UnsendableError(f"The clinic's {field.replace('_', ' ')} is empty. Set it.")
        check_line(value, f"The clinic's {field.replace('_', ' ')}")
    for line in sender.address_lines:
        check_line(line, "The clinic's address")
    if not _LINK_BASE.fullmatch(sender.link_base):
        raise UnsendableError(
            "The clinic's link base is not of the form https://host, without a slash at the end."
        )


def _cut(text: str) -> Piece:
    parts: Sequence[str] = _MARK.split(text)
    return Piece(fixed=tuple(parts[0::2]), slots=tuple(parts[1::2]))


def _plain_subject(sender: Sender) -> str:
    subject = f"A message from {sender.clinic_name}"
    return subject if len(subject) <= 40 else "A message from your clinic"


def _footer_address(sender: Sender) -> str:
    lines = list(sender.address_lines)
    if not lines or not lines[0].startswith(sender.clinic_name):
        lines.insert(0, sender.clinic_name)
    return ", ".join(lines)


def tidy_text(text: str) -> str:
    """At most one empty line in a row, no blanks at line ends."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def tidy_html(html: str) -> str:
    """No empty lines and no indentation; layout never depends on them."""
    return re.sub(r"\s*\n\s*", "\n", html).strip() + "\n"
