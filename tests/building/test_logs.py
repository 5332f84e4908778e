"""What the server's log may hold: where something broke, and nobody's data."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.test import Client
from django.utils.module_loading import import_string

from pathways.messaging.tokens import LinkPurpose
from pathways.models import Clinic, Patient
from poems_clinic.logs import Discreet
from tests import people
from tests.views.answering import link, make_message


def written(error: BaseException | None, words: str, *args: object) -> str:
    """What the formatter makes of a record."""
    trouble = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("clinic", logging.ERROR, "x.py", 1, words, args, trouble)
    return Discreet("{message}", style="{").format(record)


def caught() -> BaseException:
    """An error that names a person, caused by another that does."""
    try:
        try:
            raise KeyError("Quillfeather")
        except KeyError as cause:
            raise ValueError("DETAIL: Quillfeather, 1968-03-14") from cause
    except ValueError as error:
        return error


def test_a_traceback_keeps_its_frames_and_loses_its_words() -> None:
    line = written(caught(), "Internal Server Error: %s", "/due/")
    assert "Internal Server Error: /due/" in line
    assert "in caught" in line
    assert "builtins.KeyError" in line
    assert line.endswith("builtins.ValueError")
    assert "Quillfeather" not in line.replace('KeyError("Quillfeather")', "").replace(
        'ValueError("DETAIL: Quillfeather, 1968-03-14")', ""
    )


def test_a_failed_task_is_told_without_the_words_of_its_error() -> None:
    told = {"name": "plan", "exc": "ValueError('Quillfeather')", "traceback": "Quillfeather"}
    assert "Quillfeather" not in written(None, "Task %(name)s: %(exc)s\n%(traceback)s", told)


@pytest.mark.parametrize("length", [20, 33, 60])
def test_the_signed_end_of_a_link_is_not_written_down(length: int) -> None:
    assert written(None, "Gone: %s", "/c/" + "x" * length) == "Gone: /c/…"


def test_an_answer_page_that_fails_writes_no_key_to_itself(
    clinic: Clinic, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient: Patient = people.make_patient(clinic)
    address = link(make_message(patient), LinkPurpose.STOP)
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    line = dict(settings.LOGGING["formatters"]["line"])
    handler.setFormatter(import_string(line.pop("()"))(line["format"], style=line["style"]))
    logging.getLogger("django.request").addHandler(handler)
    try:
        monkeypatch.delattr("pathways.services.replies.gate_of")
        assert Client().get(address).status_code == 500
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert "Internal Server Error" in out.getvalue()
    assert address not in out.getvalue()
