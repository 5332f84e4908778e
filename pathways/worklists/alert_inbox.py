"""The findings that wait for an answer: most urgent first, oldest deadline first.

One queryset (`listed`) is the list, its pages and its count; the number in every page's header
(`asking_for_an_answer`) is the same condition. What is snoozed stands in a tab of its own, counted,
until its time; only an answer ends an alert.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet, Value

from pathways.models import Alert, Clinic
from pathways.models.authors import Authors, authors_of
from pathways.rules.alert_states import RANK, AlertState, Severity
from pathways.rules.alert_words import SEVERITY_LABELS
from pathways.worklists.alert_rows import AlertRow, alert_row, in_order

PAGE = 50
READ_AT_ONCE = 200
ANSWERED_SHOWN = timedelta(days=30)
ROW = Value(1)  # Django refuses a filtered Count("*"); COUNT(1) is the same question
INFORMATION = RANK[Severity.INFORMATION]
NOBODY = "nobody"


class Show(StrEnum):
    """Whose alerts, and whether those answered already."""

    CLINIC = ""
    MINE = "mine"
    ALL = "all"
    SNOOZED = "snoozed"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: a member of staff in one clinic, and every clinic of theirs."""

    user_id: int
    clinic: Clinic
    clinic_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reader's choices, as they stand in the address; what is not understood is no choice."""

    show: Show = Show.CLINIC
    severity: str = ""
    rule: str = ""
    owner: str = ""

    @classmethod
    def read(cls, words: Mapping[str, str]) -> Chosen:
        """Read the choices from an address."""
        typed = {item.name: words.get(item.name, "").strip()[:60] for item in fields(cls)}
        owner = typed["owner"]
        return cls(
            show=next((each for each in Show if each == typed["show"]), Show.CLINIC),
            severity=typed["severity"] if typed["severity"] in set(Severity) else "",
            rule=typed["rule"].replace("\0", ""),
            owner=owner if owner == NOBODY or (owner.isdecimal() and len(owner) < 10) else "",
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab is chosen."""
        return bool(self.severity or self.rule or self.owner)

    def without(self, name: str) -> Chosen:
        """Return the same choices without this one."""
        return replace(self, **{name: ""})  # type: ignore[arg-type]

    def address(self, **more: object) -> str:
        """Return the query of this list, "" where nothing is chosen."""
        asked = {item.name: str(getattr(self, item.name)) for item in fields(self)}
        asked |= {name: str(value) for name, value in more.items()}
        words = urlencode({name: value for name, value in asked.items() if value})
        return f"?{words}" if words else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one severity on this page, and how many the whole list holds."""

    severity: Severity | None
    label: str
    total: int
    rows: tuple[AlertRow, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the list, with the number behind every tab."""

    groups: tuple[Group, ...]
    total: int
    page: int
    counts: dict[Show, int]
    to_answer: int
    to_read: int
    oldest: datetime | None

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // PAGE))

    @property
    def rows(self) -> tuple[AlertRow, ...]:
        """The rows of this page, in order."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def first(self) -> int:
        """The number of the first row on this page."""
        return (self.page - 1) * PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return (self.page - 1) * PAGE + len(self.rows)


def asking_for_an_answer(clinic_id: int, now: datetime) -> QuerySet[Alert]:
    """Return the alerts of a clinic that ask for an answer now; counted from the index alone."""
    rows = Alert.objects.filter(clinic_id=clinic_id, rank__lt=INFORMATION).open()
    waiting: QuerySet[Alert] = rows.filter(_waiting(now))
    return waiting


def _waiting(now: datetime) -> Q:
    """Not put off beyond this instant."""
    return Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)


def to_read(clinic: Clinic, now: datetime) -> list[AlertRow]:
    """Return the oldest alerts for information of a clinic, as many as one preview shows."""
    rows = in_order(Alert.objects.in_clinic(clinic).open().filter(_waiting(now), rank=INFORMATION))
    shown = rows.select_related("patient", "owner", "clinic")[:READ_AT_ONCE]
    return [alert_row(row, now) for row in shown]


def listed(asking: Asking, chosen: Chosen, now: datetime) -> QuerySet[Alert]:
    """Return the rows of the list in their order: its pages are slices of it, its count is its own."""
    if chosen.show is Show.ANSWERED:
        rows = _answered(asking, now).order_by("-resolved_at", "-id")
    else:
        rows = in_order(_open(asking).filter(_whose(asking, chosen.show, now)))
    if chosen.severity:
        rows = rows.filter(rank=RANK[Severity(chosen.severity)])
    if chosen.rule:
        rows = rows.filter(rule=chosen.rule)
    if chosen.owner == NOBODY:
        rows = rows.filter(owner__isnull=True)
    elif chosen.owner:
        rows = rows.filter(owner_id=int(chosen.owner))
    return rows


def _open(asking: Asking) -> QuerySet[Alert]:
    return Alert.objects.in_clinics(asking.clinic_ids).open()


def _answered(asking: Asking, now: datetime) -> QuerySet[Alert]:
    return Alert.objects.in_clinic(asking.clinic).filter(
        state=AlertState.RESOLVED, resolved_at__gte=now - ANSWERED_SHOWN
    )


def _whose(asking: Asking, show: Show, now: datetime) -> Q:
    if show is Show.SNOOZED:
        return Q(clinic=asking.clinic, snoozed_until__gt=now)
    if show is Show.MINE:
        return Q(owner_id=asking.user_id) & _waiting(now)
    return Q(clinic=asking.clinic) & _waiting(now) if show is Show.CLINIC else _waiting(now)


def inbox(asking: Asking, chosen: Chosen, now: datetime, page: int = 1) -> Inbox:
    """Return one page of the list. Four questions, however many alerts there are.

    Of the answered it says who answered them, which is one question more.
    """
    rows = listed(asking, chosen, now)
    found = list(
        rows.order_by("rank")
        .values("rank")
        .annotate(number=Count("pk"), since=Min("raised_at"))
        .values_list("rank", "number", "since")
    )
    numbers = {rank: number for rank, number, _ in found}
    total = sum(numbers.values())
    page = min(max(1, page), max(1, -(-total // PAGE)))
    shown = rows.select_related("patient", "owner", "clinic")[(page - 1) * PAGE : page * PAGE]
    authors = authors_of(asking.clinic.pk) if chosen.show is Show.ANSWERED else Authors()
    return Inbox(
        groups=_groups([alert_row(row, now, authors) for row in shown], chosen.show, numbers),
        total=total,
        page=page,
        counts=_counts(asking, now),
        to_answer=total - numbers.get(INFORMATION, 0),
        to_read=numbers.get(INFORMATION, 0),
        oldest=min((since for _, _, since in found), default=None),
    )


def _counts(asking: Asking, now: datetime) -> dict[Show, int]:
    found: dict[str, int] = _open(asking).aggregate(
        **{
            show.name: Count(ROW, filter=_whose(asking, show, now))
            for show in Show
            if show is not Show.ANSWERED
        }
    )
    answered = _answered(asking, now).count()
    return {show: found.get(show.name, answered) for show in Show}


def _groups(rows: list[AlertRow], show: Show, numbers: dict[int, int]) -> tuple[Group, ...]:
    if show is Show.ANSWERED:  # latest answer first, so the severities are mixed
        return (Group(None, "Answered", sum(numbers.values()), tuple(rows)),) if rows else ()
    return tuple(
        Group(severity, SEVERITY_LABELS[severity], numbers[RANK[severity]], tuple(same))
        for severity, same in groupby(rows, key=lambda row: row.severity)
    )
