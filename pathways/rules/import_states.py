"""A file that somebody uploads: checked first, loaded only after a person confirmed, then forgotten."""

from __future__ import annotations

from enum import StrEnum

from pathways.rules.lifecycles import Table


class ImportState(StrEnum):
    """Where an uploaded file stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    LOADED = "loaded"
    UNUSABLE = "unusable"
    DISCARDED = "discarded"


# The worker has something to do; everything else waits for a person or is over.
IMPORT_WORKED = frozenset({ImportState.CHECKING, ImportState.LOADING})

IMPORT: Table = {
    ImportState.CHECKING: frozenset(
        {ImportState.CHECKED, ImportState.UNUSABLE, ImportState.DISCARDED}
    ),
    ImportState.CHECKED: frozenset({ImportState.LOADING, ImportState.DISCARDED}),
    ImportState.LOADING: frozenset({ImportState.LOADED, ImportState.UNUSABLE}),
    ImportState.LOADED: frozenset(),
    ImportState.UNUSABLE: frozenset(),
    ImportState.DISCARDED: frozenset(),
}


class ImportKind(StrEnum):
    """What an uploaded file holds."""

    PATIENTS = "patients"
    RESULTS = "results"
    THERAPY = "therapy"
