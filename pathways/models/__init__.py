"""What is true. One noun per file; this façade is what the rest of the house imports.

Direction: base ← clinic, user ← patient ← pathway ← enrolment ← observation ← screening
← appointment ← message ← work_item; exam, therapy and disease stand on patient; alert on them
all; audit and sweep stand beside.
"""

from pathways.models.alert import (
    Alert,
    AlertEvent,
    ChainStep,
    CheckIn,
    Duty,
    RuleSetting,
)
from pathways.models.appointment import Appointment, AppointmentPurpose
from pathways.models.audit import AuditEvent
from pathways.models.base import ClinicOwned
from pathways.models.care_entry import CareEntry
from pathways.models.clinic import Clinic, Closure
from pathways.models.course_deed import CourseDeed
from pathways.models.disease import Diagnosis, DiseaseFeature, ResponseRecord, Toxicity
from pathways.models.enrolment import Enrolment, HoldPeriod, PhasePeriod
from pathways.models.exam import ExamItem, NeuroExam
from pathways.models.exam_draft import ExamDraft
from pathways.models.import_run import ImportChange, ImportRun
from pathways.models.message import (
    Audience,
    DeliveryAttempt,
    GatePause,
    Message,
    MessageBody,
    MessageEvent,
    Reminder,
    Reply,
)
from pathways.models.observation import Observation
from pathways.models.pathway import (
    Pathway,
    PathwaySignOff,
    PathwayVersion,
    Remind,
    ScreeningDefinition,
)
from pathways.models.patient import Consent, ContactPoint, Identifier, Patient, Purpose
from pathways.models.screening import DecisionKind, Screening, ScreeningDecision, status_case
from pathways.models.sweep import DomainBudget, SendingControl, Sweep
from pathways.models.therapy import (
    Administration,
    CourseDrug,
    CourseHold,
    TherapyCourse,
    TherapyCycle,
)
from pathways.models.user import Membership, User
from pathways.models.work_item import WorkItem

__all__ = [
    "Administration",
    "Alert",
    "AlertEvent",
    "Appointment",
    "AppointmentPurpose",
    "Audience",
    "AuditEvent",
    "CareEntry",
    "ChainStep",
    "CheckIn",
    "Clinic",
    "ClinicOwned",
    "Closure",
    "Consent",
    "ContactPoint",
    "CourseDeed",
    "CourseDrug",
    "CourseHold",
    "DecisionKind",
    "DeliveryAttempt",
    "Diagnosis",
    "DiseaseFeature",
    "DomainBudget",
    "Duty",
    "Enrolment",
    "ExamDraft",
    "ExamItem",
    "GatePause",
    "HoldPeriod",
    "Identifier",
    "ImportChange",
    "ImportRun",
    "Membership",
    "Message",
    "MessageBody",
    "MessageEvent",
    "NeuroExam",
    "Observation",
    "Pathway",
    "PathwaySignOff",
    "PathwayVersion",
    "Patient",
    "PhasePeriod",
    "Purpose",
    "Remind",
    "Reminder",
    "Reply",
    "ResponseRecord",
    "RuleSetting",
    "Screening",
    "ScreeningDecision",
    "ScreeningDefinition",
    "SendingControl",
    "Sweep",
    "TherapyCourse",
    "TherapyCycle",
    "Toxicity",
    "User",
    "WorkItem",
    "status_case",
]
