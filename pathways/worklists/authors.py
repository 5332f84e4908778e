"""Who wrote something, in words a reader knows: names of the staff stay, parts of the system do not."""

from __future__ import annotations

from pathways.models.base import Record

# The first part of a system actor's name (`services/actors.py`), and what it is to a reader.
_PARTS = {
    "sweep": "the clinic’s timetable",
    "sending": "the post",
    "import": "a file that was loaded",
    "command": "an administrator’s command",
    "patient": "the patient, by a link",
    "carer": "a carer, by a link",
    "demo": "the demo",
}


def author(name: str) -> str:
    """Return the author of a row as a reader would say it."""
    part, colon, _ = name.partition(":")
    return _PARTS.get(part, name) if colon else name


def struck_words(row: Record) -> str:
    """Return who took a record back and why; empty while it stands."""
    if row.withdrawn_at is None:
        return ""
    return f"Entered in error, {author(row.withdrawn_by)}: {row.withdrawn_reason}"
