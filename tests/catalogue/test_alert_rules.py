"""Every alert rule is whole: an owner, a source, response times, and words that direct nobody."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from pathways.catalogue import CatalogueError, load_alert_rules, load_check_in
from pathways.catalogue import alert_rules as reader
from pathways.rules.alert_states import Severity
from pathways.rules.alerts import RULES
from pathways.rules.triage import Level
from tests.building.reading import ROOT

WHOLE = (ROOT / "pathways/catalogue/alert_rules.toml").read_text(encoding="utf-8")
# design.md 6, clinical facts 5c and 9c: a verdict, a direction, or the words of a device.
FORBIDDEN = (
    *("relapse detected", "deteriorated", "safe to give", "diagnosis of", "diagnosed with"),
    *("hold treatment", "stop treatment", "reduce the dose", "do not treat", "do not give"),
    *("alarm", "monitoring system", "risk score", "high risk", "abnormal", "dangerous"),
    *("must be stopped", "should be stopped", "is safe", "unsafe", "progression of disease"),
)


def told(text: str, tmp_path: Path) -> str:
    """Return what the reader complains about."""
    path = tmp_path / "alert_rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        reader.load_alert_rules(path)
    return str(refused.value)


def test_every_rule_has_its_entry_and_every_entry_its_rule() -> None:
    assert load_alert_rules().keys() == RULES.keys()


@pytest.mark.parametrize("entry", load_alert_rules().values(), ids=lambda each: each.code)
def test_a_rule_is_whole(entry: reader.AlertRuleEntry) -> None:
    assert entry.version >= 1
    assert entry.sources
    assert entry.check_first
    assert entry.answer_minutes <= entry.resolve_minutes
    assert entry.titled(entry.parameters)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('owner = "hematologist"', "owner is missing"),
        ('answer_within = "16 hours"', "answer_within is missing"),
        ('resolve_within = "40 hours"', "resolve_within is missing"),
        ('severity = "within 7 days"', "severity is missing"),
    ],
)
def test_a_rule_without_it_is_refused_by_file_and_entry(
    line: str, complaint: str, tmp_path: Path
) -> None:
    said = told(WHOLE.replace(f"{line}\n", "", 1), tmp_path)
    assert said.startswith("alert_rules.toml: vegf-above-lowest: ")
    assert complaint in said


def test_a_rule_without_a_source_is_refused(tmp_path: Path) -> None:
    head, _, rest = WHOLE.partition("sources = [")
    said = told(f"{head}sources = []\n{rest.partition(']')[2]}", tmp_path)
    assert "vegf-above-lowest: sources is empty" in said


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('owner = "hematologist"', 'owner = "auditor"', "an auditor cannot own a rule"),
        ('owner = "hematologist"', 'owner = "porter"', "unknown owner"),
        ('"16 hours"', '"soon"', "answer_within is 'soon'"),
        ('"16 hours"', '"0 hours"', "answer_within is '0 hours'"),
        ('code = "vegf-above-lowest"', 'code = "vegf-at-will"', "no function decides"),
        ("{percent} % above its lowest", "{share} % above its lowest", "the title asks for share"),
        ('proposed = ["severity"', 'proposed = ["severty"', "proposed names 'severty'"),
        ('document = "pihan-2018"', 'document = "hearsay"', "unknown source document"),
    ],
)
def test_a_slip_is_refused_with_its_cure(
    was: str, becomes: str, complaint: str, tmp_path: Path
) -> None:
    assert complaint in told(WHOLE.replace(was, becomes, 1), tmp_path)


@pytest.mark.parametrize("entry", load_alert_rules().values(), ids=lambda each: each.code)
def test_no_rule_gives_a_verdict_or_a_direction(entry: reader.AlertRuleEntry) -> None:
    words = " ".join([entry.title, *entry.reasons.values(), *entry.check_first, entry.call])
    assert [each for each in FORBIDDEN if each in words.casefold()] == []


@pytest.mark.parametrize(
    "path",
    [
        *sorted((ROOT / "templates").rglob("*.html")),
        *sorted((ROOT / "templates").rglob("*.txt")),
    ],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_page_or_email_gives_a_verdict_or_a_direction(path: Path) -> None:
    text = " ".join(path.read_text(encoding="utf-8").casefold().split())
    assert [each for each in FORBIDDEN if each in text] == []


def test_every_sentence_is_plain_english_with_named_gaps() -> None:
    for entry in load_alert_rules().values():
        for sentence in entry.reasons.values():
            assert all(
                name != "" for _, name, _, _ in Formatter().parse(sentence) if name is not None
            )


def test_the_check_in_begins_with_the_emergency_signs() -> None:
    first = load_check_in().questions[0]
    assert first.key == "emergency-signs"
    assert len(first.signs) == 11
    assert first.find("one").level is Level.EMERGENCY  # type: ignore[union-attr]


def test_slow_weakness_is_more_urgent_on_a_drug_that_harms_nerves() -> None:
    slow = load_check_in().by_key["weakness"].find("slow")
    assert slow is not None
    assert slow.level_for(nerve_drug=False) is Level.WEEK
    assert slow.level_for(nerve_drug=True) is Level.SAME_DAY


def test_severities_are_the_one_scale() -> None:
    assert list(Severity) == [
        "emergency",
        "same day",
        "within 7 days",
        "next visit",
        "for information",
    ]


def test_a_sentence_writes_days_as_people_say_them() -> None:
    entry = load_alert_rules()["overdue-by-share"]
    words = {"screening": "VEGF", "due_on": "2026-11-05", "days": "20", "interval": "92"}
    assert "was due on 5 Nov 2026 and" in entry.says("reason", words)
