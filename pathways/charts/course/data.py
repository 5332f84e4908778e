"""What the course chart is drawn from: plain values, no rows, no questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Band:
    """One cycle, or a whole course without cycles; `delay` days of waiting lie before it."""

    from_on: date
    until_on: date
    words: str
    number: str = ""
    planned: bool = False
    delay: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Therapy:
    """What stands behind every panel: bands, the heads above them, days as heavy lines.

    A head is a regimen's name with the first and the last day that it stands over.
    """

    bands: tuple[Band, ...] = ()
    heads: tuple[tuple[date, date, str], ...] = ()
    days: tuple[tuple[date, str, str], ...] = ()


class PointKind(StrEnum):
    """Whether a value may be read as one of its line; the value is its class in the drawing."""

    PLAIN = "plain"
    BOUND = "bound"
    UNREADABLE = "unreadable"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Point:
    """One value on a day, what it says in full, and where its source stands.

    `alert` is what an open alert about it says; its words say so too.
    """

    on: date
    value: Decimal
    words: str
    href: str = ""
    kind: PointKind = PointKind.PLAIN
    comparator: str = ""
    shown: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class NextDue:
    """When a panel's value is due next: two short lines, and all of it in words."""

    on: date
    lines: tuple[str, str]
    words: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as a laboratory printed it, from a day to a day."""

    from_on: date
    until_on: date | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """One series: it never touches another, and has its own limit, lowest and +50 % line."""

    name: str
    points: tuple[Point, ...]
    limits: tuple[Limit, ...] = ()
    lowest: Point | None = None
    criterion: Decimal | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class LogPanel:
    """A value on a log scale, in pieces, with the rules where one piece gives way to another.

    `apart` are values that have a number and no place on the axis: they stand beneath it.
    """

    title: str
    unit: str
    pieces: tuple[Piece, ...] = ()
    voided: tuple[Point, ...] = ()
    breaks: tuple[tuple[date, str], ...] = ()
    due: NextDue | None = None
    apart: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """One report of the clone: what immunofixation said, and the amount beneath."""

    on: date
    positive: bool | None
    shown: str
    words: str
    href: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Reports of the clone in a row, with the last one in words."""

    title: str
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    last: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One nerve score as a small panel; `worse` says which way is worse, in words."""

    title: str
    scale: str
    worse: str
    points: tuple[Point, ...]
    low: Decimal
    high: Decimal
    change: Decimal | None = None
    last: tuple[str, ...] = ()
    longest_gap_days: int = 365
    silence: str = ""
    due: NextDue | None = None


class MarkKind(StrEnum):
    """What a mark in the lane means; the value is its class in the drawing."""

    ALERT_OPEN = "alert-open"
    ALERT_ANSWERED = "alert-answered"
    CHECK_IN = "check-in"
    ILLNESS = "illness"


@dataclass(frozen=True, slots=True)
class LaneMark:
    """One thing that happened, on a day or from a day to a day."""

    on: date
    kind: MarkKind
    words: str
    href: str = ""
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Everything the course chart shows."""

    title: str
    today: date
    therapy: Therapy
    vegf: LogPanel
    clone: Strip
    scores: tuple[Score, ...]
    marks: tuple[LaneMark, ...]

    @property
    def first_on(self) -> date | None:
        """The first day there is anything to show."""
        days = [band.from_on for band in self.therapy.bands]
        days += [day for day, _, _ in self.therapy.days]
        days += [point.on for piece in self.vegf.pieces for point in piece.points]
        days += [point.on for point in self.vegf.apart]
        days += [dot.on for dot in self.clone.dots]
        days += [point.on for score in self.scores for point in score.points]
        days += [mark.on for mark in self.marks]
        return min(days, default=None)
