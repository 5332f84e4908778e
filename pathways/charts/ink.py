"""Small strokes of SVG as text: numbers are rounded, words are escaped, nothing carries a style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.html import escape


class Box(NamedTuple):
    """What a mark or a word covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two cover the same place."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(slots=True)
class Words:
    """Writes the words of a panel, and keeps in mind what they cover."""

    boxes: list[Box] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, classes: str) -> str:
        """Write words as `text` does."""
        self.boxes.append(box_of(x, y, words, classes))
        return text(x, y, words, classes)

    def free(self, x: float, heights: Sequence[float], words: str, classes: str) -> float:
        """Return the first of these heights at which the words cover no others, or the first."""
        for y in heights:
            own = box_of(x, y, words, classes)
            if not any(own.meets(other) for other in self.boxes):
                return y
        return heights[0]


def number(value: float) -> str:
    """Return a length without needless digits."""
    return f"{round(value, 1):g}"


def escaped(words: str) -> str:
    """Return words that may stand in the drawing."""
    return str(escape(words))


def title(words: str) -> str:
    """Make a mark tell what it is."""
    return f"<title>{escape(words)}</title>"


def line(x1: float, y1: float, x2: float, y2: float, classes: str) -> str:
    """Draw a straight line."""
    return (
        f'<line class="{classes}" x1="{number(x1)}" y1="{number(y1)}" '
        f'x2="{number(x2)}" y2="{number(y2)}"/>'
    )


def rect(x: float, y: float, width: float, height: float, classes: str, fill: str = "") -> str:
    """Draw a rectangle; `fill` names a pattern of the same drawing."""
    filled = f' fill="url(#{fill})"' if fill else ""
    return (
        f'<rect class="{classes}" x="{number(x)}" y="{number(y)}" '
        f'width="{number(max(width, 0))}" height="{number(height)}"{filled}/>'
    )


def text(x: float, y: float, words: str, classes: str) -> str:
    """Write words with their baseline at y; how they are anchored is a matter of class."""
    return f'<text class="{classes}" x="{number(x)}" y="{number(y)}">{escape(words)}</text>'


def box_of(x: float, y: float, words: str, classes: str) -> Box:
    """Return what words cover that `text` writes."""
    width = width_of(words)
    before = width if "cc-end" in classes else width / 2 if "cc-mid" in classes else 0.0
    return Box(x - before, y - 11, x - before + width, y + 3)


def mark_box(x: float, y: float) -> Box:
    """Return what the mark of a value covers."""
    return Box(x - 6, y - 6, x + 6, y + 6)


def path(points: list[tuple[float, float]], classes: str) -> str:
    """Draw a line through points; fewer than two draw nothing."""
    if len(points) < 2:
        return ""
    moves = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polyline class="{classes}" points="{moves}"/>'


def shape(kind: str, x: float, y: float, classes: str) -> str:
    """Draw a mark of 8 px or more: circle, square, triangle, or a bar of its own width."""
    match kind:
        case "square":
            return rect(x - 4, y - 4, 8, 8, classes)
        case "triangle":
            d = f"M{number(x)} {number(y - 6)} {number(x + 5.5)} {number(y + 4)}H{number(x - 5.5)}Z"
            return f'<path class="{classes}" d="{d}"/>'
        case _:
            return f'<circle class="{classes}" cx="{number(x)}" cy="{number(y)}" r="4.2"/>'


def point(words: str, drawn: str, href: str = "") -> str:
    """Make a mark tell what it is, and lead to its source where there is one."""
    told = escape(words)
    if href:
        where = escape(href)
        return (
            f'<a class="cc-point" href="{where}" aria-label="{told}">'
            f"<title>{told}</title>{drawn}</a>"
        )
    return f'<g class="cc-point" role="img" aria-label="{told}"><title>{told}</title>{drawn}</g>'


def width_of(words: str) -> float:
    """Return about how wide words of 12 px stand, a little too much rather than too little."""
    return len(words) * 6.3
