"""What every staff page shows: whose clinic it is and who is reading."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def clinic(request: HttpRequest) -> dict[str, Any]:
    """Return the clinic and the membership set by the middleware."""
    return {
        "clinic": getattr(request, "clinic", None),
        "membership": getattr(request, "membership", None),
    }
