"""What a pathway says once it has been read: phases, and a definition per screening and phase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pathways.catalogue.sources import SourceEntry
from pathways.rules.lifecycles import Phase
from pathways.rules.rule_types import Rule


class Owner(StrEnum):
    """Who answers for the screening."""

    HEMATOLOGY = "hematology"
    NEUROLOGY = "neurology"
    ENDOCRINOLOGY = "endocrinology"
    CARDIOLOGY = "cardiology"
    RESPIRATORY = "respiratory"
    OPHTHALMOLOGY = "ophthalmology"
    IMAGING = "imaging"
    NEUROPHYSIOLOGY = "neurophysiology"
    DAY_UNIT = "day unit"


class Booking(StrEnum):
    """How the screening is arranged."""

    VISIT = "visit"
    BLOOD_DRAW = "blood draw"
    IMAGING = "imaging"
    TEST = "test"  # a measuring appointment, such as lung function
    RECORD = "record"  # written down at a visit that takes place anyway


class Remind(StrEnum):
    """Whom the screening reminds."""

    PATIENT = "patient"
    STAFF = "staff"
    NONE = "none"


@dataclass(frozen=True)
class PhaseEntry:
    """One phase of the pathway, in the order in which they usually follow one another."""

    key: Phase
    label: str
    meaning: str


@dataclass(frozen=True)
class DefinitionEntry:
    """What one screening means in one phase.

    A result under any code of ``satisfied_any`` closes it; so do results under every code of
    ``satisfied_all`` within seven days (empty: no such set). ``plain_label`` is fit for any
    reader. ``proposed`` names the numbers of ``rule`` that no document states; while it
    is not empty, ``signed`` is False and only a clinic's signature lets mail go to a patient.
    ``fixed_anchor`` names the event a FIXED rule counts from, and is empty for other rules.
    """

    code: str
    phase: Phase
    label: str
    plain_label: str
    owner: Owner
    booking: Booking
    remind: Remind
    rule: Rule
    fixed_anchor: str
    satisfied_any: tuple[str, ...]
    satisfied_all: tuple[str, ...]
    minutes: int
    sources: tuple[SourceEntry, ...]
    proposed: tuple[str, ...]
    note: str
    default_on: bool

    @property
    def signed(self) -> bool:
        """Whether every number stands in a document; False reads "proposed, not yet signed"."""
        return not self.proposed


@dataclass(frozen=True)
class PathwayEntry:
    """One version of a pathway, as reviewed data."""

    code: str
    name: str
    number: int
    effective_from: date
    phases: tuple[PhaseEntry, ...]
    definitions: tuple[DefinitionEntry, ...]

    def definition(self, code: str, phase: str) -> DefinitionEntry | None:
        """Return the definition of that screening in that phase, or None where there is none."""
        return next(
            (entry for entry in self.definitions if (entry.code, entry.phase) == (code, phase)),
            None,
        )
