"""Who wrote something, in words a reader knows: names of the staff stay, parts of the system do not."""

from __future__ import annotations

# The first part of a system actor's name (`services/actors.py`), and what it is to a reader.
_PARTS = {
    "sweep": "the clinic’s timetable",
    "sending": "the post",
    "import": "a file that was loaded",
    "command": "an administrator’s command",
    "patient": "the patient, by a link",
    "demo": "the demo",
}


def author(name: str) -> str:
    """Return the author of a row as a reader would say it."""
    part, colon, _ = name.partition(":")
    return _PARTS.get(part, name) if colon else name
