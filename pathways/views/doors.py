"""Who may come in: every view of the clinic stands behind one of these doors.

Deny by default. A person without a membership sees no clinic; a row of another clinic is answered
like one that does not exist, so that nothing can be learnt by trying numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from pathways import clock, permissions
from pathways.models import Clinic, Patient
from pathways.rules.lifecycles import Role
from pathways.services.actors import Actor

View = Callable[..., Any]
Check = Callable[[Role | None], None]
Row = TypeVar("Row", bound=models.Model)

ROLE = "door"


def _door(check: Check) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if clinic_of(request) is None:
                raise PermissionDenied("You have no role in a clinic. Ask a coordinator for one.")
            check(role_of(request))
            return view(request, *args, **kwargs)

        setattr(guarded, ROLE, check.__name__)
        return guarded

    return decorate


clinic_required = _door(permissions.check_read)
worker_required = _door(permissions.check_work)
physician_required = _door(permissions.check_decide)
examiner_required = _door(permissions.check_examine)
coordinator_required = _door(permissions.check_coordinate)
tuner_required = _door(permissions.check_tune)


def open_door(view: View) -> View:
    """Mark a view that needs no clinic: signing in, health, settings of one's own."""
    setattr(view, ROLE, "open")
    return view


def clinic_of(request: HttpRequest) -> Clinic | None:
    """Return the clinic of the request, as the middleware found it."""
    clinic: Clinic | None = getattr(request, "clinic", None)
    return clinic


def here(request: HttpRequest) -> tuple[Clinic, date]:
    """Return the clinic of a guarded request and the clinic's day."""
    clinic = clinic_of(request)
    if clinic is None:
        raise PermissionDenied("You have no role in a clinic. Ask a coordinator for one.")
    return clinic, clock.today(clinic)


def role_of(request: HttpRequest) -> Role | None:
    """Return the reader's role in the clinic of the request."""
    membership = getattr(request, "membership", None)
    return Role(membership.role) if membership else None


def actor_of(request: HttpRequest) -> Actor:
    """Return the author of what the request changes."""
    return Actor.person(request.user)  # type: ignore[arg-type]


def find(rows: QuerySet[Row], request: HttpRequest, **which: Any) -> Row:
    """Return the one row of the reader's clinic, or answer that there is none."""
    clinic, _ = here(request)
    row = rows.filter(clinic=clinic, **which).first()
    if row is None:
        raise Http404
    return row


def patient_of(request: HttpRequest, patient_id: object) -> Patient:
    """Return a person of the reader's clinic, or answer that there is none."""
    people = Patient.objects.select_related("clinic", "named_clinician")
    return find(people, request, pk=patient_id)
