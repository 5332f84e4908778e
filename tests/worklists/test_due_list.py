"""The due list: the rows of the file, counts that add up, a constant number of questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways.models import Clinic, PathwayVersion, Screening, User
from pathways.rules.due_status import DueStatus
from pathways.rules.lifecycles import Phase, ResultStatus, WorkItemKind
from pathways.services import appointments, enrolments, work_items
from pathways.worklists import due_counts, due_export, listed_rows
from pathways.worklists.due_list import PAGE, for_day
from pathways.worklists.due_rows import Deed
from pathways.worklists.filters import Filters, Order, View
from pathways.worklists.work_items import owed
from tests import people
from tests.views.house import signed_in

DAY = date(2026, 11, 21)
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture(autouse=True)
def today(at: Callable[[str], None]) -> None:
    at("2026-11-21 09:00")


@pytest.fixture
def cohort(clinic: Clinic, pathway_version: PathwayVersion) -> Clinic:
    """Eight people in all phases with histories of different lengths."""
    fill(clinic, pathway_version, 8)
    return clinic


def fill(clinic: Clinic, version: PathwayVersion, number: int) -> None:
    for index in range(number):
        silent = {"phone": "", "email": "", "email_consent_on": None} if index % 4 == 3 else {}
        person = people.make_patient(clinic, **silent)
        phase = list(Phase)[index % 5]
        people.enrol(person, version, phase, enrolled_on=DAY - timedelta(days=400))
        for step, code in enumerate(("vegf", "neuro-exam", "cbc")):
            gone = DAY - timedelta(days=60 + 37 * step + 11 * index)
            people.record(person, code, gone)
        if index % 3 == 0:
            people.record(
                person, "m-protein", DAY - timedelta(days=15), status=ResultStatus.COLLECTED
            )


def every_page(clinic: Clinic, filters: Filters) -> list[tuple[str, str]]:
    first = for_day(clinic, DAY, filters)
    rows = list(first.rows)
    for page in range(2, first.pages + 1):
        rows += for_day(clinic, DAY, filters, page).rows
    assert len(rows) == first.total
    return [(row.mrn, row.code) for row in rows]


def test_page_and_file_are_the_same_rows_in_the_same_order(cohort: Clinic) -> None:
    file = [(row.mrn, row.code) for row in due_export.rows(cohort, DAY)]
    assert len(file) > PAGE
    assert every_page(cohort, Filters()) == file


def test_the_pages_as_shown_hold_the_rows_of_the_downloaded_file(
    cohort: Clinic, nurse: User
) -> None:
    client = signed_in(nurse)
    lines = b"".join(client.get(reverse("due-export"))).decode().splitlines()[1:]
    shown: list[str] = []
    page = 1
    while True:
        body = client.get(reverse("due-list"), {"page": page}).content.decode()
        shown += re.findall(r'<span class="second">(\S+) · ', body)
        if 'rel="next"' not in body:
            break
        page += 1
    assert shown == [line.split(",")[0] for line in lines]


def test_every_status_said_on_the_page_is_the_files(cohort: Clinic) -> None:
    file = {
        (row.mrn, row.code): (row.status, row.days_overdue) for row in due_export.rows(cohort, DAY)
    }
    for page in range(1, for_day(cohort, DAY).pages + 1):
        for row in for_day(cohort, DAY, page=page).rows:
            assert file[row.mrn, row.code] == (row.state.status, row.state.days_overdue)


@pytest.mark.parametrize("view", list(View))
def test_a_tabs_number_is_the_number_of_its_rows(cohort: Clinic, view: View) -> None:
    counts = for_day(cohort, DAY).counts
    assert counts[view] == len(every_page(cohort, Filters(view=view)))


def test_the_overdue_tab_is_what_the_file_calls_overdue(cohort: Clinic) -> None:
    file = [
        (row.mrn, row.code)
        for row in due_export.rows(cohort, DAY)
        if row.status is DueStatus.OVERDUE
    ]
    assert file
    assert every_page(cohort, Filters(view=View.OVERDUE)) == file


def test_counts_stay_while_the_reader_filters(cohort: Clinic) -> None:
    plain = for_day(cohort, DAY)
    narrow = for_day(cohort, DAY, Filters(q=plain.rows[0].mrn, owner=plain.rows[0].owner.lower()))
    assert narrow.counts == plain.counts
    assert 0 < narrow.total < plain.total
    assert {row.owner for row in narrow.rows} == {plain.rows[0].owner}


def test_a_booking_moves_a_row_out_of_not_booked_and_changes_no_status(cohort: Clinic) -> None:
    before = for_day(cohort, DAY, Filters(view=View.NOT_BOOKED))
    row = before.rows[0]
    patient = Screening.objects.get(pk=row.screening_id).patient
    appointments.book(
        patient=patient,
        starts_at=datetime(2026, 11, 25, 10, tzinfo=UTC),
        minutes=30,
        codes=[row.code],
        by=people.SYSTEM,
    )
    after = for_day(cohort, DAY, Filters(view=View.NOT_BOOKED))
    assert after.total == before.total - 1
    listed = for_day(cohort, DAY, Filters(q=row.mrn, screening=row.code)).rows[0]
    assert listed.state == row.state
    assert listed.booking == "Wed 25 Nov 10:00"


def test_calls_today_counts_the_rows_of_the_page_it_opens(cohort: Clinic) -> None:
    patient = Screening.objects.open().first().patient
    before = owed(cohort, DAY, "call").count()
    for number, due_on in enumerate((DAY - timedelta(days=2), DAY, DAY + timedelta(days=1))):
        work_items.open_item(
            work_items.Deed(
                kind=WorkItemKind.CALL,
                subject=f"test:{number}",
                summary="Call",
                clinic=cohort,
                due_on=due_on,
                patient=patient,
            ),
            by=people.SYSTEM,
        )
    assert for_day(cohort, DAY).calls == owed(cohort, DAY, "call").count() == before + 2


def test_clinical_priority_puts_the_overdue_first(cohort: Clinic) -> None:
    rows = for_day(cohort, DAY, Filters(order=Order.PRIORITY)).rows
    late = [row.state.status is DueStatus.OVERDUE for row in rows]
    assert late == sorted(late, reverse=True)


def test_another_clinics_rows_never_stand_here(cohort: Clinic, other_clinic: Clinic) -> None:
    version = people.signed_version(other_clinic)
    fill(other_clinic, version, 2)
    numbers = set(other_clinic_numbers(other_clinic))
    assert numbers
    assert numbers.isdisjoint({mrn for mrn, _ in every_page(cohort, Filters())})


def other_clinic_numbers(clinic: Clinic) -> list[str]:
    return list(Screening.objects.filter(clinic=clinic).values_list("patient__mrn", flat=True))


def test_an_unknown_choice_counts_as_none(cohort: Clinic) -> None:
    asked = Filters.read({"view": "nonsense", "status": "LATE", "page": "x", "order": "?"})
    assert asked == Filters()


def test_what_is_chosen_is_kept_in_the_address() -> None:
    asked = Filters(view=View.OVERDUE, screening="ä b", owner="neurology")
    address = asked.address(page=2)
    assert address == "?view=overdue&screening=%C3%A4+b&owner=neurology&page=2"


def test_search_words_are_not_in_the_address_and_their_number_is() -> None:
    asked = Filters(view=View.OVERDUE, q="Quillfeather", found="3")
    assert asked.address() == "?view=overdue&found=3"
    assert asked.without("q") == Filters(view=View.OVERDUE)


def questions(client_user: User) -> int:
    """Count the questions of a page whose numbers nobody has counted yet."""
    client = signed_in(client_user)
    client.get(reverse("due-list"))
    due_counts.forget()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(reverse("due-list")).status_code == 200
    return sum(1 for each in asked if not each["sql"].startswith(TRANSACTION))


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("order", list(Order))
def test_the_question_written_once_finds_what_the_orm_finds(
    cohort: Clinic, other_clinic: Clinic, view: View, order: Order
) -> None:
    asked = Filters(view=view, order=order)
    for clinic in (cohort, other_clinic):
        for day in (DAY, DAY + timedelta(days=45)):
            orm = [row[0] for row in listed_rows._question(clinic.pk, day, asked)[3:9]]
            assert [row.pk for row in listed_rows.read(clinic, day, asked, 3, 6)] == orm


def test_numbers_kept_are_counted_again_after_any_change(cohort: Clinic) -> None:
    before = for_day(cohort, DAY)
    patient = Screening.objects.open().filter(clinic=cohort).first().patient
    enrolments.hold(
        enrolment=patient.enrolments.get(),
        from_on=DAY,
        reason="abroad",
        review_on=DAY + timedelta(days=30),
        by=people.SYSTEM,
    )
    after = for_day(cohort, DAY)
    due_counts.forget()
    assert after.counts == for_day(cohort, DAY).counts
    assert after.counts != before.counts


def test_a_page_beyond_the_last_shows_the_last(cohort: Clinic) -> None:
    last = for_day(cohort, DAY).pages
    assert for_day(cohort, DAY, page=last + 7).page == last


def test_ten_questions_whatever_the_rows(
    clinic: Clinic, pathway_version: PathwayVersion, nurse: User
) -> None:
    fill(clinic, pathway_version, 1)
    few = questions(nurse)
    fill(clinic, pathway_version, 14)
    assert Screening.objects.open().count() >= 200
    assert questions(nurse) == few
    assert few <= 10


def test_a_person_without_phone_and_email_can_still_be_listed(cohort: Clinic) -> None:
    listed = for_day(cohort, DAY, Filters(view=View.UNREACHABLE))
    assert listed.rows
    assert {row.note for row in listed.rows} == {"No way to reach"}
    assert {row.deed for row in listed.rows} <= {Deed.FIND_CONTACT, Deed.OPEN}


@pytest.mark.parametrize(("reached", "told"), [(True, True), (False, False)])
def test_an_empty_view_of_the_unreachable_says_what_counts_as_reached(
    clinic: Clinic, pathway_version: PathwayVersion, nurse: User, reached: bool, told: bool
) -> None:
    by = {} if reached else {"phone": "", "email": "", "email_consent_on": None}
    people.enrol(
        people.make_patient(clinic, **by), pathway_version, enrolled_on=DAY - timedelta(days=400)
    )
    address = reverse("due-list") + Filters(view=View.UNREACHABLE).address()
    page = signed_in(nurse).get(address).content.decode()
    assert ("Nobody is out of reach" in page) is told
    assert ("has a phone number, or an email address that letters may go to" in page) is told


def test_somebody_with_a_phone_and_no_email_is_not_out_of_reach(
    clinic: Clinic, pathway_version: PathwayVersion
) -> None:
    person = people.make_patient(clinic, email="", email_consent_on=None, phone="020 7946 0011")
    people.enrol(person, pathway_version, enrolled_on=DAY - timedelta(days=400))
    assert for_day(clinic, DAY).rows
    assert for_day(clinic, DAY, Filters(view=View.UNREACHABLE)).rows == ()
