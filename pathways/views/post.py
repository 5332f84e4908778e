"""The post page: read, hold, release and pause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from pathways import clock
from pathways.forms.base import NothingMore, ReasonForm
from pathways.messaging.envelope import UnsendableError
from pathways.models import Message
from pathways.rules.lifecycles import MessageState
from pathways.services import audit, letters, outbox, outbox_hold, sending_control
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import (
    actor_of,
    clinic_required,
    coordinator_required,
    find,
    here,
    worker_required,
)
from pathways.views.sheets import sheet_response, without_keys
from pathways.worklists.message_words import kind_words, state_tag, state_words
from pathways.worklists.post import post as read_post


@clinic_required
@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """Show one group of messages, the week's sums, and whether sending is well."""
    clinic, day = here(request)
    wanted = request.GET.get("page", "1")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 8 else 1
    read = read_post(clinic, clock.now(), request.GET.get("group", "waiting"), number)
    views = [
        (words, count, f"?{urlencode({'group': name})}", name == read.group)
        for name, words, count in read.counts
    ]
    group = urlencode({"group": read.group})
    return render(
        request,
        "post/list.html",
        {
            "post": read,
            "views": views,
            "today": day,
            "previous": f"?{group}&page={read.page - 1}" if read.page > 1 else "",
            "next": f"?{group}&page={read.page + 1}" if read.page < read.pages else "",
        },
    )


def _message(request: HttpRequest, message_id: int) -> Message:
    rows = Message.objects.select_related("patient", "clinic", "contact_point", "appointment")
    return find(rows, request, pk=message_id)


@clinic_required
@require_safe
def letter(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one email as its reader sees it, its tries and its changes of state."""
    message = _message(request, message_id)
    _, day = here(request)
    _opened(request, message, audit.READ_AN_EMAIL)
    subject, text, _ = _words(message)
    context = {
        "message": message,
        "what": kind_words(message.kind).capitalize(),
        "state": state_tag(message.state),
        "tag": state_words(message.state).capitalize(),
        "subject": subject,
        "text": without_keys(text),
        "wording": _wording(message),
        "events": message.events.all(),
        "tries": message.delivery_attempts.all(),
        "waits": message.state == MessageState.QUEUED,
        "set_aside": message.state == MessageState.QUARANTINED,
        "today": day,
    }
    return render(request, "post/letter.html", context)


@clinic_required
@require_safe
def sheet(request: HttpRequest, message_id: int) -> HttpResponse:
    """Return the email's own page, for the closed frame of `letter`; its links lead nowhere."""
    message = _message(request, message_id)
    _opened(request, message, audit.OPENED)
    _, _, html = _words(message)
    return sheet_response(html)


def _opened(request: HttpRequest, message: Message, verb: str) -> None:
    """Write down who read a patient's letter; the frame of `letter` may also be opened alone."""
    if message.patient is not None:
        audit.record(
            by=actor_of(request),
            verb=verb,
            subject=message,
            clinic=message.clinic,
            patient=message.patient,
        )


def _words(message: Message) -> tuple[str, str, str]:
    """Return subject, text and HTML: as it was sent if it was rendered, else as it would be."""
    body = getattr(message, "body", None)
    if body is not None:
        parsed = message_from_bytes(bytes(body.content), policy=policy.default)
        return str(parsed["subject"] or ""), _part(parsed, "plain"), _part(parsed, "html")
    try:
        words = letters.rendered(message, at=clock.now())
    except (UnsendableError, ValueError, KeyError, LookupError):
        told = "This email cannot be written: a fact that it needs is missing."
        return told, told, f"<p>{told}</p>"
    return words.subject, words.text, words.html


def _wording(message: Message) -> str:
    """Say which version of its words an email has, and whether the page shows another one."""
    own, today = message.template_version, letters.words_version(message)
    if own == today or getattr(message, "body", None) is not None:
        return f"version {own} of its words"
    return f"queued in version {own} of its words; shown in version {today}, which is used now"


def _part(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


@worker_required
def hold(request: HttpRequest, message_id: int) -> HttpResponse:
    """Keep one waiting email back."""
    message = _message(request, message_id)

    def deed(words: Mapping[str, Any]) -> str:
        outbox_hold.hold_one(message=message, reason=words["reason"], by=actor_of(request))
        return "Held: it does not leave. What it would have told is yours to tell."

    return _about(request, message, ReasonForm(sent(request)), "Hold this email", deed)


@coordinator_required
def release(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send a message that was set aside, once its cause is mended."""
    message = _message(request, message_id)

    def deed(words: Mapping[str, Any]) -> str:
        outbox.release_quarantined(message=message, by=actor_of(request))
        return "Released: it is written anew and waits to leave."

    form = NothingMore(sent(request))
    return _about(request, message, form, "Release this email", deed)


def _about(
    request: HttpRequest,
    message: Message,
    form: forms.Form,
    title: str,
    deed: Callable[[Mapping[str, Any]], str],
) -> HttpResponse:
    return carry_out(
        request,
        form=form,
        title=title,
        button=title,
        deed=deed,
        then=reverse("letter", args=[message.pk]),
        patient=message.patient,
        line=kind_words(message.kind).capitalize(),
        seen=Seen(message.state, message),
    )


@coordinator_required
def pause(request: HttpRequest) -> HttpResponse:
    """Stop all sending of this clinic."""
    clinic, _ = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        sending_control.pause_clinic(clinic=clinic, reason=words["reason"], by=actor_of(request))
        return "Sending is stopped for this clinic. Messages wait; nothing is lost."

    return carry_out(
        request,
        form=ReasonForm(sent(request)),
        title="Stop sending",
        button="Stop sending",
        deed=deed,
        then=reverse("post"),
        note="Only this clinic’s mail. Visits that change meanwhile need a call.",
    )


@coordinator_required
def resume(request: HttpRequest) -> HttpResponse:
    """Let this clinic send again."""
    clinic, _ = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        sending_control.resume_clinic(clinic=clinic, by=actor_of(request))
        return "Sending goes on. Every waiting email is checked again before it leaves."

    return _confirm(request, "Start sending again", deed)


@coordinator_required
def release_clinic(request: HttpRequest) -> HttpResponse:
    """Let the first mailing after a large import go."""
    clinic, _ = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        sending_control.release_clinic(clinic=clinic, by=actor_of(request))
        return "Released. The invitations leave in the clinic’s hours."

    return _confirm(request, "Release the invitations", deed)


def _confirm(
    request: HttpRequest, title: str, deed: Callable[[Mapping[str, Any]], str]
) -> HttpResponse:
    return carry_out(
        request,
        form=NothingMore(sent(request)),
        title=title,
        button=title,
        deed=deed,
        then=reverse("post"),
    )
