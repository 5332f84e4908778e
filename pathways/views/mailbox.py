"""The demo's mailbox: what the invented patients got, as they would see it. In the demo only.

The links in these emails work, so that one can press *Please call me* and see what the clinic sees.
Each email stands in a frame with a policy of its own: no script, no form, no request to anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.demo import fence
from pathways.demo.mailbox import Mail, newest
from pathways.demo.mailbox import find as find_mail
from pathways.models import Clinic, ContactPoint
from pathways.views.doors import View, open_door

PARTS = ("html", "text", "headers")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_HEAD = re.compile(r"<head>", re.IGNORECASE)


def _demo_only(view: View) -> View:
    """Answer as if the page did not exist unless this is the demo and no real clinic is near."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if fence.why_not():
            raise Http404
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    return open_door(login_not_required(require_safe(guarded)))


@_demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the emails, newest first, as a locked phone announces them."""
    mails, number = newest(settings.MAILBOX_DIR)
    readers = _readers(mails)
    return render(
        request,
        "mailbox/list.html",
        {
            "rows": [(mail, readers.get(mail.address)) for mail in mails],
            "number": number,
            "zone": _zone(),
            "fresh_every": 5,
        },
    )


@_demo_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one email: as it looks, as plain text, or its headers."""
    found = _mail(name)
    part = request.GET.get("part", "html")
    if part not in PARTS:
        raise Http404
    return render(
        request,
        "mailbox/mail.html",
        {
            "mail": found,
            "part": part,
            "zone": _zone(),
            "has_calendar": bool(found.calendar),
            "reader": _readers([found]).get(found.address),
        },
    )


@_demo_only
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Return the email's own page for the frame; what is pressed opens in a window of its own."""
    html = _HEAD.sub('<head><base target="_blank">', _mail(name).html, count=1)
    answer = HttpResponse(html)
    answer["Content-Security-Policy"] = POLICY
    return answer


@_demo_only
def calendar_file(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the calendar file that came with the email."""
    content = _mail(name).calendar
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return answer


def _mail(name: str) -> Mail:
    found = find_mail(settings.MAILBOX_DIR, name)
    if found is None:
        raise Http404
    return found


def _readers(mails: Iterable[Mail]) -> dict[str, ContactPoint]:
    """Return by address the invented person, or the carer, whose address it is."""
    points = ContactPoint.objects.filter(
        kind=ContactPoint.EMAIL, value__in={mail.address for mail in mails}
    )
    return {point.value: point for point in points.select_related("patient")}


def _zone() -> ZoneInfo:
    clinic = Clinic.objects.filter(is_demo=True).first()
    return ZoneInfo(clinic.time_zone if clinic else "UTC")
