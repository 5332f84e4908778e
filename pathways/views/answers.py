"""The pages behind the links in mail: please call me, stop these emails, when to call us.

Opening a link changes nothing: mail programs and scanners open links too. A page asks for the birth
date; only a button does something. These forms carry no CSRF token: it needs a cookie, and a page
that sends no referrer sends no origin either, so the check would refuse every honest answer. There
is nothing to forge with: no cookie speaks for the reader, each form needs the signed link and the
birth date, or the pass that the right birth date gave.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pathways import clock
from pathways.forms.answers import NumberForm
from pathways.forms.birth_date import BirthDateForm
from pathways.messaging import dates
from pathways.messaging.tokens import LinkPurpose
from pathways.models import Appointment
from pathways.rules.lifecycles import LifeStatus
from pathways.services import replies
from pathways.services.errors import Refused
from pathways.services.replies import CallPromise, When
from pathways.views import answer_pages as pages
from pathways.views.answer_pages import Link
from pathways.views.doors import open_door
from pathways.worklists import guidance_page

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest, Link, str], HttpResponse]
View = Callable[..., HttpResponse]


def _page(draw: Callable[[HttpRequest, str], HttpResponse]) -> View:
    """Make a view that anyone may open, that nothing keeps, and that fails in plain words."""

    @open_door
    @login_not_required
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(draw)
    def view(request: HttpRequest, token: str) -> HttpResponse:
        try:
            try:
                response = draw(request, token)
            except (SuspiciousOperation, MultiPartParserError):
                # Too much was sent, or what no form sends: no fault of ours, and nothing was done.
                response = _bad_link(request, status=400)
        except Exception as error:
            # Where it broke, not with what: a traceback can carry what somebody typed.
            log.error("An answer page failed: %s in %s", type(error).__name__, draw.__name__)
            response = _failed(request)
        return pages.sealed(response)

    return view


def _behind_birth_date(
    purpose: LinkPurpose, already: Callable[[Link], dict[str, Any] | None]
) -> Any:
    """Put the birth date before an answer: `answer(request, link, wanted)` runs once it was right.

    `already` returns what to say to somebody who opens a link that was answered before.
    """

    def decorate(answer: Answer) -> View:
        @wraps(answer)
        def draw(request: HttpRequest, token: str) -> HttpResponse:
            link = pages.find(request, token, purpose)
            patient = link.message.patient if link else None
            if link is None or patient is None or patient.life_status != LifeStatus.ALIVE:
                return _bad_link(request)
            if pages.has_run_out(link, clock.now()):
                return pages.page("old_link", link, status=410)
            wanted = request.POST.get("answer", "")
            if request.method == "POST":
                if pages.holds_pass(link, request.POST.get("pass", "")):
                    return _answered(request, link, wanted, answer)
                if "day" in request.POST:
                    return _tried(request, link, wanted, answer)
            standing = replies.gate_of(message=link.message)
            if standing.paused_until is not None:
                return _paused(link, standing.paused_until)
            said = (
                already(link) if request.method != "POST" and "again" not in request.GET else None
            )
            if said is not None:
                return pages.page("already", link, purpose=purpose.value, **said)
            return _gate(link, wanted=wanted)

        return _page(draw)

    return decorate


def _tried(request: HttpRequest, link: Link, wanted: str, answer: Answer) -> HttpResponse:
    """Read the birth date. What is no date costs no try."""
    form = BirthDateForm(request.POST)
    if not form.is_valid():
        standing = replies.gate_of(message=link.message)
        if standing.paused_until is not None:
            return _paused(link, standing.paused_until)
        return _gate(link, wanted=wanted, form=form)
    opened = replies.open_gate(message=link.message, birth_date=form.cleaned_data["birth_date"])
    if opened.opened:
        return _answered(request, link, wanted, answer)
    if opened.paused_until is not None:
        return _paused(link, opened.paused_until)
    return _gate(link, wanted=wanted, form=form, tries_left=opened.tries_left)


def _answered(request: HttpRequest, link: Link, wanted: str, answer: Answer) -> HttpResponse:
    try:
        return answer(request, link, wanted)
    except Refused:
        return pages.page("refused", link)


def _gate(
    link: Link, *, wanted: str, form: BirthDateForm | None = None, tries_left: int | None = None
) -> HttpResponse:
    boxes = [
        {
            "name": name,
            "value": form[name].value() or "" if form else "",
            "wrong": bool(form and (tries_left is not None or form[name].errors)),
            "fill": f"bday-{name}",
        }
        for name in ("day", "month", "year")
    ]
    return pages.page(
        "gate",
        link,
        purpose=link.purpose.value,
        boxes=boxes,
        # What was typed as a number is gone by now; its page asks for it again.
        wanted="other number" if wanted == "number" else wanted,
        unread=form is not None and tries_left is None,
        tries_left=tries_left,
    )


def _paused(link: Link, until: datetime) -> HttpResponse:
    # Up to the full minute, so that the time shown is never too early.
    full = until + timedelta(seconds=59, microseconds=999_999)
    day, time = pages.moment(link, full)
    is_today = clock.today(link.clinic) == dates.in_zone(full, link.clinic.time_zone).date()
    return pages.page("paused", link, status=429, day="" if is_today else day, time=time)


def _bad_link(request: HttpRequest, *, status: int = 404) -> HttpResponse:
    return pages.drawn("bad_link", clinic=pages.clinic_of_host(request), status=status)


def _failed(request: HttpRequest) -> HttpResponse:
    try:
        clinic = pages.clinic_of_host(request)
    except DatabaseError:
        clinic = None
    return pages.drawn("failed", clinic=clinic, status=500)


def _already_called(link: Link) -> dict[str, Any] | None:
    promise = replies.standing_call(message=link.message)
    return {"day": _promised(link, promise)} if promise else None


def _already_stopped(link: Link) -> dict[str, Any] | None:
    return {} if replies.are_stopped(message=link.message) else None


def _nothing_yet(link: Link) -> dict[str, Any] | None:
    return None


@_behind_birth_date(LinkPurpose.CALL, _already_called)
def call(request: HttpRequest, link: Link, wanted: str) -> HttpResponse:
    """Please call me. The right birth date alone is the answer; the time of day may follow."""
    message = link.message
    promise = replies.standing_call(message=message)
    if wanted in {when.value for when in When}:
        return _thanks(link, replies.call_me(message=message, when=wanted))
    if wanted == "number":
        form = NumberForm(request.POST)
        if form.is_valid():
            when = promise.when if promise else When.ANY
            number = form.cleaned_data["phone"]
            return _thanks(link, replies.call_me(message=message, when=when, number=number))
        return _number(link, form=form)
    if promise is None:
        promise = replies.call_me(message=message, when=When.ANY)
    if wanted == "other number" or not promise.number_ends_in:
        return _number(link)
    return pages.page(
        "call",
        link,
        ends_in=promise.number_ends_in,
        day=_promised(link, promise),
        carried=pages.issue_pass(link),
        hours=link.clinic.phone_hours,
    )


def _thanks(link: Link, promise: CallPromise) -> HttpResponse:
    if not promise.number_ends_in:
        return _number(link)
    return pages.page(
        "call_thanks",
        link,
        ends_in=promise.number_ends_in,
        when=promise.when.name.lower(),
        day=_promised(link, promise),
        carried=pages.issue_pass(link),
    )


def _number(link: Link, form: NumberForm | None = None) -> HttpResponse:
    return pages.page(
        "call_number",
        link,
        carried=pages.issue_pass(link),
        wrong=form is not None,
        typed=form["phone"].value() or "" if form else "",
    )


def _promised(link: Link, promise: CallPromise) -> str:
    return dates.day_without_year(promise.call_by_on, link.language)


@_behind_birth_date(LinkPurpose.STOP, _already_stopped)
def stop(request: HttpRequest, link: Link, wanted: str) -> HttpResponse:
    """Stop these emails, or start them again."""
    message = link.message
    if wanted == "stop":
        replies.stop(message=message)
    elif wanted == "start":
        replies.start_again(message=message)
        return pages.page("started", link)
    elif wanted == "keep":
        return pages.page("kept", link)
    carried = pages.issue_pass(link)
    if not replies.are_stopped(message=message):
        return pages.page("stop", link, carried=carried)
    day, time = _next_visit(link)
    return pages.page("stopped", link, carried=carried, day=day, time=time)


def _next_visit(link: Link) -> tuple[str, str]:
    """Return day and time of the next visit; never its place or purpose, which could say why."""
    visit = (
        Appointment.objects.in_clinic(link.clinic)
        .upcoming(clock.today(link.clinic))
        .filter(patient=link.message.patient, starts_at__gt=clock.now())
        .order_by("starts_at")
        .first()
    )
    return pages.moment(link, visit.starts_at) if visit else ("", "")


@_behind_birth_date(LinkPurpose.WHEN, _nothing_yet)
def when_to_call(request: HttpRequest, link: Link, wanted: str) -> HttpResponse:
    """When to call us, and who: the signs by urgency, with the clinic's own numbers."""
    return pages.page("when_to_call", link, guide=guidance_page.for_clinic(link.clinic))


@_page
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Stop at once when a mail program posts (RFC 8058); opened, the page does nothing.

    The answer is 200 however often it is posted. Whoever posts without a browser sees no more than
    the clinic's name.
    """
    link = pages.find(request, token, LinkPurpose.STOP)
    if link is None:
        return _bad_link(request)
    if request.method != "POST":
        return pages.page("one_click_opened", link, stop_page=f"/{LinkPurpose.STOP.value}/{token}")
    replies.stop(message=link.message, one_click=True)
    return pages.page("one_click", link)
