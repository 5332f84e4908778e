"""The alert rules of a clinic: how each fared, and changing one after a look at what it would raise."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pathways import clock
from pathways.catalogue import load_alert_rules
from pathways.catalogue.alert_rules import Group
from pathways.forms.alert_tuning import RuleForm
from pathways.models import RuleSetting
from pathways.rules.findings import Setting
from pathways.services import alert_rules, alert_settings
from pathways.services.alert_rules import Preview
from pathways.services.errors import Refused
from pathways.views.deeds import sent, who_changed
from pathways.views.doors import actor_of, clinic_required, here, tuner_required
from pathways.worklists.alert_rules_page import numbers_words, rule_rows


@clinic_required
@require_safe
def tuning(request: HttpRequest) -> HttpResponse:
    """Show every rule with its numbers of the last year."""
    clinic, day = here(request)
    since = clock.now() - alert_rules.LOOKED_BACK
    rows = rule_rows(clinic, alert_settings.in_force(clinic), since)
    return render(request, "alerts/tuning.html", {"rows": rows, "today": day})


@tuner_required
def change(request: HttpRequest, rule: str) -> HttpResponse:
    """Change a rule: first what it would have raised, then, if nothing was typed since, publish."""
    clinic, _ = here(request)
    setting = alert_settings.in_force(clinic).get(rule)
    if setting is None:
        raise Http404
    entry = load_alert_rules()[rule]
    form = RuleForm(sent(request), setting=setting)
    context: dict[str, Any] = {"previewed": "", "preview": None}
    if request.method == "POST" and form.is_valid():
        proposed = form.proposed
        seen = _digest(setting, proposed)
        try:
            if request.POST.get("do") == "publish" and request.POST.get("previewed") == seen:
                row = alert_rules.publish(
                    clinic=clinic,
                    proposed=proposed,
                    reason=form.cleaned_data["reason"],
                    by=actor_of(request),
                )
                said = f"{row.rule} version {row.version} is in force."
                messages.success(request, f"{said} Open alerts stay as they are.")
                return redirect("alerts-tuning")
            context = {"preview": _preview(request, proposed), "previewed": seen}
        except Refused as refusal:
            field = {"parameters": None, "limits": "number_limits"}.get(
                refusal.field or "", refusal.field
            )
            form.add_error(field if field in form.fields else None, refusal.message)
        if request.POST.get("over") != str(setting.version):
            latest = RuleSetting.objects.in_clinic(clinic).filter(rule=rule).last()
            context["conflict"] = who_changed(request, latest)
    return render(
        request,
        "alerts/rule.html",
        {
            **context,
            "form": form,
            "entry": entry,
            "title": entry.titled(setting.parameters),
            "numbers": numbers_words(setting.parameters),
            "setting": setting,
            "next": setting.version + 1,
            "of_people": entry.group is not Group.SYSTEM,
        },
    )


def _preview(request: HttpRequest, proposed: Setting) -> Preview:
    """Return what it would raise; a rule on the system itself has no past and raises nothing."""
    clinic, _ = here(request)
    if load_alert_rules()[proposed.code].group is Group.SYSTEM:
        alert_rules.check(proposed)
        return Preview(0, (), (), ())
    return alert_rules.preview(clinic=clinic, proposed=proposed)


def _digest(present: Setting, proposed: Setting) -> str:
    """Return the words of a change: what was previewed, over which version, is what is published."""
    return json.dumps(
        [
            present.version,
            proposed.enabled,
            proposed.severity,
            proposed.owner_role,
            proposed.answer_minutes,
            proposed.resolve_minutes,
            dict(proposed.parameters),
        ],
        sort_keys=True,
    )
