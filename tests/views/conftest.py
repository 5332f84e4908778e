"""A furnished clinic for the pages."""

from __future__ import annotations

import pytest

from pathways.models import Clinic, PathwayVersion
from tests.views.house import House, furnish


@pytest.fixture
def house(clinic: Clinic, pathway_version: PathwayVersion) -> House:
    """Amira Quillfeather's record in Northgate: one row of every kind."""
    return furnish(clinic, pathway_version)
