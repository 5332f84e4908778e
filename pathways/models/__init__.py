"""What is true. One noun per file; this façade is what the rest of the house imports.

Direction: base ← clinic, user ← patient ← pathway ← enrolment ← observation ← screening
← appointment ← message ← work_item; audit and sweep stand beside.
"""

from pathways.models.appointment import Appointment, AppointmentPurpose
from pathways.models.audit import AuditEvent
from pathways.models.base import ClinicOwned
from pathways.models.clinic import Clinic, Closure
from pathways.models.enrolment import Enrolment, HoldPeriod, PhasePeriod
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
from pathways.models.user import Membership, User
from pathways.models.work_item import WorkItem

__all__ = [
    "Appointment",
    "AppointmentPurpose",
    "Audience",
    "AuditEvent",
    "Clinic",
    "ClinicOwned",
    "Closure",
    "Consent",
    "ContactPoint",
    "DecisionKind",
    "DeliveryAttempt",
    "DomainBudget",
    "Enrolment",
    "GatePause",
    "HoldPeriod",
    "Identifier",
    "Membership",
    "Message",
    "MessageBody",
    "MessageEvent",
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
    "Screening",
    "ScreeningDecision",
    "ScreeningDefinition",
    "SendingControl",
    "Sweep",
    "User",
    "WorkItem",
    "status_case",
]
