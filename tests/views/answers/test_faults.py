"""What fails: a fault of ours, and a post that no form of ours sends."""

from __future__ import annotations

import pytest
from django.test import Client

from pathways.messaging.tokens import LinkPurpose
from pathways.models import Message
from pathways.services import replies
from tests.views.answering import (
    BORN,
    CALL,
    FORM,
    STOP,
    TOO_MUCH,
    WHEN,
    Visitor,
    everything,
    headline,
    link,
    text_of,
)


def test_a_fault_of_ours_says_that_nothing_was_saved(
    message: Message, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(**_: object) -> None:
        raise RuntimeError("14 March 1968")

    monkeypatch.setattr(replies, "open_gate", break_down)
    response = Visitor(link(message, CALL)).give(BORN)
    assert response.status_code == 500
    assert headline(response) == "Something went wrong"
    assert "Your answer was not saved." in text_of(response)
    assert "RuntimeError" in caplog.text
    assert "1968" not in caplog.text


@pytest.mark.parametrize("purpose", [CALL, STOP, WHEN])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("answer=" + TOO_MUCH, FORM),
        ("&".join(f"a{number}=1" for number in range(1001)), FORM),
        ("day=14", "multipart/form-data"),
        ("day=14", "multipart/form-data; boundary=é"),
    ],
    ids=["too much", "too many fields", "no boundary", "no such boundary"],
)
def test_a_post_that_cannot_be_read_meets_the_bad_link_page(
    message: Message, purpose: LinkPurpose, body: str, content_type: str
) -> None:
    before = everything()
    response = Client().post(link(message, purpose), body, content_type=content_type)
    assert response.status_code == 400
    assert headline(response) == "This link does not work"
    assert response["Cache-Control"] == "no-store"
    assert everything() == before
