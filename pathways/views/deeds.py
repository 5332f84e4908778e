"""How every form of the clinic is shown, sent in, refused or carried out.

A refusal of a service becomes an error on its field; what was typed is kept. Where a row could
have changed meanwhile, the form carries what its reader saw (`seen`), and a stale one is answered
with who changed what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from pathways.models import AuditEvent, Patient, User
from pathways.rules.dates import zone
from pathways.services import audit
from pathways.services.errors import Refused
from pathways.views.doors import here
from pathways.worklists.banner import banner_of

KEEP = "keep"
SURE = "sure"  # the keys of the questions that the sender has read


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader's form was drawn from: a word that changes with the row, and the row."""

    word: str
    subject: models.Model | None


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask before the deed; `key` is what an answer to it names."""

    key: str
    words: str
    address: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a deed may raise as questions, and the button that answers them all with yes."""

    questions: Callable[[Mapping[str, Any]], Sequence[Question]]
    button: str


def carry_out(
    request: HttpRequest,
    *,
    form: forms.Form,
    title: str,
    button: str,
    deed: Callable[[Mapping[str, Any]], str],
    then: str,
    patient: Patient | None = None,
    line: str = "",
    note: str = "",
    seen: Seen | None = None,
    danger: bool = False,
    ask: Ask | None = None,
) -> HttpResponse:
    """Show the form; when it is sent in and fits, do the deed and go on to `then`.

    `deed` gets the cleaned words and returns what to tell: what changed and what did not. What
    `ask` raises is asked on the same page first, everything typed kept; an answer holds for the
    questions that its sender has read, and for no others.
    """
    conflict = ""
    questions: Sequence[Question] = ()
    if request.method == "POST" and form.is_valid():
        if seen and request.POST.get("seen") != seen.word and KEEP not in request.POST:
            conflict = who_changed(request, seen.subject)
        else:
            try:
                questions = ask.questions(form.cleaned_data) if ask else ()
                if {each.key for each in questions} <= set(request.POST.get(SURE, "").split()):
                    said = deed(form.cleaned_data)
                    messages.success(request, said)
                    return redirect(then)
            except Refused as refusal:
                questions = ()
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, refusal.message)
    _, day = here(request)
    context = {
        "form": form,
        "title": title,
        "button": button,
        "line": line,
        "note": note,
        "patient": patient,
        "banner": banner_of(patient, day) if patient else None,
        "then": then,
        "seen": seen.word if seen else "",
        "conflict": conflict,
        "danger": danger,
        "questions": questions,
        "sure": " ".join(each.key for each in questions),
        "sure_button": ask.button if ask else "",
    }
    return render(request, "deeds/form.html", context)


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was sent in, even if nothing was typed; None while the form is only opened."""
    return request.POST if request.method == "POST" else None


def who_changed(request: HttpRequest, subject: models.Model | None) -> str:
    """Return who last changed a row and when, in the clinic's time."""
    clinic, _ = here(request)
    last = None
    if subject is not None:
        events = AuditEvent.objects.filter(
            clinic=clinic, subject_type=type(subject).__name__, subject_id=str(subject.pk)
        )
        last = events.exclude(verb__in=audit.READS).first()
    if last is None:
        return "Somebody changed this while you were writing."
    who = _name(last.user) if last.user else last.actor
    return f"{who} {last.verb} at {last.at.astimezone(zone(clinic.time_zone)):%H:%M}."


def _name(user: User) -> str:
    return str(user)
