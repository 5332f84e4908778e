"""The two sheets the course chart is drawn on, one to one: where its columns and panels stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """A width in px, the edges of the plot, and the heights of the panels."""

    name: str
    width: int
    left: float
    right: float
    narrow: bool
    head: float
    log: float
    strip: float
    score: float
    lane: float = 36
    foot: float = 26
    empty: float = 44
    beneath: float = 20

    @property
    def hatch(self) -> str:
        """The name of the hatching of a delay, once per drawing."""
        return f"cc-hatch-{self.name}"


WIDE = Sheet("wide", 828, 112, 700, False, head=56, log=224, strip=54, score=60)
NARROW = Sheet("narrow", 358, 34, 350, True, head=66, log=216, strip=62, score=74)
