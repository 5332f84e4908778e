"""Emails shown to staff: in a closed frame, on white, without anything that could be pressed.

An email carries its styles inline, which no page of ours may. Its frame therefore has a policy of
its own: no script, no form, no request to anywhere, and every link leads nowhere, so that reading
a letter can never answer it in the patient's place.
"""

from __future__ import annotations

import re

from django.http import HttpResponse

# The signed end of a link is its patient's key: who holds it can answer in their name.
_KEY = re.compile(r"(/[cswu]/)[\w-]{20,}")
_LINK = re.compile(r"""\bhref\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def without_keys(words: str) -> str:
    """Return an email's words with the signed ends of its links left out."""
    return _KEY.sub(r"\1…", words)


def sheet_response(html: str) -> HttpResponse:
    """Return an email's HTML as the content of a closed frame."""
    answer = HttpResponse(without_keys(_LINK.sub('href="#"', html)))
    answer["Content-Security-Policy"] = POLICY
    answer["Cache-Control"] = "no-store"
    return answer
