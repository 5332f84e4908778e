"""Lines about the disease as clinicians recorded it: diagnosis, features, response."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.models import DiseaseFeature
from pathways.rules.disease_words import ResponseDomain
from pathways.worklists.person_record import PersonRecord
from pathways.worklists.timeline.moment import Moment, Pen

_DOMAINS = {ResponseDomain.VEGF: "VEGF", ResponseDomain.PET: "PET"}


def disease_lines(pen: Pen, record: PersonRecord) -> Iterator[Moment]:
    """Yield a line for the diagnosis, for each finding of a feature and each recorded response."""
    for diagnosis in record.diagnoses:
        said = f"Diagnosed, by the criteria {diagnosis.get_criteria_display()}"
        if diagnosis.neuropathy:
            said += f"; neuropathy {diagnosis.neuropathy}"
        line = pen.on(diagnosis.diagnosed_on, said, diagnosis.recorded_by)
        yield pen.recorded(diagnosis, line)
    for feature in record.features:
        line = pen.on(feature.found_on, _feature(feature), feature.recorded_by)
        yield pen.recorded(feature, line)
    for response in record.responses:
        domain = ResponseDomain(response.domain)
        name = _DOMAINS.get(domain, domain.capitalize())
        said = f"Response recorded, {name}: {response.category}"
        line = pen.on(response.assessed_on, said, response.assessed_by)
        yield pen.recorded(response, line)


def _feature(feature: DiseaseFeature) -> str:
    finding = f". {feature.finding}" if feature.finding else ""
    return f"{feature.get_feature_display()}: {feature.state}{finding}"
