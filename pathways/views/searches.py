"""Search words of staff: kept in the session under a number, and only the number is in an address.

A name in an address would stay in the browser's history and in the logs of every proxy
(docs/adr/0012-names-stay-out-of-addresses.md). Signing out ends the session, and the words with it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

WORDS, FOUND = "q", "found"
LONGEST = 80
# So many searches of one session stay open to the Back button and to other tabs.
KEPT = 20
_KEY = "searches"
_LOST = "Search words stay out of the address, so that search cannot be shown again. Type it anew."


def keep(request: HttpRequest, typed: str) -> str:
    """Keep what was typed for this session and return its number; nothing typed has none."""
    words = typed.replace("\0", "").strip()[:LONGEST]
    if not words:
        return ""
    known: dict[str, str] = request.session.get(_KEY, {})
    number = next((each for each, kept in known.items() if kept == words), "")
    number = number or str(max(map(int, known), default=0) + 1)
    known = {each: kept for each, kept in known.items() if each != number} | {number: words}
    request.session[_KEY] = dict(list(known.items())[-KEPT:])
    return number


def words_of(request: HttpRequest) -> tuple[str, str]:
    """Return the number in the address and the words behind it; both blank for a lost one."""
    number = request.GET.get(FOUND, "")
    words = request.session.get(_KEY, {}).get(number, "")
    return (number, words) if words else ("", "")


def without_words(request: HttpRequest) -> HttpResponse | None:
    """Lead on from an address that holds words, or the number of a search that is over."""
    number, _ = words_of(request)
    if WORDS not in request.GET and request.GET.get(FOUND, "") == number:
        return None
    rest = request.GET.copy()
    for name in (WORDS, FOUND):
        rest.pop(name, None)
    messages.info(request, _LOST)
    return redirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)
