"""A whole list of people at once: the bulk twin of `patients.register` and `enrolments.enrol`.

A later list updates what an earlier one said. What the person or the clinic has decided since
(an opt-out, a suspended address, a corrected address) stands against an older list, and is told.
One batch is one transaction; a row that the database refuses never takes the others with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from pathways import clock
from pathways.models import (
    Clinic,
    Consent,
    ContactPoint,
    Enrolment,
    PathwayVersion,
    Patient,
    PhasePeriod,
)
from pathways.rules.lifecycles import Phase, WorkItemKind
from pathways.services import (
    audit,
    bulk,
    patients,
    reminders,
    schedule_new,
    sending_control,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.list_report import broken_rule
from pathways.services.people_known import load_known
from pathways.services.people_update import (
    PersonRow,
    Report,
    Work,
    check_complete,
    newcomer,
    note_changes,
    period,
)
from pathways.services.schedule_new import Beginner

BATCH = 1000
SOURCE = "import"
_make_patient = bulk.Maker(Patient)
_make_enrolment = bulk.Maker(Enrolment)


def register_all(
    rows: Sequence[PersonRow],
    *,
    clinic: Clinic,
    version: PathwayVersion,
    by: Actor,
    new_before: int = 0,
    dry_run: bool = False,
) -> Report:
    """Register and update one batch of people, and write down what they owe.

    `new_before` counts the new people of the earlier batches of the same list: more than the
    clinic's `release_over` in all, and the first mailing waits for a coordinator. With `dry_run`
    everything is done and then rolled back.
    """
    try:
        with transaction.atomic():
            report = _register_batch(rows, clinic, version, by, new_before)
            if dry_run:
                transaction.set_rollback(True)
        return report
    except (OperationalError, InterfaceError):
        raise  # the database itself is in trouble, not a row
    except (DatabaseError, ValueError, ArithmeticError) as error:
        if len(rows) == 1:
            return Report(refused=[(rows[0].line, broken_rule(error))])
    # One of several is poison: halve until it stands alone.
    half = len(rows) // 2
    report = Report()
    for part in (rows[:half], rows[half:]):
        report.add(
            register_all(
                part,
                clinic=clinic,
                version=version,
                by=by,
                new_before=new_before + report.created,
                dry_run=dry_run,
            )
        )
    return report


def _register_batch(
    rows: Sequence[PersonRow],
    clinic: Clinic,
    version: PathwayVersion,
    by: Actor,
    new_before: int,
) -> Report:
    known = load_known(clinic, [row.mrn for row in rows])
    work = Work()
    for row in rows:
        try:
            person = known.get(row.mrn)
            if person is None:
                check_complete(row)
                work.new.append((row, _patient(row, clinic, by)))
                work.report.note_change(newcomer(row))
            else:
                note_changes(row, person, by, work)
        except Refused as refused:
            work.report.refused.append((row.line, refused))
    _write_changes(work, clinic, by)
    _write_new(work, clinic, version, by)
    work_items.open_all(work.contacts.deeds, by=by)
    if work.replan:
        reminders.replan(work.replan, by=by)
    hold_mail(work.report, clinic, by=by, new_before=new_before)
    return work.report


def _patient(row: PersonRow, clinic: Clinic, by: Actor) -> Patient:
    return _make_patient(
        clinic_id=clinic.pk,
        mrn=row.mrn,
        given_name=row.given_name,
        family_name=row.family_name,
        birth_date=row.birth_date,
        sex=row.sex or "unknown",
        language=row.language or "en",
        registered_at=clock.now(),
        registered_by=by.name,
    )


def _write_new(work: Work, clinic: Clinic, version: PathwayVersion, by: Actor) -> None:
    """Write new people with their addresses, consents, enrolments and phases."""
    now, today = clock.now(), clock.today(clinic)
    bulk.insert([patient for _, patient in work.new])
    pairs = []
    for row, patient in work.new:
        patient.clinic = clinic
        points = patients.contact_rows(
            patient,
            email=row.email,
            phone=row.phone,
            consented_on=row.email_consent_on,
            now=now,
            by=by,
            source=SOURCE,
        )
        pairs.append((row, points))
        if row.email and row.email_consent_on is None:
            work.contacts.deeds.append(patients.check_address(patient, due_on=today))
    bulk.insert([point for _, points in pairs for point in points])
    bulk.insert(
        [
            consent
            for row, points in pairs
            for consent in patients.consent_rows(
                points, consented_on=row.email_consent_on, now=now, by=by, source=SOURCE
            )
        ]
    )
    fresh = _enrol(work.new, version, by, work)
    # Somebody registered before by hand may have results already: the general way.
    work.replan.extend(item.enrolment_id for item in _enrol(work.enrol, version, by, work))
    bulk.insert(work.new_periods)
    schedule_new.begin(fresh, today=today, by=by)
    audit.record_all(
        audit.event_of(
            by=by,
            verb="registered",
            subject_type="Patient",
            subject_id=str(item.patient_id),
            clinic_id=clinic.pk,
            patient_id=item.patient_id,
            detail={
                "version": version.number,
                "enrolled_on": str(item.enrolled_on),
                "phase": item.phase,
                "phase_since": str(item.phase_since),
            },
        )
        for item in fresh
    )


def _enrol(
    pairs: list[tuple[PersonRow, Patient]], version: PathwayVersion, by: Actor, work: Work
) -> list[Beginner]:
    """Write the enrolments and note down their first phases."""
    enrolments = bulk.insert(
        [
            _make_enrolment(
                clinic_id=patient.clinic_id,
                patient_id=patient.pk,
                version_id=version.pk,
                enrolled_on=row.enrolled_on,
            )
            for row, patient in pairs
        ]
    )
    fresh = [
        Beginner(
            enrolment.pk,
            enrolment.clinic_id,
            enrolment.patient_id,
            version.pk,
            enrolment.enrolled_on,
            Phase(row.phase or "").value,
            row.phase_since or enrolment.enrolled_on,
        )
        for (row, _), enrolment in zip(pairs, enrolments, strict=True)
    ]
    work.new_periods.extend(
        period(enrolment, item.phase, item.phase_since, by)
        for enrolment, item in zip(enrolments, fresh, strict=True)
    )
    return fresh


def _write_changes(work: Work, clinic: Clinic, by: Actor) -> None:
    names = ["given_name", "family_name", "sex", "language"]
    Patient.objects.bulk_update(work.people, names, batch_size=500)
    Enrolment.objects.bulk_update(work.enrolments, ["enrolled_on"], batch_size=500)
    PhasePeriod.objects.bulk_update(work.periods, ["since_on", "until_on"], batch_size=500)
    contacts = work.contacts
    ContactPoint.objects.bulk_update(contacts.retired, ["retired_at"], batch_size=500)
    columns = ["verified_at", "verified_how", "suspended_at", "suspended_reason"]
    ContactPoint.objects.bulk_update(contacts.confirmed, columns, batch_size=500)
    bulk.insert(contacts.added)
    bulk.insert([Consent(contact_point=point, **said) for point, said in contacts.consents])
    if contacts.settled:
        work_items.close_for(
            clinic=clinic,
            kind=WorkItemKind.CHECK_ADDRESS,
            subjects=contacts.settled,
            outcome="The clinic's list gives the consent",
            by=by,
        )
    audit.record_all(
        audit.event(
            by=by,
            verb="updated from a list",
            subject=patient,
            clinic=clinic,
            patient=patient,
            detail={"before": before},
        )
        for patient, before in work.changed.values()
    )


def hold_mail(report: Report, clinic: Clinic, *, by: Actor, new_before: int = 0) -> None:
    """After a large list the first mailing waits until a coordinator has looked at it."""
    if new_before + report.created <= clinic.release_over or not report.created:
        return
    report.needs_release = True
    sending_control.hold_for_release(clinic=clinic, new=new_before + report.created, by=by)
