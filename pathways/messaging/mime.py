"""From a rendered email to the bytes that go over the wire.

Built by hand: the library's message object costs 0.39 ms each (limits.md, 2). What it guards is
guarded here: header values are refused, not repaired, if they hold a line break or a hidden sign.
The bytes are 7-bit with short lines, so they are valid whatever the server offers.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from pathways.messaging.addresses import validate_address
from pathways.messaging.calendar import FILE_NAME
from pathways.messaging.envelope import Recipient, Sender, UnsendableError, check_line
from pathways.messaging.rendered import Rendered
from pathways.messaging.skeleton import check_sender
from pathways.messaging.staff_emails import StaffLetter

# "=_" occurs neither in quoted-printable nor in base64: no body can hold these lines (RFC 2046).
_OUTER, _INNER = b"=_outer", b"=_inner"
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
LONGEST_HTML = 100_000  # octets; a mail program may cut what is longer


def build_bytes(
    rendered: Rendered | StaffLetter,
    *,
    sender: Sender,
    recipient: Recipient,
    message_id: str,
    at: datetime,
    references: Sequence[str] = (),
    one_click_stop: str | None = None,
    smtputf8: bool = False,
) -> bytes:
    """Return the whole message, headers and body, with CRLF line ends.

    `message_id` and `references` are full ids with their angle brackets; `at` is aware. With
    `one_click_stop` the two List-Unsubscribe headers are set. Raises UnsendableError.
    """
    address = validate_address(recipient.address, smtputf8=smtputf8)
    if not _MESSAGE_ID.fullmatch(message_id):
        raise UnsendableError("The Message-ID is not of the form <letters@host>.")
    subject = check_line(rendered.subject, "The subject")
    head = [
        _fixed_headers(sender, rendered.language),
        f"To: {address}\r\n".encode(),
        b"Subject: " + _unstructured(subject, "Subject"),
        f"\r\nDate: {_date(int(at.timestamp()))}\r\nMessage-ID: {message_id}\r\n".encode("ascii"),
    ]
    if references:
        head.append(_thread(references))
    if one_click_stop is not None:
        head.append(_unsubscribe(one_click_stop, sender))
    text, html = rendered.encoded_bodies()
    if len(html) > LONGEST_HTML:
        raise UnsendableError("The email has grown beyond 100 kB. Look for an endless value.")
    if rendered.ics is None:
        head.append(b'Content-Type: multipart/alternative; boundary="' + _INNER + b'"\r\n\r\n')
        return b"".join((*head, *_alternative(text, html)))
    return b"".join(
        (
            *head,
            b'Content-Type: multipart/mixed; boundary="' + _OUTER + b'"\r\n\r\n--' + _OUTER,
            b'\r\nContent-Type: multipart/alternative; boundary="' + _INNER + b'"\r\n\r\n',
            *_alternative(text, html),
            b"--" + _OUTER + b"\r\nContent-Type: text/calendar; charset=utf-8; method=",
            rendered.ics_method.encode("ascii"),
            f'; name="{FILE_NAME}"\r\nContent-Transfer-Encoding: base64\r\n'.encode("ascii"),
            f'Content-Disposition: attachment; filename="{FILE_NAME}"\r\n\r\n'.encode("ascii"),
            encodebytes(rendered.ics).replace(b"\n", b"\r\n"),
            b"--" + _OUTER + b"--\r\n",
        )
    )


def _alternative(text: bytes, html: bytes) -> tuple[bytes, ...]:
    """Text first, HTML last, both UTF-8."""
    return (
        b"--" + _INNER + b"\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
        text,
        b"\r\n--" + _INNER + b"\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
        html,
        b"\r\n--" + _INNER + b"--\r\n",
    )


@lru_cache(maxsize=1024)
def _fixed_headers(sender: Sender, language: str) -> bytes:
    """Headers that are the same for everybody this clinic writes to."""
    check_sender(sender)
    from_address = validate_address(sender.from_address)
    reply_to = validate_address(sender.reply_to)
    name = formataddr((check_line(sender.clinic_name, "The clinic name"), from_address))
    return (
        f"MIME-Version: 1.0\r\nFrom: {name}\r\nReply-To: {reply_to}\r\n"
        f"Auto-Submitted: auto-generated\r\nContent-Language: {language}\r\n"
    ).encode("ascii")


def _unstructured(value: str, header: str) -> bytes:
    if value.isascii() and len(value) <= 70:
        return value.encode("ascii")
    charset = "us-ascii" if value.isascii() else "utf-8"
    coded = Header(value, charset, header_name=header, maxlinelen=76).encode(linesep="\r\n")
    return coded.encode("ascii")


def _thread(references: Sequence[str]) -> bytes:
    for one in references:
        if not _MESSAGE_ID.fullmatch(one):
            raise UnsendableError("A reference is not of the form <letters@host>.")
    chain = "\r\n ".join(references)
    return f"In-Reply-To: {references[-1]}\r\nReferences: {chain}\r\n".encode("ascii")


def _unsubscribe(url: str, sender: Sender) -> bytes:
    check_line(url, "The one-click stop link")
    if not url.startswith(f"{sender.link_base}/") or not url.isascii() or re.search("[ <>]", url):
        raise UnsendableError("The one-click stop link is not on the clinic's own host.")
    return (
        f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    ).encode("ascii")


@lru_cache(maxsize=64)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
