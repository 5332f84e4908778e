"""The reviewed data of the product: pathway, result codes, instruments, guidance, documents, countries.

Each load function reads its file once per process and raises ``CatalogueError``, naming file,
entry and cure, where the data cannot be used. Call them without arguments for the product's own
data.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pathways.catalogue import (
    alert_rules,
    analytes,
    check_in,
    countries,
    disease,
    documents,
    guidance,
    instruments,
    reader,
    regimens,
    sources,
    support,
    toxicity,
)
from pathways.catalogue.alert_rules import AlertRuleEntry, Group
from pathways.catalogue.analytes import AnalyteEntry, AnalyteGroup, AnalyteKind
from pathways.catalogue.check_in import AnswerEntry, AskedIf, CheckInEntry, QuestionEntry
from pathways.catalogue.countries import CountryEntry
from pathways.catalogue.disease import (
    CriteriaEntry,
    FeatureCatalogue,
    FeatureEntry,
    Rank,
    ResponseEntry,
)
from pathways.catalogue.documents import DocumentEntry, DocumentList, Standing
from pathways.catalogue.entries import (
    Booking,
    DefinitionEntry,
    Owner,
    PathwayEntry,
    PhaseEntry,
    Remind,
)
from pathways.catalogue.guidance import (
    Audience,
    GuidanceEntry,
    GuidanceKind,
    SignOff,
    Urgency,
)
from pathways.catalogue.instruments import (
    InstrumentEntry,
    ItemEntry,
    Part,
    ScoredBy,
    TotalEntry,
)
from pathways.catalogue.regimens import (
    DrugEntry,
    MarkEntry,
    RecordEntry,
    RegimenDrug,
    RegimenEntry,
    UseStatus,
)
from pathways.catalogue.sources import SourceEntry
from pathways.catalogue.strict import CatalogueError, Problem
from pathways.catalogue.support import SupportEntry
from pathways.catalogue.toxicity import (
    GradeList,
    ToxicityCatalogue,
    ToxicityEntry,
    ToxicityGroup,
)

load_pathway = cache(reader.load_pathway)
load_analytes = cache(analytes.load_analytes)
load_guidance = cache(guidance.load_guidance)
load_documents = cache(documents.load_documents)
load_countries = cache(countries.load_countries)
load_instruments = cache(instruments.load_instruments)
load_sources = cache(sources.load_sources)
load_alert_rules = cache(alert_rules.load_alert_rules)
load_check_in = cache(check_in.load_check_in)
load_features = cache(disease.load_features)
load_responses = cache(disease.load_responses)
load_toxicity = cache(toxicity.load_toxicity)
load_support = cache(support.load_support)
_load_pharmacy = cache(regimens.load_pharmacy)


def load_regimens() -> dict[str, RegimenEntry]:
    """Return every regimen by its key, in the order of the file."""
    return _load_pharmacy().regimens


def load_drugs() -> dict[str, DrugEntry]:
    """Return every drug by its key."""
    return _load_pharmacy().drugs


def load_marks() -> tuple[MarkEntry, ...]:
    """Return the published marks of amounts taken in all, lowest first."""
    return tuple(sorted(_load_pharmacy().marks, key=lambda mark: mark.grams))


def find_support(text: str) -> SupportEntry | None:
    """Return the medicine that a free text begins with, or None where none of ours is named."""
    return next((each for each in load_support() if each.named_in(text)), None)


def find_country(code: str) -> CountryEntry | None:
    """Return the country of this ISO 3166 code in either case, or None where it is not listed."""
    return load_countries().get(code.strip().upper())


@cache
def names_of_analytes() -> dict[str, str]:
    """Return the result code of every name that a laboratory may print."""
    return analytes.names_of(load_analytes())


def find_analyte(code: str) -> AnalyteEntry | None:
    """Return the result code's entry, or None where the catalogue does not know it."""
    return load_analytes().get(code)


def has_unit(code: str) -> bool:
    """Whether a number under this code is measured in a unit; points on a scale are not."""
    entry = find_analyte(code)
    return entry is None or entry.kind is not AnalyteKind.SCORE


def specimen_of(code: str, written: str) -> str | None:
    """Return the specimen of this code that these words mean, None where they name none of its."""
    entry = find_analyte(code)
    return entry.specimen(written) if entry and entry.specimens else None


def load_toxicity_terms() -> Mapping[str, ToxicityEntry]:
    """Return the terms of adverse events by their key, in the order of the file."""
    return load_toxicity().terms


__all__ = [
    "AlertRuleEntry",
    "AnalyteEntry",
    "AnalyteGroup",
    "AnalyteKind",
    "AnswerEntry",
    "AskedIf",
    "Audience",
    "Booking",
    "CatalogueError",
    "CheckInEntry",
    "CountryEntry",
    "CriteriaEntry",
    "DefinitionEntry",
    "DocumentEntry",
    "DocumentList",
    "DrugEntry",
    "FeatureCatalogue",
    "FeatureEntry",
    "GradeList",
    "Group",
    "GuidanceEntry",
    "GuidanceKind",
    "InstrumentEntry",
    "ItemEntry",
    "MarkEntry",
    "Owner",
    "Part",
    "PathwayEntry",
    "PhaseEntry",
    "Problem",
    "QuestionEntry",
    "Rank",
    "RecordEntry",
    "RegimenDrug",
    "RegimenEntry",
    "Remind",
    "ResponseEntry",
    "ScoredBy",
    "SignOff",
    "SourceEntry",
    "Standing",
    "SupportEntry",
    "TotalEntry",
    "ToxicityCatalogue",
    "ToxicityEntry",
    "ToxicityGroup",
    "Urgency",
    "UseStatus",
    "find_analyte",
    "find_country",
    "find_support",
    "load_alert_rules",
    "load_analytes",
    "load_check_in",
    "load_countries",
    "load_documents",
    "load_drugs",
    "load_features",
    "load_guidance",
    "load_instruments",
    "load_marks",
    "load_pathway",
    "load_regimens",
    "load_responses",
    "load_sources",
    "load_support",
    "load_toxicity",
    "load_toxicity_terms",
    "names_of_analytes",
    "specimen_of",
]
