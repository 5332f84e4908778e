"""What a patients' host answers: the pages behind the links in mail, and nothing of the staff's.

A link host is the one name that patients see. The staff's site names the product, and so a disease:
it must not answer there.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from pathways.models import Clinic
from pathways.views import answer_pages as pages

KEEP_SECONDS = 60.0  # how long a process may not know of a changed link host
PATIENT_PATHS = ("/c/", "/s/", "/w/", "/u/")
Answer = Callable[[HttpRequest], HttpResponse]

_kept: tuple[float, frozenset[str]] | None = None


def permissions_policy(get_response: Answer) -> Answer:
    """Add to every answer that no page uses camera, microphone or place."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response

    return answer


class LinkHostMiddleware:
    """Answers 404 on a link host to all but the links and /healthz; static files come before it.

    `STAFF_HOSTS` names hosts that serve both, as in the demo.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_for_patients(request.path_info) or not _is_link_host(_bare(request.get_host())):
            return self.get_response(request)
        return pages.sealed(
            pages.drawn("bad_link", clinic=pages.clinic_of_host(request), status=404)
        )


def forget() -> None:
    """Look the link hosts up anew at the next request."""
    global _kept
    _kept = None


def _is_for_patients(path: str) -> bool:
    return path == "/healthz" or path.startswith(PATIENT_PATHS)


def _is_link_host(host: str) -> bool:
    staff = {_bare(name) for name in settings.STAFF_HOSTS}
    return host not in staff and host in _link_hosts()


def _bare(host: str) -> str:
    """Return a host in small letters without its port, however it was written."""
    return split_domain_port(host.lower())[0]


def _link_hosts() -> frozenset[str]:
    """Return every clinic's link host, as it was within the last minute."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        try:
            hosts = Clinic.objects.order_by().values_list("link_host", flat=True)
            _kept = (now, frozenset(_bare(host) for host in hosts))
        except DatabaseError:
            # No page works now; what was known still holds, and /readyz has to say what is wrong.
            return _kept[1] if _kept else frozenset()
    return _kept[1]
