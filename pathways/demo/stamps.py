"""When and by whom the demo's records were written: on the day they are about, at the day's end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pathways import clock
from pathways.models import Clinic, Patient, User
from pathways.rules.lifecycles import Role

WRITTEN_AT = time(16, 30)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one person; each record carries the hand of the role it belongs to."""

    clinic: Clinic
    patient: Patient
    team: dict[Role, User]

    def of(self, on: date, role: Role = Role.HEMATOLOGIST) -> dict[str, Any]:
        """Return what every record says of its origin: clinic, instant, author."""
        return {
            "clinic": self.clinic,
            "recorded_at": min(clock.now(), moment(on, self.clinic)),
            "recorded_by": self.team[role].username,
        }

    def name(self, role: Role) -> str:
        """Return the name of the one who holds a role."""
        return self.team[role].get_full_name()


def moment(on: date, clinic: Clinic) -> datetime:
    """Return the hour at which a day's records were written."""
    return datetime.combine(on, WRITTEN_AT, ZoneInfo(clinic.time_zone))
