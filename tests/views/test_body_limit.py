"""A body larger than any file we take is refused before it is read, at every address."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from pathways.models import ImportRun, PathwayVersion, User
from pathways.services.import_runs import LARGEST_BYTES, MEGABYTE
from pathways.views import body_limit
from pathways.views.body_limit import LARGEST_BODY
from tests.views.answering import headline, text_of
from tests.views.house import signed_in


class Body(BytesIO):
    """A body that remembers how much of it was asked for."""

    asked = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.asked += len(found)
        return found


def answered(length: str, body: Body) -> tuple[HttpResponse, list[HttpRequest]]:
    """The answer to a request that announces this length, and the requests that were let in."""
    let_in: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        let_in.append(request)
        return HttpResponse("in")

    request = RequestFactory().generic("POST", "/", b"")
    request.META["CONTENT_LENGTH"] = length
    request._stream = body
    return body_limit.body_limit(view)(request), let_in


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (str(LARGEST_BODY), 200),
        (str(LARGEST_BODY + 1), 413),
        ("9" * 19, 413),
        (f"+{LARGEST_BODY + 1}", 413),
        ("", 200),
        ("many", 200),  # read as nothing, by Django too
    ],
)
def test_what_is_announced_decides_on_both_sides_of_the_bound(length: str, status: int) -> None:
    body = Body(b"x")
    answer, let_in = answered(length, body)
    assert answer.status_code == status
    assert len(let_in) == (status == 200)
    if status == 413:
        assert headline(answer) == "Too much was sent"
        assert answer["Cache-Control"] == "no-store"


def test_the_rest_is_poured_away_up_to_a_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "POURED_AWAY", 3 * MEGABYTE)
    body = Body(bytes(4 * MEGABYTE))
    answered(str(LARGEST_BODY + 1), body)
    assert body.asked == 3 * MEGABYTE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("size", "status", "told"),
    [
        (LARGEST_BYTES, 302, ""),
        (LARGEST_BYTES + 1, 200, "The file holds 10.0 MB; at most 10 MB are taken."),
        (LARGEST_BODY, 413, "10.3 MB were sent; at most 10 MB are taken. Nothing was saved."),
        (12 * MEGABYTE, 413, "12.0 MB were sent; at most 10 MB are taken. Nothing was saved."),
    ],
)
def test_a_file_is_taken_refused_by_its_form_or_refused_unread(
    nurse: User, pathway_version: PathwayVersion, size: int, status: int, told: str
) -> None:
    line = b"mrn,given_name" + b"x" * 1_000_000 + b"\n"
    content = (line * (size // len(line) + 1))[:size]
    words: dict[str, Any] = {"kind": "patients", "encoding": "utf-8", "date_format": ""}
    file = SimpleUploadedFile("people.csv", content, "text/csv")
    answer = signed_in(nurse).post(reverse("imports"), words | {"file": file})
    assert answer.status_code == status
    assert told in text_of(answer)
    assert ImportRun.objects.count() == (status == 302)


def test_nobody_has_to_be_signed_in_to_be_refused() -> None:
    answer = Client().post("/c/nonsense", bytes(LARGEST_BODY + 1), content_type="text/plain")
    assert answer.status_code == 413
    assert "POEMS" not in answer.content.decode().upper()
