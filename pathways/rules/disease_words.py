"""The words of the disease record: features, responses, toxicity. All recorded, none computed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Feature(StrEnum):
    """A feature of the disease that is looked for (clinical facts, section 3a)."""

    POLYNEUROPATHY = "polyneuropathy"
    ORGANOMEGALY = "organomegaly"
    ENDOCRINOPATHY = "endocrinopathy"
    MONOCLONAL_DISORDER = "monoclonal-disorder"
    SKIN_CHANGES = "skin-changes"
    CASTLEMAN = "castleman"
    SCLEROTIC_LESIONS = "sclerotic-lesions"
    VEGF_RAISED = "vegf-raised"
    VOLUME_OVERLOAD = "volume-overload"
    PAPILLEDEMA = "papilledema"
    THROMBOCYTOSIS = "thrombocytosis"


class FeatureState(StrEnum):
    """What was found of a feature. Not assessed is never the same as absent."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    NOT_ASSESSED = "not assessed"


class NeuropathyType(StrEnum):
    """The four types the documents name (rxharun, types of the neuropathy)."""

    DEMYELINATING = "demyelinating"
    AXONAL = "axonal"
    SUBACUTE = "subacute"
    MULTIFOCAL = "multifocal"


class CriteriaVersion(StrEnum):
    """Which list a diagnosis followed: older notes rank the features otherwise."""

    MAYO_2003 = "mayo-2003"
    MAYO = "mayo"
    JAPAN_2024 = "japan-2024"
    OTHER = "other"


class ResponseDomain(StrEnum):
    """A domain in which a clinician records response; the software computes none."""

    VEGF = "vegf"
    HEMATOLOGIC = "hematologic"
    PET = "pet"
    CLINICAL = "clinical"


class ResponseCategory(StrEnum):
    """What the clinician recorded for a domain."""

    COMPLETE = "complete"
    VERY_GOOD_PARTIAL = "very good partial"
    PARTIAL = "partial"
    IMPROVED = "improved"
    STABLE = "stable"
    NONE = "none"
    PROGRESSION = "progression"
    NOT_EVALUABLE = "not evaluable"


_LADDER = (
    ResponseCategory.COMPLETE,
    ResponseCategory.PARTIAL,
    ResponseCategory.NONE,
    ResponseCategory.PROGRESSION,
    ResponseCategory.NOT_EVALUABLE,
)
# Which words belong to which domain (clinical facts, section 3b).
RESPONSES: Mapping[ResponseDomain, tuple[ResponseCategory, ...]] = {
    ResponseDomain.VEGF: _LADDER,
    ResponseDomain.HEMATOLOGIC: (
        ResponseCategory.COMPLETE,
        ResponseCategory.VERY_GOOD_PARTIAL,
        *_LADDER[1:],
    ),
    ResponseDomain.PET: _LADDER,
    ResponseDomain.CLINICAL: (
        ResponseCategory.IMPROVED,
        ResponseCategory.STABLE,
        ResponseCategory.PROGRESSION,
        ResponseCategory.NOT_EVALUABLE,
    ),
}


class ToxicityCause(StrEnum):
    """What a clinician puts an adverse event down to."""

    DISEASE = "disease"
    DRUG = "drug"
    BOTH = "both"
    UNKNOWN = "unknown"


class ToxicityAction(StrEnum):
    """What was done about it, as recorded."""

    NONE = "none"
    OBSERVED = "observed"
    TREATED = "treated"
    DELAYED = "cycle delayed"
    MODIFIED = "treatment modified"
    HELD = "treatment held"
    STOPPED = "treatment stopped"
    ADMITTED = "admitted"


class CtcaeVersion(StrEnum):
    """The list a grade follows; grades of different lists are never mapped onto one another."""

    V5 = "5.0"
    V6 = "6.0"
    NCI_2003 = "3.0"
