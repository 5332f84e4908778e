"""Every row about one person, read once: what the overview, the history and the chart are made of.

A constant number of questions, whatever the length of the history. Facts come from the rows
themselves, never from the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass

from pathways.models import (
    Alert,
    Appointment,
    CareEntry,
    CheckIn,
    Diagnosis,
    DiseaseFeature,
    Enrolment,
    HoldPeriod,
    Message,
    NeuroExam,
    Observation,
    Patient,
    PhasePeriod,
    Reminder,
    Reply,
    ResponseRecord,
    ScreeningDecision,
    TherapyCourse,
    Toxicity,
    WorkItem,
)
from pathways.models.authors import Authors, authors_of
from pathways.rules.lifecycles import ReminderState


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person's rows by noun; enrolments, results and visits stand newest first."""

    patient: Patient
    enrolments: list[Enrolment]
    observations: list[Observation]
    exams: list[NeuroExam]
    courses: list[TherapyCourse]
    entries: list[CareEntry]
    toxicities: list[Toxicity]
    diagnoses: list[Diagnosis]
    features: list[DiseaseFeature]
    responses: list[ResponseRecord]
    visits: list[Appointment]
    messages: list[Message]
    plans: list[Reminder]
    replies: list[Reply]
    decisions: list[ScreeningDecision]
    alerts: list[Alert]
    check_ins: list[CheckIn]
    work: list[WorkItem]
    authors: Authors

    @property
    def enrolment(self) -> Enrolment | None:
        """The latest enrolment."""
        return self.enrolments[0] if self.enrolments else None

    @property
    def phases(self) -> list[PhasePeriod]:
        """The phases of the latest enrolment, oldest first."""
        return list(self.enrolment.phases.all()) if self.enrolment else []

    @property
    def holds(self) -> list[HoldPeriod]:
        """The pauses of the latest enrolment, oldest first."""
        return list(self.enrolment.holds.all()) if self.enrolment else []


def person_record(patient: Patient) -> PersonRecord:
    """Return every row about a person; the caller has checked that the reader may see them."""
    planned = Reminder.objects.filter(
        patient=patient, state=ReminderState.PLANNED, message__isnull=True
    )
    return PersonRecord(
        patient=patient,
        enrolments=list(
            Enrolment.objects.filter(patient=patient)
            .select_related("version__pathway")
            .prefetch_related("phases", "holds")
            .order_by("-enrolled_on", "-id")
        ),
        observations=list(
            Observation.objects.filter(patient=patient).order_by("-performed_on", "-id")
        ),
        exams=list(NeuroExam.objects.filter(patient=patient)),
        courses=list(
            TherapyCourse.objects.filter(patient=patient).prefetch_related(
                "drugs", "holds", "deeds", "cycles__days__drug"
            )
        ),
        entries=list(CareEntry.objects.filter(patient=patient)),
        toxicities=list(Toxicity.objects.filter(patient=patient)),
        diagnoses=list(Diagnosis.objects.filter(patient=patient)),
        features=list(DiseaseFeature.objects.filter(patient=patient)),
        responses=list(ResponseRecord.objects.filter(patient=patient)),
        visits=list(
            Appointment.objects.filter(patient=patient)
            .prefetch_related("purposes")
            .order_by("-starts_at")
        ),
        messages=list(Message.objects.filter(patient=patient).defer("values")),
        plans=list(planned),
        replies=list(
            Reply.objects.filter(patient=patient)
            .select_related("message__contact_point")
            .defer("message__values")
        ),
        decisions=list(ScreeningDecision.objects.filter(enrolment__patient=patient)),
        alerts=list(
            Alert.objects.filter(patient=patient)
            .select_related("owner")
            .prefetch_related("events")
            .defer("inputs")
        ),
        check_ins=list(CheckIn.objects.filter(patient=patient)),
        work=list(WorkItem.objects.filter(patient=patient).order_by("due_on", "id")),
        authors=authors_of(patient.clinic_id),
    )
