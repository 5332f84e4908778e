"""What the choosers of the lists offer: the product's own screenings and owners."""

from __future__ import annotations

from functools import cache

from pathways.catalogue import Owner, load_pathway


@cache
def _screenings() -> tuple[tuple[str, str], ...]:
    names = {entry.code: entry.label for entry in load_pathway().definitions}
    return tuple(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def screening_options() -> list[tuple[str, str]]:
    """Return (code, name) of every screening, by name."""
    return list(_screenings())


def owner_options() -> list[tuple[str, str]]:
    """Return (key, words) of everybody who answers for a screening."""
    return [(owner.value, owner.value.capitalize()) for owner in Owner]
