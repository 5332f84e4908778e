"""The history page of one person: every line, cut by kind and span, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from pathways.charts.lanes import NARROW, PAPER, WIDE, lanes_svg
from pathways.charts.time_axis import Span
from pathways.models import Patient, Screening
from pathways.rules.dates import add_months
from pathways.worklists.history_lanes import lanes_of
from pathways.worklists.person_record import PersonRecord, person_record
from pathways.worklists.timeline import KIND_WORDS, Kind, Moment, timeline

LINES_A_PAGE = 100
WHOLE = 0  # the page that holds every line, for paper

SPAN_WORDS = {
    Span.SIX_MONTHS: "6 months",
    Span.TWO_YEARS: "2 years",
    Span.ALL: "All",
}
_MONTHS = {Span.SIX_MONTHS: 6, Span.TWO_YEARS: 24}


@dataclass(frozen=True, slots=True)
class HistoryFilters:
    """The reader's choices. No kind chosen means every kind; unknown words are no choice."""

    kinds: frozenset[Kind] = frozenset()
    span: Span = Span.ALL
    page: int = 1

    @classmethod
    def read(cls, kinds: Collection[str], span: str, page: str) -> HistoryFilters:
        """Read the choices from the words of an address."""
        return cls(
            kinds=frozenset(kind for kind in Kind if kind in kinds),
            span=next((each for each in Span if each == span), Span.ALL),
            page=_page(page),
        )

    @property
    def narrowed(self) -> bool:
        """Whether a span shorter than everything is chosen."""
        return self.span is not Span.ALL

    @property
    def address(self) -> str:
        """The query of an address with these choices."""
        asked = [("kind", kind.value) for kind in Kind if kind in self.kinds]
        if self.narrowed:
            asked.append(("span", self.span.value))
        if self.page > 1:
            asked.append(("page", str(self.page)))
        if self.page == WHOLE:
            asked.append(("page", "all"))
        return f"?{urlencode(asked)}"

    @property
    def words(self) -> str:
        """The choices in a sentence, for paper."""
        kinds = [KIND_WORDS[kind].lower() for kind in Kind if kind in self.kinds]
        what = ", ".join(kinds).capitalize() if kinds else "Everything on record"
        return f"{what}; {'last ' + SPAN_WORDS[self.span] if self.narrowed else 'all years'}"

    def since(self, day: date) -> date | None:
        """Return the first day that is shown, if the span has one."""
        months = _MONTHS.get(self.span)
        return add_months(day, -months) if months else None


def _page(asked: str) -> int:
    """Return the page an address asks for; what is no page is the first."""
    if asked == "all":
        return WHOLE
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return max(wanted, 1)


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One box of the filter: a kind, its words, how many lines it has in this span, if chosen."""

    kind: Kind
    words: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class History:
    """One page of a person's history."""

    record: PersonRecord
    filters: HistoryFilters
    wide: SafeString
    narrow: SafeString
    paper: SafeString
    lines: tuple[Moment, ...]
    total: int
    first: int
    choices: tuple[KindChoice, ...]
    spans: tuple[tuple[str, str, bool], ...]
    previous_address: str
    next_address: str
    whole_address: str

    @property
    def last(self) -> int:
        """The number of the last line on this page."""
        return self.first + len(self.lines) - 1


def titles_of(patient: Patient) -> dict[str, str]:
    """Return what the person's screenings are called, by code: one question."""
    rows = Screening.objects.filter(patient=patient).order_by("id")
    return dict(rows.values_list("code", "definition__label"))


def history(patient: Patient, day: date, zone: ZoneInfo, filters: HistoryFilters) -> History:
    """Return one page of the history of a person; the caller has checked who may read it."""
    record = person_record(patient)
    lines = timeline(record, titles_of(patient), day, zone)
    since = filters.since(day)
    if since is not None:
        lines = tuple(line for line in lines if line.at.astimezone(zone).date() >= since)
    numbers = Counter(line.kind for line in lines)
    kept = [line for line in lines if not filters.kinds or line.kind in filters.kinds]
    lanes = lanes_of(record, kept, day, zone)
    pages = max(1, -(-len(kept) // LINES_A_PAGE))
    whole = filters.page == WHOLE
    page = min(max(filters.page, 1), pages)
    start = (page - 1) * LINES_A_PAGE
    shown = kept if whole else kept[start : start + LINES_A_PAGE]
    return History(
        record=record,
        filters=filters,
        wide=lanes_svg(lanes, day, filters.span, WIDE),
        narrow=lanes_svg(lanes, day, filters.span, NARROW),
        paper=lanes_svg(lanes, day, filters.span, PAPER),
        lines=tuple(shown),
        total=len(kept),
        first=start + 1,
        choices=tuple(
            KindChoice(kind, words, numbers[kind], kind in filters.kinds)
            for kind, words in KIND_WORDS.items()
        ),
        spans=tuple(
            (words, replace(filters, span=span, page=1).address, span is filters.span)
            for span, words in SPAN_WORDS.items()
        ),
        previous_address=replace(filters, page=page - 1).address if page > 1 else "",
        next_address=replace(filters, page=page + 1).address if page < pages and not whole else "",
        whole_address=replace(filters, page=WHOLE).address if pages > 1 and not whole else "",
    )
