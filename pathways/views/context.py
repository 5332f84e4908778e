"""What every staff page shows: whose clinic it is, who is reading, whether sending is well."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pathways import clock, permissions
from pathways.views.doors import clinic_of, role_of
from pathways.worklists.notices import read_signs, sending_notice


def clinic(request: HttpRequest) -> dict[str, Any]:
    """Return the clinic, the membership, what the reader may do, and the red line if any."""
    here = clinic_of(request)
    role = role_of(request)
    now = clock.now()
    signs = read_signs(here, now) if here else None
    return {
        "clinic": here,
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        "may_work": permissions.can_work(role),
        "may_decide": permissions.can_decide(role),
        "may_tune": permissions.can_tune(role),
        "may_coordinate": permissions.can_coordinate(role),
        "alerts_to_answer": signs.to_answer if signs else None,
        "read_at": now,
        "sending_notice": sending_notice(here, now, signs) if here else "",
    }
