"""A rule as a clinic wants it: its numbers, urgency, owner and times, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from pathways.catalogue import find_analyte
from pathways.forms.base import ClinicForm, Reason
from pathways.rules.alert_states import Severity
from pathways.rules.alert_words import SEVERITY_LABELS, span_words
from pathways.rules.findings import Setting
from pathways.rules.lifecycles import Role
from pathways.rules.quantities import read_number

_TIME = re.compile(r"(\d{1,4}) (minute|hour)s?", re.ASCII)
_LIMIT = re.compile(r"(\S+) (above|below) (\S+) (.+)")
LIMITS = "limits"
NUMBER = "number_"


class Span(forms.CharField):
    """A response time, written as "16 hours" or "15 minutes"; the value is in minutes."""

    def clean(self, value: Any) -> int:
        """Return the minutes."""
        match = _TIME.fullmatch(str(super().clean(value)).strip())
        if match is None:
            raise forms.ValidationError('Write a time such as "15 minutes" or "16 hours"')
        return int(match[1]) * (60 if match[2] == "hour" else 1)


class Limits(forms.CharField):
    """One limit a line, such as "hemoglobin below 80 g/L"."""

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Return the limits as the rule is told them."""
        return [_limit(line) for line in str(super().clean(value)).splitlines() if line.strip()]


def _limit(line: str) -> dict[str, str]:
    match = _LIMIT.fullmatch(" ".join(line.split()))
    if match is None:
        raise forms.ValidationError(
            f'“{line.strip()}” is no limit. Write it as "hemoglobin below 80 g/L"'
        )
    code, side, number, unit = match.groups()
    if find_analyte(code) is None:
        raise forms.ValidationError(f"“{code}” is the code of no result in the catalogue")
    try:
        value = read_number(number)
    except ValueError as error:
        raise forms.ValidationError(f"“{number}” is no number: {error}") from error
    if value is None:
        raise forms.ValidationError(f"“{number}” is no number")
    return {"code": code, "unit": unit, side: f"{value:f}"}


def limit_line(limit: Mapping[str, str]) -> str:
    """Return a limit as it is typed."""
    side = "above" if "above" in limit else "below"
    return f"{limit['code']} {side} {limit[side]} {limit['unit']}"


class RuleForm(ClinicForm):
    """One rule's setting; a field for each of its numbers."""

    enabled = forms.BooleanField(label="Switched on", required=False)
    severity = forms.ChoiceField(
        label="Severity", choices=[(each.value, SEVERITY_LABELS[each]) for each in Severity]
    )
    owner_role = forms.ChoiceField(
        label="Clinical owner",
        choices=[
            (each.value, each.value.capitalize()) for each in Role if each is not Role.AUDITOR
        ],
    )
    answer_minutes = Span(label="Answer within", help_text="Such as 15 minutes or 16 hours")
    resolve_minutes = Span(label="Close within, once acknowledged")
    reason = Reason("Why it is changed")

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        initial = {
            "enabled": setting.enabled,
            "severity": setting.severity.value,
            "owner_role": setting.owner_role.value,
            "answer_minutes": span_words(setting.answer_minutes),
            "resolve_minutes": span_words(setting.resolve_minutes),
        }
        self.setting = setting
        super().__init__(*args, initial=initial, **kwargs)
        reason = self.fields.pop("reason")
        for name, value in setting.parameters.items():
            field = _field(name, value)
            if field is not None:
                self.fields[f"{NUMBER}{name}"] = field
        self.fields["reason"] = reason  # asked last

    @property
    def proposed(self) -> Setting:
        """The rule as it was typed."""
        typed = self.cleaned_data
        numbers = {
            name: typed.get(f"{NUMBER}{name}", value)
            for name, value in self.setting.parameters.items()
        }
        return Setting(
            code=self.setting.code,
            version=self.setting.version + 1,
            severity=Severity(typed["severity"]),
            owner_role=Role(typed["owner_role"]),
            answer_minutes=typed["answer_minutes"],
            resolve_minutes=typed["resolve_minutes"],
            parameters=numbers,
            enabled=typed["enabled"],
        )


def _field(name: str, value: Any) -> forms.Field | None:
    label = name.replace("_", " ").capitalize()
    if isinstance(value, bool):
        return forms.BooleanField(label=label, required=False, initial=value)
    if isinstance(value, int):
        return forms.IntegerField(label=label, initial=value, min_value=1, max_value=100_000)
    if name == LIMITS:
        return Limits(
            label="Limits",
            required=False,
            initial="\n".join(limit_line(each) for each in value),
            widget=forms.Textarea,
            help_text="One a line, such as: hemoglobin below 80 g/L",
        )
    return None  # a list of codes is the catalogue's to change
