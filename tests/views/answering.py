"""Messages whose links the tests open, as a patient would: by their address alone."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from pathways import clock
from pathways.messaging import tokens
from pathways.messaging.kinds import MessageKind
from pathways.messaging.tokens import LinkPurpose
from pathways.models import (
    Appointment,
    AuditEvent,
    Consent,
    ContactPoint,
    GatePause,
    Message,
    Patient,
    Reply,
    WorkItem,
)
from pathways.rules.lifecycles import MessageState
from pathways.services import contacts, message_rows
from pathways.services.recipients import Route

CALL, STOP, WHEN = LinkPurpose.CALL, LinkPurpose.STOP, LinkPurpose.WHEN
FORM = "application/x-www-form-urlencoded"
TOO_MUCH = "x" * 2_700_000  # more than Django reads of a form that carries no file
BORN = {"day": "14", "month": "3", "year": "1968"}
WRONG = {"day": "15", "month": "3", "year": "1968"}
_numbers = count(1)


def make_message(
    patient: Patient,
    *,
    kind: MessageKind = MessageKind.TIME_TO_BOOK,
    point: ContactPoint | None = None,
    sent_at: datetime | None = None,
    appointment: Appointment | None = None,
) -> Message:
    """An email that has reached the person, or whoever reads at that address."""
    point = point or ContactPoint.objects.in_use().get(patient=patient, kind=ContactPoint.EMAIL)
    now = sent_at or clock.now()
    row = message_rows.new(
        clinic=patient.clinic,
        patient=patient,
        route=Route(point.pk, point.value),
        kind=kind,
        dedupe_key=f"test:{next(_numbers)}",
        values={},
        due_at=now,
        useful_until=now + timedelta(days=7),
        now=now,
    )
    row.state, row.sent_at = MessageState.SENT, now
    row.appointment = appointment
    row.save()
    return row


def link(message: Message, purpose: LinkPurpose) -> str:
    """The path of one of its links, as the email carries it."""
    links = tokens.links_for(message.pk, link_base="https://northgate.example")
    address = {CALL: links.call_me, STOP: links.stop, WHEN: links.when_to_call}[purpose]
    assert address is not None
    return address.removeprefix("https://northgate.example")


def one_click(message: Message) -> str:
    """The path that a mail program posts to."""
    return link(message, STOP).replace("/s/", "/u/", 1)


def everything() -> tuple[int, ...]:
    """How many rows of each kind an answer could write."""
    return tuple(
        model.objects.count() for model in (Reply, Consent, WorkItem, AuditEvent, GatePause)
    )


def consents(patient: Patient) -> set[bool]:
    """What was said last about the emails to the person's address, for each purpose."""
    point = ContactPoint.objects.in_use().get(patient=patient, kind=ContactPoint.EMAIL)
    return {said.given for said in contacts.consents_in_force([point]).values()}


def text_of(response: HttpResponse) -> str:
    """The words of a page in reading order, without its marks."""
    page = response.content.decode()
    words = re.sub(r"<(style|script|head)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(words).split()).replace(" .", ".").replace(" ,", ",")


def headline(response: HttpResponse) -> str:
    """The page's one h1."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), flags=re.DOTALL)
    assert len(found) == 1
    return html.unescape(found[0]).strip()


def title(response: HttpResponse) -> str:
    """What the browser tab shows."""
    (found,) = re.findall(r"<title>(.*?)</title>", response.content.decode(), flags=re.DOTALL)
    return html.unescape(found)


class Visitor:
    """Somebody with the link: opens it, gives a birth date, presses a button."""

    def __init__(self, address: str, **headers: Any) -> None:
        self.client = Client(enforce_csrf_checks=True, **headers)
        self.address = address
        self.carried = ""

    def open(self, question: str = "") -> HttpResponse:
        """Open the link."""
        return self._seen(self.client.get(self.address + question))

    def give(self, boxes: dict[str, str], **more: str) -> HttpResponse:
        """Send the three boxes."""
        return self._seen(self.client.post(self.address, {**boxes, **more}))

    def press(self, answer: str, **more: str) -> HttpResponse:
        """Press a button of the page shown last."""
        sent = {"pass": self.carried, "answer": answer, **more}
        return self._seen(self.client.post(self.address, sent))

    def _seen(self, response: HttpResponse) -> HttpResponse:
        found = re.search(r'name="pass" value="([^"]+)"', response.content.decode())
        self.carried = found[1] if found else self.carried
        return response
