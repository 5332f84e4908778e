"""Everything about one person on one page: who, what is owed, results, and how to reach them.

A constant number of questions, whatever the length of the history. Facts come from the rows
themselves, never from the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pathways.charts.time_axis import Span
from pathways.models import (
    Appointment,
    Clinic,
    Consent,
    ContactPoint,
    DecisionKind,
    Enrolment,
    HoldPeriod,
    Patient,
    Purpose,
    Screening,
    ScreeningDecision,
    WorkItem,
)
from pathways.models.authors import Authors
from pathways.rules.deeds import Care, is_owed
from pathways.rules.due_phrase import short_date, travel_date
from pathways.rules.lifecycles import (
    AppointmentState,
    EnrolmentState,
    LifeStatus,
    ScreeningState,
)
from pathways.worklists.alert_rows import AlertRow
from pathways.worklists.banner import Banner, banner_from
from pathways.worklists.care import care_of
from pathways.worklists.course import CourseView, course_view
from pathways.worklists.course_values import Source
from pathways.worklists.due_list import open_calls, reach_of, rows_of
from pathways.worklists.due_rows import NO_REACH, DueRow, due_row
from pathways.worklists.open_screenings import screenings
from pathways.worklists.person_record import PersonRecord, person_record
from pathways.worklists.phase_hints import phase_hints
from pathways.worklists.result_words import ResultRow, result_row
from pathways.worklists.timeline import Moment, lately, timeline
from pathways.worklists.value_strip import Fact, value_strip

RESULTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A booking, in words."""

    pk: int
    when: str
    what: str
    state: str
    past: bool
    booked: bool


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One way to reach the person, and what they agreed to there."""

    pk: int
    kind: str
    holder: str
    value: str
    line: str
    trouble: bool


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision that stands, in words."""

    pk: int
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Todo:
    """A deed that somebody owes for this person, and when."""

    item: WorkItem
    by_when: str


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One person's page on one day."""

    patient: Patient
    enrolment: Enrolment | None
    phase: str
    hints: tuple[str, ...]
    hold: HoldPeriod | None
    banner: Banner
    rows: tuple[DueRow, ...]
    strip: tuple[Fact, ...]
    course: CourseView
    closed: tuple[tuple[str, str, str], ...]
    visits: tuple[VisitRow, ...]
    contacts: tuple[ContactRow, ...]
    results: tuple[ResultRow, ...]
    decisions: tuple[DecisionRow, ...]
    work: tuple[Todo, ...]
    latest: tuple[Moment, ...]

    @property
    def alive(self) -> bool:
        """Whether anything can still be arranged for this person."""
        return self.patient.life_status == LifeStatus.ALIVE

    @property
    def running(self) -> bool:
        """Whether the enrolment has not ended."""
        return self.enrolment is not None and self.enrolment.ended_on is None

    @property
    def on_hold(self) -> bool:
        """Whether the enrolment is paused."""
        return self.enrolment is not None and self.enrolment.state == EnrolmentState.ON_HOLD


def patient_page(
    patient: Patient,
    clinic: Clinic,
    day: date,
    *,
    alerts: Sequence[AlertRow],
    span: Span,
    source: Source,
) -> PatientPage:
    """Return the page of a person of this clinic; the caller has checked that they are."""
    zone = ZoneInfo(clinic.time_zone)
    record = person_record(patient)
    enrolment, phases = record.enrolment, record.phases
    rows = rows_of(screenings(clinic, day).filter(patient=patient), clinic, day)
    reach = reach_of({patient.pk}, clinic, day, open_calls(clinic, day)).get(patient.pk, NO_REACH)
    titles = {row.code: row.label for row in rows}
    open_visits = [visit for visit in record.visits if visit.state == AppointmentState.BOOKED]
    standing = [row for row in record.observations if row.superseded_by_id is None]
    open_visits.sort(key=lambda visit: visit.starts_at)
    due_rows = tuple(due_row(row, reach, day, zone) for row in rows)
    return PatientPage(
        patient=patient,
        enrolment=enrolment,
        phase=phases[-1].phase if phases else "",
        hints=phase_hints(enrolment, record.courses, day),
        hold=next((hold for hold in record.holds if hold.until_on is None), None),
        banner=banner_from(patient, enrolment, phases, day),
        rows=due_rows,
        strip=value_strip(record, due_rows, alerts, day, source),
        course=course_view(record, day, zone, span, source, due_rows),
        closed=_closed(patient, clinic, day),
        visits=tuple(_visit(visit, titles, day, zone) for visit in open_visits),
        contacts=_contacts(patient, day),
        results=tuple(result_row(row, day, record.authors) for row in standing[:RESULTS_SHOWN]),
        decisions=_decisions(enrolment, titles, day, record.authors),
        work=_todo(record, day),
        latest=lately(timeline(record, titles, day, zone)),
    )


def _todo(record: PersonRecord, day: date) -> tuple[Todo, ...]:
    """Return the open deeds but those that ended with the person's care."""
    care = care_of(record.patient, record.enrolments, day)
    return tuple(
        Todo(
            item,
            "when the hold ends"
            if not is_owed(item.owed_while, care)
            else f"by {short_date(item.due_on, day)}",
        )
        for item in record.work
        if item.closed_at is None and (is_owed(item.owed_while, care) or care is Care.ON_HOLD)
    )


def _visit(visit: Appointment, titles: dict[str, str], day: date, zone: ZoneInfo) -> VisitRow:
    start: datetime = visit.starts_at.astimezone(zone)
    what = ", ".join(
        titles.get(purpose.code, purpose.code.replace("-", " ").capitalize())
        for purpose in visit.purposes.all()
    )
    place = f" at {visit.place}" if visit.place else ""
    return VisitRow(
        pk=visit.pk,
        when=f"{travel_date(start.date(), day)} {start:%H:%M}",
        what=f"{what or 'Visit'}, {visit.minutes} min{place}",
        state=visit.state,
        past=visit.on <= day,
        booked=visit.state == AppointmentState.BOOKED,
    )


def _contacts(patient: Patient, day: date) -> tuple[ContactRow, ...]:
    points = list(ContactPoint.objects.in_use().filter(patient=patient).order_by("holder", "kind"))
    newest: dict[tuple[int, str], Consent] = {}
    for said in Consent.objects.filter(patient=patient).order_by("on", "id"):
        newest[said.contact_point_id, said.purpose] = said
    return tuple(_contact(point, newest, day) for point in points)


def _contact(point: ContactPoint, newest: dict[tuple[int, str], Consent], day: date) -> ContactRow:
    parts = []
    if point.suspended_at is not None:
        parts.append(f"Suspended: {point.suspended_reason}")
    elif point.kind == ContactPoint.EMAIL and point.verified_at is None:
        parts.append("Not verified yet, so nothing is sent")
    elif point.kind == ContactPoint.EMAIL:
        parts.append(f"Verified: {point.verified_how}")
    if point.kind == ContactPoint.EMAIL:
        for purpose in Purpose:
            said = newest.get((point.pk, purpose.value))
            if said is not None:
                word = "yes" if said.given else "no"
                parts.append(f"{purpose.label}: {word} since {short_date(said.on, day)}")
        if (point.pk, Purpose.VISITS.value) not in newest:
            parts.append("Consent to mail not recorded")
    return ContactRow(
        pk=point.pk,
        kind=point.kind,
        holder="Carer’s" if point.holder == ContactPoint.CARER else "Own",
        value=point.value,
        line="; ".join(parts),
        trouble=point.suspended_at is not None,
    )


def _decisions(
    enrolment: Enrolment | None, titles: dict[str, str], day: date, authors: Authors
) -> tuple[DecisionRow, ...]:
    if enrolment is None:
        return ()
    said = []
    for row in ScreeningDecision.objects.filter(enrolment=enrolment, withdrawn_at__isnull=True):
        title = titles.get(row.code, row.code.replace("-", " ").capitalize())
        until = f" to {short_date(row.until_on, day)}" if row.until_on else ""
        every = f", every {row.interval}" if row.interval else ""
        by = authors.named(row.decided_by)
        words = f"{DecisionKind(row.kind).label}{until}{every}: {row.reason} ({by})"
        said.append(DecisionRow(row.pk, title, words))
    return tuple(said)


def _closed(patient: Patient, clinic: Clinic, day: date) -> tuple[tuple[str, str, str], ...]:
    """What was done or ended, newest first: (screening, tag key, words)."""
    rows = (
        Screening.objects.in_clinic(clinic)
        .filter(patient=patient)
        .exclude(state__in=[ScreeningState.PLANNED, ScreeningState.ENTERED_IN_ERROR])
        .filter(superseded_by__isnull=True)
        .select_related("definition")
        .order_by("-ended_at", "-id")[:RESULTS_SHOWN]
    )
    said = []
    for row in rows:
        if row.state == ScreeningState.COMPLETED and row.satisfied_on is not None:
            late = (row.satisfied_on - row.due_on).days if row.due_on else 0
            after = f", {late} days after its due date" if late > 0 else ""
            said.append(
                (row.definition.label, "done", f"Done {short_date(row.satisfied_on, day)}{after}")
            )
        else:
            reason = f": {row.end_reason}" if row.end_reason else ""
            said.append((row.definition.label, "closed", f"{row.state.capitalize()}{reason}"))
    return tuple(said)
