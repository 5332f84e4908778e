"""No request may carry more than the largest file we take: refused before anything of it is kept.

Django bounds what is typed into a form, and no file. It reads the body to find the token against
forged forms, before any view has its say, so the bound stands here, for every address alike.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from pathways.services.import_runs import LARGEST_BYTES, MEGABYTE

Answer = Callable[[HttpRequest], HttpResponse]

# The fields beside a file, and the marks between them.
LARGEST_BODY = LARGEST_BYTES + MEGABYTE // 4
# Who is cut off while sending may never read our answer, so up to here the rest is listened to
# and thrown away. Whoever sends more is cut off.
POURED_AWAY = 64 * MEGABYTE
_CUP = 64 * 1024


def body_limit(get_response: Answer) -> Answer:
    """Answer a request whose body is too large with a page that says so."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = _length(request)
        if length <= LARGEST_BODY:
            return get_response(request)
        _pour_away(request)
        words = {"sent": f"{length / MEGABYTE:.1f}", "most": LARGEST_BYTES // MEGABYTE}
        response = HttpResponse(render_to_string("413.html", words), status=413)
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _length(request: HttpRequest) -> int:
    """Return how many bytes are announced, read as Django reads it, which reads no more."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _pour_away(request: HttpRequest) -> None:
    left = POURED_AWAY
    while left > 0 and (cup := request.read(min(_CUP, left))):
        left -= len(cup)
