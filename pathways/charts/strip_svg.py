"""The window strip as inline SVG: classes only, no style attribute, so a strict policy holds.

Month ticks and the line of today are drawn once per page (`axis_svg`) and referred to by every
row, which keeps fifty rows small. Built as a string: a list of fifty must cost no template calls.
"""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pathways.charts.window_strip import Bar, Mark, Strip, StripAxis
from pathways.rules.due_phrase import MONTHS

HEIGHT = 30
_MIDDLE = 15
# Top and height of each bar in px; the overdue bar is thicker so that grey paper shows it too.
_BARS = {
    Bar.MAY_BE_DONE: (12, 6),
    Bar.GRACE: (12, 6),
    Bar.OVERDUE: (11, 8),
    Bar.AWAITED: (12, 6),
    Bar.POSTPONED: (12, 6),
}
_DIAMOND = "M0-6 6 0 0 6-6 0Z"
_NO_NAME_BEYOND = 96.0  # a month's name begun later than this, in per cent, would be cut


def strip_svg(strip: Strip) -> SafeString:
    """Return one row's strip. The page must hold `axis_svg` or `axis_symbols` once."""
    parts = [f'<svg class="ws" role="img"><title>{escape(strip.words)}</title>']
    parts.append('<use href="#ws-months"/><g class="ws-body">')
    for bar in strip.bars:
        top, height = _BARS[bar.kind]
        parts.append(
            f'<rect class="ws-{bar.kind.value}" x="{bar.start:g}%" y="{top}" '
            f'width="{bar.width:g}%" height="{height}"/>'
        )
    parts.append('<use href="#ws-today"/>')
    parts.extend(_mark(mark.kind, mark.at) for mark in strip.marks)
    parts.append("</g></svg>")
    # Safe: every part above is a number, a fixed word, or was escaped.
    return mark_safe("".join(parts))  # noqa: S308


def _mark(kind: Mark, at: float) -> str:
    if kind is Mark.DUE:
        return f'<line class="ws-due" x1="{at:g}%" x2="{at:g}%" y1="8" y2="22"/>'
    if kind is Mark.COLLECTED:
        return f'<circle class="ws-collected" cx="{at:g}%" cy="{_MIDDLE}" r="4.5"/>'
    return f'<svg x="{at:g}%" y="{_MIDDLE}"><path class="ws-booked" d="{_DIAMOND}"/></svg>'


def axis_symbols(axis: StripAxis) -> SafeString:
    """Return the shared pieces every strip refers to; once per page."""
    ticks = "".join(
        f'<line class="ws-tick" x1="{at:g}%" x2="{at:g}%" y1="0" y2="100%"/>'
        for at, _ in axis.months
    )
    names = "".join(_name(at, name, "ws-name ws-name-row", 11) for at, name in axis.months)
    today = f'<line class="ws-now" x1="{axis.today_at:g}%" x2="{axis.today_at:g}%" y1="0" y2="30"/>'
    return mark_safe(  # noqa: S308 (numbers and month names of our own)
        '<svg class="ws-defs" width="0" height="0" aria-hidden="true"><defs>'
        f'<g id="ws-months">{ticks}{names}</g><g id="ws-today">{today}</g></defs></svg>'
    )


def axis_svg(axis: StripAxis, *, with_symbols: bool = True) -> SafeString:
    """Return the head of the strip column: month names and a mark at today.

    A page that shows two heads asks for the shared pieces with the first one only.
    """
    symbols = axis_symbols(axis) if with_symbols else ""
    names = "".join(_name(at, name, "ws-name", 14) for at, name in axis.months)
    day = f"{axis.today.day} {MONTHS[axis.today.month - 1]} {axis.today.year}"
    return mark_safe(  # noqa: S308 (numbers and month names of our own)
        f'{symbols}<svg class="ws ws-head" role="img">'
        f"<title>Time axis, ten weeks back and nine ahead of today, {escape(day)}</title>{names}"
        f'<svg x="{axis.today_at:g}%" y="8"><path class="ws-today" d="M-4 0H4L0 6Z"/></svg></svg>'
    )


def _name(at: float, name: str, classes: str, baseline: int) -> str:
    if at > _NO_NAME_BEYOND:
        return ""
    return f'<text class="{classes}" x="{at:g}%" dx="3" y="{baseline}">{name}</text>'
