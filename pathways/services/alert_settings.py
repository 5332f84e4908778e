"""The alert rules as a clinic uses them: the catalogue's, or the clinic's published version."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.catalogue import load_alert_rules
from pathways.models import Clinic, RuleSetting
from pathways.rules.alert_states import Severity
from pathways.rules.findings import Setting
from pathways.rules.lifecycles import Role


def in_force(clinic: Clinic) -> Mapping[str, Setting]:
    """Return the setting of every rule in this clinic. One query."""
    settings = {code: entry.setting for code, entry in load_alert_rules().items()}
    # Ordered, so that the newest version is the one that stays.
    for row in RuleSetting.objects.standing().in_clinic(clinic).order_by("rule", "version"):
        if row.rule in settings:
            settings[row.rule] = setting_of(row)
    return settings


def setting_of(row: RuleSetting) -> Setting:
    """Return a published version as the rules are told it."""
    return Setting(
        code=row.rule,
        version=row.version,
        severity=Severity(row.severity),
        owner_role=Role(row.owner_role),
        answer_minutes=row.answer_within_minutes,
        resolve_minutes=row.resolve_within_minutes,
        parameters=row.parameters,
        enabled=row.enabled,
    )
