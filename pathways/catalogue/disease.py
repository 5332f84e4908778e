"""The features of the disease with their ranks by list of criteria, and what response words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathways.catalogue.sources import HERE, SourceEntry, load_sources, read_sources
from pathways.catalogue.strict import Problems, Table, read_toml, refuse_twice
from pathways.rules.disease_words import (
    RESPONSES,
    CriteriaVersion,
    Feature,
    ResponseCategory,
    ResponseDomain,
)

FEATURES_FILE = HERE / "features.toml"
RESPONSES_FILE = HERE / "responses.toml"


class Rank(StrEnum):
    """How one list of criteria ranks a feature."""

    MANDATORY = "mandatory"
    MAJOR = "major"
    MINOR = "minor"
    NOT_LISTED = "not listed"


@dataclass(frozen=True)
class CriteriaEntry:
    """One list of criteria; `ranked` says whether its ranks are kept here."""

    version: CriteriaVersion
    label: str
    ranked: bool
    note: str
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True)
class FeatureEntry:
    """One feature: its letter if it has one, what is looked for, and its rank in each ranked list."""

    feature: Feature
    letter: str
    label: str
    looked_for: str
    caveat: str
    ranks: Mapping[CriteriaVersion, Rank]
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True)
class FeatureCatalogue:
    """The lists of criteria and the features, each in the order of the file."""

    criteria: Mapping[CriteriaVersion, CriteriaEntry]
    features: Mapping[Feature, FeatureEntry]


@dataclass(frozen=True)
class ResponseEntry:
    """What one response word means in its domain; `checked` is false where it is from memory."""

    domain: ResponseDomain
    category: ResponseCategory
    words: str
    checked: bool
    sources: tuple[SourceEntry, ...]


def load_features(path: Path = FEATURES_FILE) -> FeatureCatalogue:
    """Return criteria and features. Raises ``CatalogueError`` naming file and entry."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    lists = top.tables("criteria")
    criteria = [_criteria(row, titles) for row in lists]
    ranked = {entry.version for entry in criteria if entry.ranked}
    rows = top.tables("feature")
    features = [_feature(row, titles, ranked) for row in rows]
    for table in (*lists, *rows, top):
        table.finish()
    for tables, keys, words in (
        (lists, [entry.version.value for entry in criteria], CriteriaVersion),
        (rows, [entry.feature.value for entry in features], Feature),
    ):
        refuse_twice(list(zip(tables, keys, strict=True)), "key")
        for missing in sorted(set(words) - set(keys)):
            top.complain(f"'{missing}' is missing", "Describe every word of the record")
    problems.raise_if_any()
    return FeatureCatalogue(
        criteria={entry.version: entry for entry in criteria},
        features={entry.feature: entry for entry in features},
    )


def _criteria(row: Table, titles: Mapping[str, str]) -> CriteriaEntry:
    return CriteriaEntry(
        version=row.choice("key", CriteriaVersion),
        label=row.text("label"),
        ranked=row.flag("ranked", default=False),
        note=row.text("note"),
        sources=read_sources(row, titles),
    )


def _feature(row: Table, titles: Mapping[str, str], ranked: set[CriteriaVersion]) -> FeatureEntry:
    ranks = row.table("ranks")
    entry = FeatureEntry(
        feature=row.choice("key", Feature),
        letter=row.text("letter", ""),
        label=row.text("label"),
        looked_for=row.text("looked_for", ""),
        caveat=row.text("caveat", ""),
        ranks={version: ranks.choice(version.value, Rank) for version in sorted(ranked)},
        sources=read_sources(row, titles),
    )
    ranks.finish()
    return entry


def load_responses(
    path: Path = RESPONSES_FILE,
) -> dict[tuple[ResponseDomain, ResponseCategory], ResponseEntry]:
    """Return what each response word means, by domain and word. Raises ``CatalogueError``."""
    titles = load_sources()
    problems = Problems()
    top = read_toml(path, problems)
    rows = top.tables("response", "category")
    entries = {}
    for row in rows:
        entry = ResponseEntry(
            domain=row.choice("domain", ResponseDomain),
            category=row.choice("category", ResponseCategory),
            words=row.text("words"),
            checked=row.flag("checked", default=None),
            sources=read_sources(row, titles),
        )
        row.finish()
        key = (entry.domain, entry.category)
        if key in entries:
            row.complain(f"{' '.join(key)} stands twice", "Keep one of the two")
        if entry.category not in RESPONSES[entry.domain]:
            row.complain(
                f"'{entry.category}' is no word of the domain '{entry.domain}'",
                f"Use one of: {', '.join(RESPONSES[entry.domain])}",
            )
        entries[key] = entry
    top.finish()
    for domain, words in RESPONSES.items():
        for word in words:
            if (domain, word) not in entries:
                top.complain(f"{domain} '{word}' is missing", "Say what the word means")
    problems.raise_if_any()
    return entries
