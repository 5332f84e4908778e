"""The post: what waits, what left, what a person must look at, what was held or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Value

from pathways.models import Clinic, Message
from pathways.rules.due_phrase import WEEKDAYS, short_date
from pathways.rules.lifecycles import MESSAGE_GROUPS, MessageState
from pathways.worklists.message_words import kind_words, state_tag, state_words
from pathways.worklists.notices import Signs, ago, read_signs, sending_notice

PAGE = 50
ROW = Value(1)  # Django refuses a filtered Count("*"); COUNT(1) is the same question
WEEK = 7
GROUP_WORDS = {
    "waiting": "Waiting",
    "sent": "Sent",
    "to look at": "To look at",
    "held": "Held",
    "stopped": "Stopped",
}
# Only what was on its way and did not get there is "due to send and not sent".
_LEFT = [MessageState.SENT, MessageState.DELIVERED, MessageState.BOUNCED, MessageState.COMPLAINED]
_NEVER_MEANT = [MessageState.CANCELLED, MessageState.WITHHELD]


@dataclass(frozen=True, slots=True)
class PostRow:
    """One message, in words; the address itself stays on the patient's page."""

    message: Message
    who: str
    what: str
    state: str
    tag: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the sending table."""

    name: str
    due: int
    sent: int
    bounced: int


@dataclass(frozen=True, slots=True)
class Post:
    """The page as it stands at one instant."""

    group: str
    rows: tuple[PostRow, ...]
    counts: tuple[tuple[str, str, int], ...]
    total: int
    page: int
    next_day: int
    week: tuple[DayCount, ...]
    signs: Signs
    last_sweep: str
    notice: str

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        """The number of the first row on this page."""
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last row on this page."""
        return (self.page - 1) * PAGE + len(self.rows)

    @property
    def silent(self) -> bool:
        """Whether mail was due in the last week and none of it left."""
        return sum(day.due for day in self.week) > 0 and not any(day.sent for day in self.week)


def in_group(clinic: Clinic, group: str) -> QuerySet[Message]:
    """Return a group's messages: what waits by its hour, the rest newest first."""
    rows = Message.objects.in_clinic(clinic).in_group(group)
    order = ("due_at", "id") if group == "waiting" else ("-due_at", "-id")
    return rows.order_by(*order)  # type: ignore[no-any-return]


def post(clinic: Clinic, now: datetime, group: str = "waiting", page: int = 1) -> Post:
    """Return the post page of a clinic. Four questions, whatever the rows."""
    group = group if group in MESSAGE_GROUPS else "waiting"
    zone = ZoneInfo(clinic.time_zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=WEEK - 1)
    since = datetime.combine(first, time(), zone)
    rows = Message.objects.in_clinic(clinic)
    counted = rows.aggregate(
        next_day=Count(
            ROW,
            filter=Q(
                state__in=MESSAGE_GROUPS["waiting"], next_attempt_at__lt=now + timedelta(days=1)
            ),
        ),
        **{
            _key(name): Count(ROW, filter=Q(state__in=states))
            for name, states in MESSAGE_GROUPS.items()
        },
    )
    total = counted[_key(group)]
    page = min(max(1, page), max(1, -(-total // PAGE)))
    listed = in_group(clinic, group).select_related("patient")[(page - 1) * PAGE : page * PAGE]
    lately = rows.filter(due_at__gte=since, due_at__lte=now).values_list("due_at", "state")
    signs = read_signs()
    last = signs.last_sweep_at
    return Post(
        group=group,
        rows=tuple(_row(message, today, zone) for message in listed),
        counts=tuple((name, words, counted[_key(name)]) for name, words in GROUP_WORDS.items()),
        total=total,
        page=page,
        next_day=counted["next_day"],
        week=_week(list(lately), first, zone),
        signs=signs,
        last_sweep=f"Last sweep {ago(last, now)} ago" if last else "No sweep has run yet",
        notice=sending_notice(clinic, now, signs),
    )


def _key(group: str) -> str:
    return group.replace(" ", "_")


def _week(rows: list[tuple[datetime, str]], first: date, zone: ZoneInfo) -> tuple[DayCount, ...]:
    days = [first + timedelta(days=number) for number in range(WEEK)]
    due, sent, bounced = (dict.fromkeys(days, 0) for _ in range(3))
    for due_at, state in rows:
        day = due_at.astimezone(zone).date()
        if state in _NEVER_MEANT or day not in due:
            continue
        due[day] += 1
        sent[day] += state in _LEFT
        bounced[day] += state == MessageState.BOUNCED
    counts = [DayCount(WEEKDAYS[day.weekday()], due[day], sent[day], bounced[day]) for day in days]
    counts.append(DayCount("7 d", sum(due.values()), sum(sent.values()), sum(bounced.values())))
    return tuple(counts)


def _row(message: Message, today: date, zone: ZoneInfo) -> PostRow:
    at = (message.sent_at or message.next_attempt_at or message.due_at).astimezone(zone)
    hand = ", by hand" if message.by_hand else ""
    return PostRow(
        message=message,
        who=str(message.patient) if message.patient is not None else "The clinic’s staff",
        what=f"{kind_words(message.kind).capitalize()}{hand}",
        state=state_tag(message.state),
        tag=state_words(message.state).capitalize(),
        when=f"{short_date(at.date(), today)}, {at:%H:%M}",
        reason=message.reason,
    )
