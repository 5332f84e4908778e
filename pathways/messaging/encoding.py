"""Quoted-printable, cut so that prepared pieces and single values can be laid end to end.

Each piece is encoded on its own and joined by soft line breaks, which vanish when read back. The
result is 7-bit, its lines are short and never begin with a dot, whatever the server offers.
"""

from __future__ import annotations

import re

SOFT_BREAK = b"=\r\n"
_LONGEST = 72  # 76 are allowed; an escaped sign takes three
_AS_IT_IS = re.compile(r"[!-\-/-<>-~ ][!-<>-~ ]{0,70}|")


def quoted_printable(text: str) -> bytes:
    """Encode any text; line ends become CRLF."""
    lines = text.replace("\r\n", "\n").split("\n")
    return b"\r\n".join(_line(line, last=at == len(lines) - 1) for at, line in enumerate(lines))


def quoted_value(value: str) -> bytes:
    """Encode one value that holds no line end. Short plain text, the usual case, passes at once."""
    if _AS_IT_IS.fullmatch(value):
        return value.encode("ascii")
    return _line(value, last=True)


def _line(line: str, *, last: bool) -> bytes:
    """Encode one line; a blank at its end is escaped, for mail servers strip it."""
    octets = line.encode("utf-8")
    pieces: list[bytes] = []
    width = 0
    for at, octet in enumerate(octets):
        plain = (33 <= octet <= 126 and octet != 61) or octet in (9, 32)
        if octet in (9, 32) and at == len(octets) - 1 and not last:
            plain = False
        if octet == 46 and width == 0:
            plain = False
        piece = bytes((octet,)) if plain else b"=%02X" % octet
        if width + len(piece) > _LONGEST:
            pieces.append(SOFT_BREAK)
            width = 0
            if octet == 46:
                piece = b"=2E"
        pieces.append(piece)
        width += len(piece)
    return b"".join(pieces)
