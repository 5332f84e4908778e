"""One clinic with something behind every address, for tests that walk all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from pathways import clock
from pathways.models import (
    Alert,
    Appointment,
    CareEntry,
    CheckIn,
    Clinic,
    ContactPoint,
    Diagnosis,
    DiseaseFeature,
    Duty,
    ExamDraft,
    ImportRun,
    Message,
    NeuroExam,
    Observation,
    PathwayVersion,
    Patient,
    ResponseRecord,
    Screening,
    ScreeningDecision,
    TherapyCourse,
    Toxicity,
    User,
    WorkItem,
)
from pathways.rules.alert_states import Rung
from pathways.rules.course_states import EntryKind
from pathways.rules.lifecycles import Role, WorkItemKind
from pathways.services import (
    alert_duties,
    appointments,
    care_entries,
    check_ins,
    exam_drafts,
    import_runs,
    screenings,
    work_items,
)
from pathways.services.actors import Actor
from pathways.services.list_report import Cell, LineChange
from tests import disease, findings, people, scoring
from tests.courses import give, plan_course

HALF_A_SENTENCE = "walks with a stick since"  # in a draft of the nurse on duty
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@dataclass
class House:
    """A person of the clinic and one row of every kind about them."""

    patient: Patient
    screening: Screening
    visit: Appointment
    result: Observation
    point: ContactPoint
    item: WorkItem
    decision: ScreeningDecision
    message: Message
    course: TherapyCourse
    entry: CareEntry
    upload: ImportRun
    alert: Alert
    duty: Duty
    diagnosis: Diagnosis
    feature: DiseaseFeature
    response: ResponseRecord
    toxicity: Toxicity
    check_in: CheckIn
    exam: NeuroExam
    draft: ExamDraft

    def arguments(self, names: set[str]) -> dict[str, Any]:
        """The arguments that an address asks for."""
        known = {
            "patient_id": self.patient.pk,
            "screening_id": self.screening.pk,
            "visit_id": self.visit.pk,
            "result_id": self.result.pk,
            "point_id": self.point.pk,
            "item_id": self.item.pk,
            "decision_id": self.decision.pk,
            "message_id": self.message.pk,
            "alert_id": self.alert.pk,
            "duty_id": self.duty.pk,
            "diagnosis_id": self.diagnosis.pk,
            "feature_id": self.feature.pk,
            "response_id": self.response.pk,
            "toxicity_id": self.toxicity.pk,
            "feature": self.feature.feature,
            "domain": self.response.domain,
            "version": self.toxicity.list_version,
            "term": self.toxicity.term,
            "course_id": self.course.pk,
            "cycle_id": self.course.cycles.first().pk,
            "entry_id": self.entry.pk,
            "regimen": "rd",
            "check_in_id": self.check_in.pk,
            "rule": "vegf-above-lowest",
            "run_id": self.upload.pk,
            "exam_id": self.exam.pk,
            "kind": "booked",
            "language": "en",
            "token": "damaged",
            "name": "nothing.eml",
        }
        return {name: known[name] for name in names}


def furnish(clinic: Clinic, version: PathwayVersion) -> House:
    """Fill a clinic with one person and something of every kind."""
    today = clock.today(clinic)
    patient = people.make_patient(clinic, family_name="Quillfeather", given_name="Amira")
    enrolment = people.enrol(patient, version, enrolled_on=today - timedelta(days=300))
    result = people.record(patient, "vegf", today - timedelta(days=120), value=131, unit="pg/mL")
    visit = appointments.book(
        patient=patient,
        starts_at=_morning(today + timedelta(days=6)),
        minutes=40,
        codes=["vegf"],
        by=people.SYSTEM,
    )
    decided = Screening.objects.open().get(enrolment=enrolment, code="cbc")
    decision = screenings.postpone(
        screening=decided,
        until_on=today + timedelta(days=20),
        reason="in hospital",
        by=people.SYSTEM,
    )
    work_items.open_item(
        work_items.Deed(
            kind=WorkItemKind.CALL,
            subject=f"patient:{patient.pk}",
            summary="Call: no answer to two emails",
            clinic=clinic,
            due_on=today,
            patient=patient,
        ),
        by=people.SYSTEM,
    )
    course = plan_course(patient, on=today - timedelta(days=70))
    duty = _duty(clinic, today)
    give(course, 1, today - timedelta(days=70))
    give(course, 2, today - timedelta(days=35))
    entry = care_entries.record_entry(
        patient=patient,
        entry=care_entries.Entry(
            EntryKind.THROMBOSIS_PROPHYLAXIS, today - timedelta(days=71), "Aspirin"
        ),
        by=people.SYSTEM,
    )
    return House(
        patient=patient,
        screening=Screening.objects.open().get(enrolment=enrolment, code="vegf"),
        visit=visit,
        result=result,
        point=ContactPoint.objects.get(patient=patient, kind=ContactPoint.EMAIL),
        item=WorkItem.objects.open().get(patient=patient, kind=WorkItemKind.CALL),
        decision=decision,
        message=Message.objects.get(patient=patient, kind="booked"),
        course=course,
        entry=entry,
        upload=_upload(patient),
        alert=findings.raised(clinic, patient=patient, observation=result),
        diagnosis=disease.diagnose(patient),
        feature=disease.find_feature(patient),
        response=disease.respond(patient),
        toxicity=disease.suffer(patient),
        duty=duty,
        check_in=check_ins.record_check_in(
            patient=patient,
            answers={"emergency-signs": "none", "weakness": "days"},
            channel="phone",
            by=people.SYSTEM,
        ),
        exam=scoring.examine(
            patient, *scoring.onls(), *scoring.mrc(), performed_on=today - timedelta(days=200)
        ),
        draft=exam_drafts.keep(
            patient=patient, words={"note": HALF_A_SENTENCE}, by=Actor.person(duty.user)
        ),
    )


def _upload(patient: Patient) -> ImportRun:
    run: ImportRun = ImportRun.objects.create(
        clinic=patient.clinic,
        kind="patients",
        state="checked",
        file_name="people.csv",
        encoding="utf-8",
        content=b"mrn\n",
        rejects=b"mrn,reason\n",
        summary=[["new", 3], ["refused", 1]],
        told=["line 2: mrn: is blank. Every line needs the hospital number."],
        uploaded_at=clock.now(),
        uploaded_by="marit",
    )
    phone = Cell("phone", "020 7946 0101", "020 7946 0199")
    change = LineChange(3, patient.mrn, str(patient), is_new=False, cells=(phone,))
    import_runs.keep_changes(run, [change])
    return run


def _duty(clinic: Clinic, day: date) -> Duty:
    nurse = people.make_user(clinic, Role.NURSE, "on-duty", "Sanne Achterberg")
    return alert_duties.put_on_duty(
        clinic=clinic,
        rung=Rung.NURSE_IN_CHARGE,
        user=nurse,
        from_on=day,
        until_on=day + timedelta(days=6),
        by=people.SYSTEM,
    )


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 20, tzinfo=UTC)
