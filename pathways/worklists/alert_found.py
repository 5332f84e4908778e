"""What an alert found, taken from the inputs kept with it: values, lowest, criterion, limit, days.

The rule is asked again with what it was told then, so the page can show nothing that the rule did
not know, and says so itself if another finding came out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from pathways.charts.alert_series import Edge, Point, series_svg
from pathways.models import Alert, Observation
from pathways.rules.alerts import RULES, again
from pathways.rules.alerts_results import Series
from pathways.rules.due_phrase import short_date
from pathways.rules.findings import Finding, Verdict, recall
from pathways.rules.observation_words import with_specimen
from pathways.rules.observations import Reading
from pathways.rules.quantities import written
from pathways.worklists.result_words import label_of

# Words a rule gives, as a reader calls them; in this order. What is not named keeps its own name.
_LABELS = {
    "value": "Value",
    "instrument": "Instrument",
    "base": "Compared with",
    "lowest": "Lowest in the same series",
    "percent": "Criterion, above the lowest",
    "change": "Change",
    "threshold": "Published threshold",
    "limit": "Limit",
    "text": "Report",
    "before": "Report before",
    "specimen": "Specimen",
    "lab": "Laboratory",
    "reasons": "Differs in",
    "drugs": "While on",
    "term": "Event",
    "list": "List of grades",
    "baseline": "Grade before treatment",
}
STRUCK = ", replaced or entered in error since"
_WITH_UNIT = {"value", "lowest"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what was found: a label, its value, and a day or a remark."""

    label: str
    value: str
    remark: str = ""
    weighty: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the rule says to the inputs kept with the alert."""

    facts: tuple[Fact, ...]
    chart: SafeString
    caption: str
    same: bool


def found(alert: Alert, day: date) -> Found:
    """Return what an alert found, from its kept inputs; what of them stands no more is marked."""
    finding = again(alert.rule, alert.inputs)
    case = recall(RULES[alert.rule].case, alert.inputs["case"])
    chart, caption = mark_safe(""), ""
    if isinstance(case, Series) and "lowest" in finding.words:
        chart, caption = _drawn(case, finding, _replaced_since(alert, case))
    return Found(
        facts=tuple(_facts(finding.words, day)),
        chart=chart,
        caption=caption,
        same=finding.verdict is Verdict.RAISE
        and set(finding.evidence) == set(alert.evidence.split(",")),
    )


def _facts(words: Mapping[str, str], day: date) -> list[Fact]:
    days = {name.removesuffix("_on"): said for name, said in words.items() if name.endswith("_on")}
    if "on" in words:
        days.setdefault("value", words["on"])
        days.setdefault("text", words["on"])
    rows = []
    for name in sorted(words, key=_place):
        said = words[name]
        if name in {"unit", "on"} or name.endswith("_on"):
            continue
        if name in _WITH_UNIT and words.get("unit"):
            said = f"{said} {words['unit']}"
        if name == "percent":
            said = f"more than {said} %"
        if name == "change" and "lowest" in words:
            said = f"{said} % above it"
        label = _LABELS.get(name, name.replace("_", " ").capitalize())
        rows.append(Fact(label, said, _day(days.pop(name, ""), day), weighty=name == "value"))
    rows += [
        Fact(f"{name.replace('_', ' ').capitalize()}", _day(said, day))
        for name, said in days.items()
        if name not in words and f"{name}_on" in words
    ]
    return rows


def _place(name: str) -> int:
    known = list(_LABELS)
    return known.index(name) if name in known else len(known)


def _day(said: str, today: date) -> str:
    try:
        return short_date(date.fromisoformat(said), today if said else date.min)
    except ValueError:
        return said


def _drawn(case: Series, finding: Finding, struck: frozenset[int]) -> tuple[SafeString, str]:
    latest = case.readings[-1]
    points = [_point(each, struck) for each in case.readings if each.value is not None]
    base, percent = Decimal(finding.words["lowest"]), Decimal(finding.words["percent"])
    ceiling = base * (1 + percent / 100)
    edges = [Edge(float(ceiling), f"+{percent} % = {written(ceiling)}", criterion=True)]
    if latest.limit_high is not None:
        edges.append(Edge(float(latest.limit_high), f"lab limit {written(latest.limit_high)}"))
    name = with_specimen(label_of(latest.code), latest.specimen)
    said = "; ".join(
        f"{each.words} on {short_date(each.on, date.min)}{STRUCK if each.struck else ''}"
        for each in points
    )
    title = f"{name}, {latest.unit}: {said}. Lowest {edges[0].words}."
    caption = f"{latest.unit}, log scale. Up is more. One specimen, one laboratory, one method."
    if struck:
        caption += " Crossed out: replaced or entered in error since this alert was raised."
    return series_svg(points, edges, title), caption


def _replaced_since(alert: Alert, case: Series) -> frozenset[int]:
    """Return which of the values that the rule was told do not stand any more: one question."""
    rows = Observation.objects.filter(
        clinic_id=alert.clinic_id,
        pk__in=[each.ref for each in case.readings],
        superseded_by__isnull=False,
    )
    return frozenset(rows.values_list("pk", flat=True))


def _point(reading: Reading, struck: frozenset[int]) -> Point:
    value = reading.value or Decimal(0)
    return Point(
        reading.on,
        float(value),
        f"{reading.comparator}{written(value)}",
        bound=bool(reading.comparator),
        struck=reading.ref in struck,
    )
