"""VEGF on a log scale, one line a series. Two series never touch, whatever lies between them."""

from __future__ import annotations

from decimal import Decimal

from pathways.charts import ink
from pathways.charts.course.data import LogPanel, Piece, Point, PointKind
from pathways.charts.course.sheet import Sheet
from pathways.charts.course.signs import BAR, alert_above, dash, next_due
from pathways.charts.scales import LogScale, log_ticks
from pathways.charts.time_axis import TimeAxis

# A look each for the three newest series; a fourth would look like another, so it is only named.
_SHAPES = ("circle", "square", "triangle")
_STEM = 12.0
_LEADING = 14.0


def log_panel(panel: LogPanel, axis: TimeAxis, sheet: Sheet, top: float) -> list[str]:
    """Draw the panel: grid, rules of change, limits, criteria, lines, points, labels."""
    visible = [piece for piece in panel.pieces if _visible(piece, axis)]
    shown = visible[: len(_SHAPES)]
    voided = [point for point in panel.voided if axis.holds(point.on)]
    values = [point.value for piece in shown for point in piece.points if axis.holds(point.on)]
    values += [point.value for point in voided]
    values += [limit.value for piece in shown for limit in piece.limits]
    values += [piece.criterion for piece in shown if piece.criterion is not None]
    if not values:
        return []
    scale = LogScale(log_ticks(values), top + 10, top + sheet.log - 12)
    drawn = _grid(scale, axis, sheet)
    words = ink.Words()
    drawn += _breaks(panel, axis, sheet, top, words)
    notes: list[tuple[float, str, str]] = []
    for index, piece in enumerate(shown):
        drawn += _piece(piece, index, scale, axis, notes, words)
    drawn += _edge_notes(notes, sheet, words)
    drawn += _more(len(visible) - len(shown), axis, top + sheet.log - 16)
    drawn += [_void(point, scale, axis, words) for point in voided]
    tops = _tops(shown, scale, axis, top, top + sheet.log - 12)
    drawn += next_due(panel.due, axis, tops, words.boxes + _marks(shown, scale, axis))
    return drawn


def apart(panel: LogPanel, axis: TimeAxis, y: float) -> list[str]:
    """Draw beneath the axis what has no place on it: a dash on its day, the number with a star."""
    drawn: list[str] = []
    written: float | None = None
    for point in sorted(panel.apart, key=lambda point: point.on, reverse=True):
        if not axis.holds(point.on):
            continue
        x = axis.x(point.on)
        drawn.append(ink.point(point.words, dash(x, y), point.href))
        said = f"{point.shown}*"
        side, anchor = (7.0, "") if x + 7 + ink.width_of(said) <= axis.right else (-7.0, " cc-end")
        if written is None or x + 7 + ink.width_of(said) < written:
            written = x - 7 - (ink.width_of(said) if anchor else 0)
            drawn.append(ink.text(x + side, y + 4, said, f"cc-small cc-halo{anchor}"))
    return drawn


def _more(number: int, axis: TimeAxis, y: float) -> list[str]:
    """Lead to the table for the series that are not drawn."""
    if number < 1:
        return []
    said = f"{number} earlier series not drawn: see the table"
    stroke = ink.text(axis.left + 6, y, said, "cc-small cc-halo")
    return [f'<a class="cc-more" href="#course-values">{stroke}</a>']


def _tops(
    shown: list[Piece], scale: LogScale, axis: TimeAxis, top: float, bottom: float
) -> list[float]:
    """Return where the bar of the next value may stand: from above, or from below a high value."""
    last = max(
        (point for piece in shown for point in piece.points if axis.holds(point.on)),
        key=lambda point: point.on,
        default=None,
    )
    high = last is not None and scale.y(last.value) < top + 2 * BAR
    first, lowest = top + 14, bottom - BAR - 8
    tops = [first + _LEADING * step for step in range(int((lowest - first) // _LEADING) + 1)]
    return [lowest, *reversed(tops)] if high else tops


def _marks(shown: list[Piece], scale: LogScale, axis: TimeAxis) -> list[ink.Box]:
    """Return what the points cover."""
    return [
        ink.mark_box(axis.x(point.on), scale.y(point.value))
        for piece in shown
        for point in piece.points
        if axis.holds(point.on)
    ]


def _visible(piece: Piece, axis: TimeAxis) -> bool:
    return any(axis.holds(point.on) for point in piece.points)


def _grid(scale: LogScale, axis: TimeAxis, sheet: Sheet) -> list[str]:
    drawn = []
    for tick in scale.ticks:
        y = scale.y(tick)
        drawn.append(ink.line(axis.left, y, axis.right, y, "cc-grid"))
        drawn.append(ink.text(axis.left - 6, y + 4, f"{tick.normalize():,f}", "cc-small cc-end"))
    return drawn


def _breaks(
    panel: LogPanel, axis: TimeAxis, sheet: Sheet, top: float, words: ink.Words
) -> list[str]:
    drawn = []
    for on, changed in panel.breaks:
        if not axis.holds(on):
            continue
        x = axis.x(on)
        drawn.append(ink.line(x, top, x, top + sheet.log - 4, "cc-break"))
        lines = [changed, "not comparable across this line"]
        side, anchor = (6.0, "") if axis.right - x > ink.width_of(lines[1]) else (-6.0, " cc-end")
        for row, said in enumerate(lines):
            drawn.append(
                words.text(x + side, top + 10 + _LEADING * row, said, f"cc-small cc-halo{anchor}")
            )
    return drawn


def _piece(
    piece: Piece,
    look: int,
    scale: LogScale,
    axis: TimeAxis,
    notes: list[tuple[float, str, str]],
    words: ink.Words,
) -> list[str]:
    series = f"cc-s{look + 1}"
    newest = look == 0
    drawn: list[str] = []
    end = axis.right if piece.ends_on is None else axis.inside(piece.ends_on)
    for limit in piece.limits:
        y = scale.y(limit.value)
        left = axis.inside(limit.from_on)
        right = end if limit.until_on is None else axis.inside(limit.until_on)
        drawn.append(ink.line(left, y, right, y, "cc-limit"))
        said = f"lab limit {_plain(limit.value)}"
        if newest and limit is piece.limits[-1]:
            notes.append((y, said, ""))
        else:
            drawn.append(words.text(left + 3, y + 13, said, "cc-small cc-halo"))
    low = piece.lowest
    if piece.criterion is not None and low is not None:
        y, left = scale.y(piece.criterion), axis.inside(low.on)
        if end - left > 1:
            drawn.append(ink.line(left, y, end, y, "cc-criterion"))
            said = f"lowest +50 % = {_plain(piece.criterion)}"
            if newest:
                notes.append((y, said, " cc-late"))
            else:
                drawn.append(words.text(left + 3, y - 4, said, "cc-small cc-late cc-halo"))
    # A line runs only through values that may be read: a bound or an unreadable value is no place.
    readable = [
        (axis.x(point.on), scale.y(point.value))
        for point in piece.points
        if point.kind is PointKind.PLAIN and axis.holds(point.on)
    ]
    drawn.append(ink.path(readable, f"cc-line {series}"))
    visible = [point for point in piece.points if axis.holds(point.on)]
    if low is not None and axis.holds(low.on):
        x, y = axis.x(low.on), scale.y(low.value)
        drawn.append(f'<circle class="cc-ring {series}" cx="{x:g}" cy="{y:g}" r="8"/>')
        if low != visible[-1]:  # below the line that comes down to it
            said = f"lowest {low.shown}"
            side, anchor = (-8.0, " cc-end")
            if x - ink.width_of(said) < axis.left:
                side, anchor = (8.0, "")
            drawn.append(words.text(x + side, y + 16, said, f"cc-small cc-halo{anchor}"))
    drawn += [_point(point, series, _SHAPES[look], scale, axis) for point in visible]
    return drawn + _names(piece, visible, series, scale, axis, words)


def _names(
    piece: Piece,
    visible: list[Point],
    series: str,
    scale: LogScale,
    axis: TimeAxis,
    words: ink.Words,
) -> list[str]:
    """The name at the first point, the last value at its right, or at its left near the edge."""
    first, last = visible[0], visible[-1]
    x = max(min(axis.x(first.on), axis.right - ink.width_of(piece.name)), axis.left + 2)
    beneath = [
        scale.y(point.value)
        for point in visible
        if x - 8 <= axis.x(point.on) <= x + ink.width_of(piece.name)
    ]
    y = min([scale.y(first.value), *beneath]) - 12
    side, anchor = (9.0, "")
    if axis.x(last.on) + 9 + ink.width_of(last.shown) > axis.right:
        side, anchor = (-9.0, " cc-end")
    value = words.text(
        axis.x(last.on) + side, scale.y(last.value) - 5, last.shown, f"cc-strong cc-halo{anchor}"
    )
    look = f"cc-name {series} cc-halo"
    y = words.free(x, (y, y - _LEADING), piece.name, look)
    return [words.text(x, y, piece.name, look), value]


def _point(point: Point, series: str, kind: str, scale: LogScale, axis: TimeAxis) -> str:
    x, y = axis.x(point.on), scale.y(point.value)
    look = "cc-mark" if point.kind is PointKind.PLAIN else "cc-mark cc-open"
    drawn = ""
    if point.kind is PointKind.BOUND:
        away = _STEM if point.comparator.startswith("<") else -_STEM
        drawn = ink.line(x, y, x, y + away, f"cc-stem {series}")
    drawn += ink.shape(kind, x, y, f"{look} {series}") + alert_above(point.alert, x, y)
    note = ""
    if point.kind is PointKind.UNREADABLE:
        note = ink.text(x, y + 18, "not interpretable", "cc-small cc-mid cc-halo")
    # Words stand beside the mark, not in it: its name is the whole sentence.
    return ink.point(point.words, drawn, point.href) + note


def _void(point: Point, scale: LogScale, axis: TimeAxis, words: ink.Words) -> str:
    x, y = axis.x(point.on), scale.y(point.value)
    drawn = ink.shape("circle", x, y, "cc-mark cc-open cc-void")
    drawn += ink.line(x - 6, y + 6, x + 6, y - 6, "cc-void")
    said = f"{point.shown} entered in error"
    side, anchor = (9.0, "") if axis.right - x > ink.width_of(said) else (-9.0, " cc-end")
    look = f"cc-small cc-halo{anchor}"
    y = words.free(x + side, (y + 4, y + 4 + _LEADING, y + 4 - _LEADING), said, look)
    note = words.text(x + side, y, said, look)
    return ink.point(point.words, drawn, point.href) + note


def _edge_notes(notes: list[tuple[float, str, str]], sheet: Sheet, words: ink.Words) -> list[str]:
    """Labels at the right edge, pushed apart so that none covers another."""
    drawn: list[str] = []
    above = -_LEADING
    for y, said, look in sorted(notes):
        y = max(y, above + _LEADING)
        above = y
        if sheet.narrow:
            drawn.append(words.text(sheet.right, y + 12, said, f"cc-small cc-halo cc-end{look}"))
        else:
            drawn.append(words.text(sheet.right + 6, y + 4, said, f"cc-small{look}"))
    return drawn


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"
