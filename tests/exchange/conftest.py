"""A clinic whose pathway is signed, and a day on which files are loaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pathways.models import Clinic, PathwayVersion


@pytest.fixture
def northgate(clinic: Clinic, pathway_version: PathwayVersion, at: Callable[[str], None]) -> Clinic:
    """Northgate Clinic on 21 November 2026 at nine."""
    at("2026-11-21 09:00")
    return clinic
