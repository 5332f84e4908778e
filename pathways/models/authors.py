"""Who wrote something: staff by full name, a part of the system by what it is to a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pathways.models.base import Record
from pathways.models.user import User

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


@dataclass(frozen=True, slots=True)
class Authors:
    """The people of a clinic by the name they sign in with, which is what `_by` columns keep."""

    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> str:
        """Return the author of a row as a reader would say it: the full name of one of the staff."""
        part, colon, _ = name.partition(":")
        return _PARTS.get(part, name) if colon else self.names.get(name, name)

    def struck(self, row: Record) -> str:
        """Return who took a record back and why; empty while it stands."""
        if row.withdrawn_at is None:
            return ""
        return f"Entered in error, {self.named(row.withdrawn_by)}: {row.withdrawn_reason}"


# Where nobody is named, or the name does not matter.
NOBODY = Authors()


def authors_of(clinic_id: int) -> Authors:
    """Return everybody who works or ever worked in a clinic: one question."""
    people = User.objects.filter(memberships__clinic=clinic_id).distinct()
    return Authors({each.get_username(): str(each) for each in people})
