"""The disease of one person as clinicians recorded it: diagnosis, features, response, toxicity.

A constant number of questions. Counts are counts of what is recorded; nothing here concludes a
diagnosis or a response.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pathways.catalogue import CriteriaEntry, FeatureEntry, Rank, load_features
from pathways.models import Diagnosis, DiseaseFeature, Patient
from pathways.models.authors import Authors, authors_of
from pathways.rules.disease_words import CriteriaVersion, FeatureState
from pathways.rules.due_phrase import short_date
from pathways.worklists.response_rows import DomainRow, domain_rows
from pathways.worklists.toxicity_rows import ToxicityRow, toxicity_rows

RANKS = {
    Rank.MANDATORY: "mandatory",
    Rank.MAJOR: "other major",
    Rank.MINOR: "minor",
    Rank.NOT_LISTED: "not listed",
}
ASSESSED = frozenset({FeatureState.PRESENT, FeatureState.ABSENT, FeatureState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a feature on one day, or taken back."""

    pk: int
    state: str
    on: str
    finding: str
    source: str
    by: str
    struck: str


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One feature: what is looked for, how the recorded criteria rank it, the last word, the rest."""

    key: str
    letter: str
    label: str
    looked_for: str
    caveat: str
    rank: str
    last: Finding | None
    earlier: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """A diagnosis in words; `struck` says who took it back and why."""

    pk: int
    on: str
    criteria: str
    note_on_criteria: str
    neuropathy: str
    source: str
    note: str
    by: str
    struck: str


@dataclass(frozen=True, slots=True)
class DiseasePage:
    """The disease page of one person on one day."""

    diagnosis: DiagnosisRow | None
    earlier_diagnoses: tuple[DiagnosisRow, ...]
    features: tuple[FeatureRow, ...]
    counted: str
    not_assessed: str
    domains: tuple[DomainRow, ...]
    going_on: tuple[ToxicityRow, ...]
    ended: tuple[ToxicityRow, ...]
    withdrawn: tuple[ToxicityRow, ...]


def disease_page(patient: Patient, day: date) -> DiseasePage:
    """Return the page of a person whom the reader may see."""
    diagnoses = list(Diagnosis.objects.filter(patient=patient).order_by("-recorded_at", "-id"))
    standing = next((row for row in diagnoses if row.withdrawn_at is None), None)
    criteria = load_features().criteria[CriteriaVersion(standing.criteria)] if standing else None
    authors = authors_of(patient.clinic_id)
    features = _features(patient, criteria, day, authors)
    toxicities = toxicity_rows(patient, day, authors)
    return DiseasePage(
        diagnosis=_diagnosis(standing, authors) if standing else None,
        earlier_diagnoses=tuple(
            _diagnosis(row, authors) for row in diagnoses if row is not standing
        ),
        features=features,
        counted=_counted(features, criteria),
        not_assessed=_not_assessed(features),
        domains=domain_rows(patient, day, authors),
        going_on=tuple(row for row in toxicities if row.goes_on),
        ended=tuple(row for row in toxicities if row.ended and not row.struck),
        withdrawn=tuple(row for row in toxicities if row.struck),
    )


def _diagnosis(row: Diagnosis, authors: Authors) -> DiagnosisRow:
    criteria = load_features().criteria[CriteriaVersion(row.criteria)]
    return DiagnosisRow(
        pk=row.pk,
        on=short_date(row.diagnosed_on, date.min),  # it is years ago, so it keeps its year
        criteria=criteria.label,
        note_on_criteria=criteria.note,
        neuropathy=row.get_neuropathy_display() if row.neuropathy else "not recorded",
        source=row.source,
        note=row.note,
        by=authors.named(row.recorded_by),
        struck=authors.struck(row),
    )


def _features(
    patient: Patient, criteria: CriteriaEntry | None, day: date, authors: Authors
) -> tuple[FeatureRow, ...]:
    found: dict[str, list[DiseaseFeature]] = defaultdict(list)
    for row in DiseaseFeature.objects.filter(patient=patient).order_by("-found_on", "-id"):
        found[row.feature].append(row)
    return tuple(
        _feature(entry, found[entry.feature], criteria, day, authors)
        for entry in load_features().features.values()
    )


def _feature(
    entry: FeatureEntry,
    rows: Sequence[DiseaseFeature],
    criteria: CriteriaEntry | None,
    day: date,
    authors: Authors,
) -> FeatureRow:
    last = next((row for row in rows if row.withdrawn_at is None), None)
    ranked = criteria is not None and criteria.ranked
    return FeatureRow(
        key=entry.feature.value,
        letter=entry.letter,
        label=entry.label,
        looked_for=entry.looked_for,
        caveat=entry.caveat,
        rank=RANKS[entry.ranks[criteria.version]] if criteria and ranked else "",
        last=_finding(last, day, authors) if last else None,
        earlier=tuple(_finding(row, day, authors) for row in rows if row is not last),
    )


def _finding(row: DiseaseFeature, day: date, authors: Authors) -> Finding:
    return Finding(
        pk=row.pk,
        state=row.state,
        on=short_date(row.found_on, day),
        finding=row.finding,
        source=row.source,
        by=authors.named(row.recorded_by),
        struck=authors.struck(row),
    )


def _counted(features: Sequence[FeatureRow], criteria: CriteriaEntry | None) -> str:
    """Count what is recorded as present, by rank; never what follows from it."""
    if criteria is None:
        return "No list of criteria is recorded, so nothing is counted."
    if not criteria.ranked:
        return f"{criteria.label}: its ranks are not kept here, so nothing is counted."
    said = []
    for rank in (Rank.MANDATORY, Rank.MAJOR, Rank.MINOR):
        ranked = [row for row in features if row.rank == RANKS[rank]]
        if ranked:
            present = sum(_state(row) is FeatureState.PRESENT for row in ranked)
            said.append(f"{RANKS[rank]} {present} of {len(ranked)}")
    return f"Recorded as present, by the {criteria.label}: {', '.join(said)}."


def _not_assessed(features: Sequence[FeatureRow]) -> str:
    missing = sum(_state(row) not in ASSESSED for row in features)
    if not missing:
        return ""
    are = "is" if missing == 1 else "are"
    return f"{missing} of {len(features)} {are} not assessed or not recorded; that is no finding."


def _state(row: FeatureRow) -> FeatureState:
    return FeatureState(row.last.state) if row.last else FeatureState.NOT_ASSESSED
