"""Whom to ask about when the list that is being worked through is done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# None: nobody gathers them, ask at once.
_waiting: ContextVar[set[uuid.UUID] | None] = ContextVar("waiting", default=None)


def wait(patient_ids: Iterable[uuid.UUID]) -> bool:
    """Note people down for later and say so; False where they are to be asked about now."""
    people = _waiting.get()
    if people is None:
        return False
    people.update(patient_ids)
    return True


@contextmanager
def gathered() -> Iterator[set[uuid.UUID]]:
    """Gather whomever the deeds inside would ask about."""
    people: set[uuid.UUID] = set()
    token = _waiting.set(people)
    try:
        yield people
    finally:
        _waiting.reset(token)


@contextmanager
def unasked() -> Iterator[None]:
    """Ask about nobody, whatever is done inside: it is about to be taken back."""
    with gathered():
        yield
