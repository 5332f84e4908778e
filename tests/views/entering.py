"""A panel as a browser sends it, and what was recorded of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from pathways import clock
from pathways.models import Observation, User
from tests.views.house import House, signed_in

D = Decimal
HB = {"code": "hemoglobin", "value": "13,2", "unit": "g/dL", "low": "13.0", "high": "17,0"}
PLT = {"code": "platelets", "value": "680", "unit": "G/L"}
ANC = {"code": "neutrophils", "value": "<0.1", "unit": "10*9/L"}
SHARED = {"at": "00:00", "method": "XN"}  # an hour that has come whenever the tests run


def panel_of(house: House, code: str = "cbc") -> str:
    """Where the panel is entered."""
    return f"{reverse('record-panel', args=[house.patient.pk])}?panel={code}"


def typed(house: House, *rows: dict[str, str], **shared: str) -> dict[str, str]:
    """What a browser sends of these rows."""
    data = {
        "panel": "cbc",
        "performed_on": clock.today(house.patient.clinic).isoformat(),
        "status": "final",
        "lab": "Central",
        "rows-TOTAL_FORMS": str(len(rows)),
        "rows-INITIAL_FORMS": str(len(rows)),
    }
    for place, row in enumerate(rows):
        data |= {f"rows-{place}-{name}": cell for name, cell in row.items()}
    return data | shared


def send(house: House, user: User, *rows: dict[str, str], **shared: str) -> Any:
    """Send these rows of the blood count, or of the panel named, and follow."""
    return signed_in(user).post(panel_of(house), typed(house, *rows, **shared), follow=True)


def recorded(house: House) -> Any:
    """What stands for the person since the house was furnished."""
    mine = Observation.objects.current().filter(patient=house.patient, exam__isnull=True)
    return mine.exclude(code="vegf")
