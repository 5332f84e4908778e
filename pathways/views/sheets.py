"""Emails shown to staff: in a closed frame, on white, without anything that could be pressed.

An email carries its styles inline, which no page of ours may. Its frame therefore has a policy of
its own: no script, no form, no request to anywhere, and every link leads nowhere, so that reading
a letter can never answer it in the patient's place.
"""

from __future__ import annotations

import re

from django.http import HttpResponse

_LINK = re.compile(r"""\bhref\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def sheet_response(html: str) -> HttpResponse:
    """Return an email's HTML as the content of a closed frame."""
    answer = HttpResponse(_LINK.sub('href="#"', html))
    answer["Content-Security-Policy"] = POLICY
    answer["Cache-Control"] = "no-store"
    return answer
