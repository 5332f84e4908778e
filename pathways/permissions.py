"""May this person do this here? `can_…` answers, `check_…` raises.

Rights come from a current membership in the clinic. Deny by default: no membership, no right.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from pathways.models import Clinic, Membership, User
from pathways.rules.lifecycles import PHYSICIANS, Role

READERS = frozenset(Role)
EXAMINERS = frozenset({Role.NURSE}) | PHYSICIANS
WORKERS = frozenset({Role.NURSE, Role.COORDINATOR}) | PHYSICIANS


def role_in(user: User, clinic: Clinic) -> Role | None:
    """Return the person's current role in the clinic, or None."""
    if not user.is_active:
        return None
    role = (
        Membership.objects.current()
        .filter(user=user, clinic=clinic)
        .values_list("role", flat=True)
        .first()
    )
    return Role(role) if role else None


def can_read(role: Role | None) -> bool:
    """Every member of the clinic reads its patients; an auditor reads only."""
    return role in READERS


def can_work(role: Role | None) -> bool:
    """Book, call, record, close: everybody but the auditor."""
    return role in WORKERS


def can_decide(role: Role | None) -> bool:
    """Decide as a physician: cease, count an early result, postpone beyond the cap."""
    return role in PHYSICIANS


def can_enter(role: Role | None, entered_by: frozenset[Role]) -> bool:
    """Enter a result by hand: who works here, and is named by the catalogue for that analyte."""
    return can_work(role) and role in entered_by


def can_examine(role: Role | None) -> bool:
    """Record a neurological exam: whoever examines people, not who arranges their visits."""
    return role in EXAMINERS


def can_coordinate(role: Role | None) -> bool:
    """Pause and release sending, sign pathways, manage staff."""
    return role is Role.COORDINATOR


def can_tune(role: Role | None) -> bool:
    """Change an alert rule's numbers for the clinic: a physician or the coordinator."""
    return can_decide(role) or can_coordinate(role)


def _check(role: Role | None, allowed: bool, deed: str) -> None:
    if not allowed:
        whose = f"A {role} may not" if role else "Without a role in this clinic you may not"
        raise PermissionDenied(f"{whose} {deed}.")


def check_read(role: Role | None) -> None:
    """Raise PermissionDenied unless the person may read this clinic's records."""
    _check(role, can_read(role), "see this clinic's patients")


def check_work(role: Role | None) -> None:
    """Raise PermissionDenied unless the person may change this clinic's records."""
    _check(role, can_work(role), "change records here")


def check_decide(role: Role | None) -> None:
    """Raise PermissionDenied unless the person is a physician of this clinic."""
    _check(role, can_decide(role), "decide this; ask a physician")


def check_examine(role: Role | None) -> None:
    """Raise PermissionDenied unless the person examines people in this clinic."""
    _check(role, can_examine(role), "record an exam; ask a nurse or a physician")


def check_coordinate(role: Role | None) -> None:
    """Raise PermissionDenied unless the person coordinates this clinic."""
    _check(role, can_coordinate(role), "do this; ask a coordinator")


def check_tune(role: Role | None) -> None:
    """Raise PermissionDenied unless the person may change the clinic's alert rules."""
    _check(role, can_tune(role), "change an alert rule; ask a physician or a coordinator")
