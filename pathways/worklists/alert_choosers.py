"""What the list of alerts can be narrowed to: the rules that stand in it, and the staff."""

from __future__ import annotations

from datetime import datetime

from pathways.catalogue import load_alert_rules
from pathways.models import Clinic, Membership
from pathways.worklists.alert_inbox import NOBODY, Asking, Chosen, Show, listed


def rule_words(code: str) -> str:
    """Return a rule's title with its usual numbers; a rule that is gone keeps its code."""
    entry = load_alert_rules().get(code)
    return entry.titled(entry.parameters) if entry else code


def rule_options(who: Asking, show: Show, now: datetime) -> list[tuple[str, str]]:
    """Return the rules that stand in this tab: one question."""
    rows = listed(who, Chosen(show=show), now).order_by("rule")
    codes = rows.values_list("rule", flat=True).distinct()
    return [(code, rule_words(code)) for code in codes]


def staff_options(clinic: Clinic) -> list[tuple[str, str]]:
    """Return who works in the clinic now, by name: one question."""
    rows = Membership.objects.current().in_clinic(clinic).select_related("user")
    named = sorted((str(row.user), row.user_id) for row in rows if row.user.is_active)
    return [(str(user_id), name) for name, user_id in named]


def owner_options(who: Asking) -> list[tuple[str, str]]:
    """Return the staff of the clinic, and nobody."""
    return [*staff_options(who.clinic), (NOBODY, "Nobody")]
