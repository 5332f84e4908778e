"""Uploaded files: nothing is loaded unconfirmed, one worker has a file, all is forgotten in a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pathways.models import AuditEvent, Clinic, ImportRun, User
from pathways.rules.import_states import IMPORT, IMPORT_WORKED, ImportKind, ImportState
from pathways.services import housekeeping, import_runs
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.list_report import LineChange
from tests import people

pytestmark = pytest.mark.django_db
At = Callable[[str], None]


def upload(clinic: Clinic, content: bytes = b"mrn\nR01\n") -> ImportRun:
    file = import_runs.Upload(ImportKind.PATIENTS, "people.csv", content, "utf-8")
    return import_runs.upload(clinic=clinic, file=file, by=people.SYSTEM)


def settle(run: ImportRun) -> ImportRun:
    """The worker is done with a file of which one line changes something."""
    changed = LineChange(line=2, mrn="R01", about="Visit", is_new=True)
    import_runs.keep_changes(run, [changed])
    import_runs.settle(run, lines=1, summary=[("new", 1)], told=["line 2: x"], rejects=b"refused")
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("size", "taken"),
    [(import_runs.LARGEST_BYTES, True), (import_runs.LARGEST_BYTES + 1, False)],
)
def test_a_file_may_be_as_large_as_the_limit_and_no_larger(
    clinic: Clinic, size: int, taken: bool
) -> None:
    content = b"m" * size
    if taken:
        assert upload(clinic, content).state == ImportState.CHECKING
    else:
        with pytest.raises(Refused, match=r"10\.0 MB; at most 10 MB.*Split it"):
            upload(clinic, content)


def test_an_empty_file_is_refused_with_the_cure(clinic: Clinic) -> None:
    with pytest.raises(Refused, match="empty"):
        upload(clinic, b" \n")


def test_a_file_is_claimed_once_until_its_worker_falls_silent(clinic: Clinic, at: At) -> None:
    at("2026-11-21 09:00")
    run = upload(clinic)
    assert import_runs.claim() == run
    assert import_runs.claim() is None
    at("2026-11-21 09:05")
    assert import_runs.claim() is None
    at("2026-11-21 09:06")
    assert import_runs.claim() == run


def test_a_sign_of_life_keeps_a_file_with_its_worker(clinic: Clinic, at: At) -> None:
    at("2026-11-21 09:00")
    run = upload(clinic)
    import_runs.claim()
    at("2026-11-21 09:04")
    import_runs.progress(run, 500)
    at("2026-11-21 09:08")
    assert import_runs.claim() is None


def test_what_was_checked_waits_for_a_person_and_what_was_confirmed_for_the_worker(
    clinic: Clinic, nurse: User
) -> None:
    run = upload(clinic)
    import_runs.claim()
    assert settle(run).state == ImportState.CHECKED
    assert import_runs.claim() is None
    import_runs.confirm(run, by=Actor.person(nurse))
    claimed = import_runs.claim()
    assert claimed is not None
    assert (claimed.state, claimed.confirmer) == (ImportState.LOADING, nurse)


def test_a_loaded_file_is_forgotten_and_its_refused_lines_are_kept(
    clinic: Clinic, nurse: User
) -> None:
    run = settle(upload(clinic))
    import_runs.confirm(run, by=Actor.person(nurse))
    loading = import_runs.claim()
    assert loading is not None
    run = settle(loading)
    assert (run.state, run.content) == (ImportState.LOADED, None)
    assert bytes(run.rejects or b"") == b"refused"


def test_a_file_is_confirmed_once(clinic: Clinic, nurse: User) -> None:
    run = settle(upload(clinic))
    import_runs.confirm(run, by=Actor.person(nurse))
    with pytest.raises(Refused, match="loading now"):
        import_runs.confirm(run, by=Actor.person(nurse))
    with pytest.raises(Refused, match="loading now"):
        import_runs.discard(run, by=Actor.person(nurse))


def test_a_file_that_was_never_checked_cannot_be_confirmed(clinic: Clinic) -> None:
    with pytest.raises(Refused, match="checking now"):
        import_runs.confirm(upload(clinic), by=people.SYSTEM)


def test_a_discarded_file_is_forgotten_at_once_even_under_its_worker(clinic: Clinic) -> None:
    run = upload(clinic)
    import_runs.claim()
    import_runs.discard(run, by=people.SYSTEM)
    assert settle(run).state == ImportState.DISCARDED
    assert (run.content, run.rejects, run.told) == (None, None, [])


def test_after_a_day_nothing_of_a_file_is_left(clinic: Clinic, at: At) -> None:
    at("2026-11-21 09:00")
    run = settle(upload(clinic))
    at("2026-11-22 09:00")
    housekeeping.keep(by=people.SYSTEM)
    run.refresh_from_db()
    assert run.content is not None
    at("2026-11-22 09:01")
    housekeeping.keep(by=people.SYSTEM)
    run.refresh_from_db()
    assert (run.state, run.content, run.rejects, run.told) == (
        ImportState.DISCARDED,
        None,
        None,
        [],
    )
    assert run.summary == [["new", 1]]  # numbers name nobody
    assert run.file_name == ""  # it may be a person's


def test_upload_and_confirmation_are_in_the_audit_trail_without_the_file(
    clinic: Clinic, nurse: User
) -> None:
    run = settle(upload(clinic))
    import_runs.confirm(run, by=Actor.person(nurse))
    events = AuditEvent.objects.filter(subject_type="ImportRun", subject_id=str(run.pk))
    assert {event.verb for event in events} == {"uploaded a file", "confirmed an import"}
    assert "people.csv" not in str([event.detail for event in events])


def test_only_the_first_complaints_are_kept_and_the_rest_counted(clinic: Clinic) -> None:
    run = upload(clinic)
    told = [f"line {number}: x" for number in range(import_runs.LINES_TOLD + 7)]
    import_runs.settle(run, lines=400, summary=[], told=told, rejects=None)
    run.refresh_from_db()
    assert (len(run.told), run.told_more) == (import_runs.LINES_TOLD, 7)


def test_every_state_that_is_worked_leads_somewhere() -> None:
    assert set(IMPORT) == set(ImportState)
    assert all(IMPORT[state] for state in IMPORT_WORKED)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_file_of_very_many_lines_is_refused_however_they_end(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    monkeypatch.setattr(import_runs, "MOST_LINES", 2)
    assert upload(clinic, b"mrn" + end + b"1" + end + b"2" + end).lines_total == 2
    with pytest.raises(Refused, match=r"3 lines; at most 2.*Split it"):
        upload(clinic, b"mrn" + end + b"1" + end + b"2" + end + b"3" + end)


def test_a_file_that_ends_its_workers_is_given_up_and_holds_up_nobody(
    clinic: Clinic, at: At
) -> None:
    at("2026-11-21 09:00")
    deadly, other = upload(clinic), upload(clinic)
    for minute in range(0, 6 * import_runs.MOST_TRIES, 6):
        at(f"2026-11-21 09:{minute:02}")
        assert import_runs.claim() == deadly
    settle(other)
    at("2026-11-21 09:30")
    assert import_runs.claim() is None
    deadly.refresh_from_db()
    assert (deadly.state, deadly.content) == (ImportState.UNUSABLE, None)
    assert "Tell the administrator" in deadly.trouble


def test_a_load_has_tries_of_its_own(clinic: Clinic, nurse: User) -> None:
    run = upload(clinic)
    ImportRun.objects.update(tries=import_runs.MOST_TRIES)
    settle(run)
    import_runs.confirm(run, by=Actor.person(nurse))
    assert import_runs.claim() == run


def test_a_late_check_does_not_pass_for_a_load(clinic: Clinic, nurse: User, at: At) -> None:
    at("2026-11-21 09:00")
    run = upload(clinic)
    late = import_runs.claim()
    assert late is not None
    settle(run)  # by the follower
    import_runs.confirm(run, by=Actor.person(nurse))
    import_runs.progress(late, 7)
    import_runs.settle(late, lines=1, summary=[("new", 9)], told=[], rejects=None)
    import_runs.refuse(late, trouble="late")
    run.refresh_from_db()
    assert (run.state, run.beat_at, run.lines_done) == (ImportState.LOADING, None, 0)
    assert run.content is not None


def test_what_a_worker_hears_of_a_discarded_file_is_forgotten_too(clinic: Clinic) -> None:
    run = upload(clinic)
    claimed = import_runs.claim()
    assert claimed is not None
    import_runs.discard(run, by=people.SYSTEM)
    change = LineChange(line=2, mrn="R01", about="Visit", is_new=True, cells=())
    import_runs.keep_changes(claimed, [change])
    settle(claimed)
    assert not run.changes.exists()


def test_one_file_is_worked_at_a_time(clinic: Clinic, at: At) -> None:
    at("2026-11-21 09:00")
    first, second = upload(clinic), upload(clinic)
    assert import_runs.claim() == first
    assert import_runs.claim() is None
    settle(first)
    assert import_runs.claim() == second
