"""The pathway the clinics work by: published from the catalogue, signed by name, adopted.

A published version never changes. The product's version belongs to no clinic; a clinic may have
versions of its own, and then works by the newest of those.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.db.models import Q

from pathways import catalogue, clock
from pathways.catalogue import DefinitionEntry, PathwayEntry
from pathways.models import Clinic, Pathway, PathwaySignOff, PathwayVersion, ScreeningDefinition
from pathways.rules.rule_types import Rule
from pathways.services import audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused

PROPOSED = "proposed, not yet signed"


def load(
    *, by: Actor, entry: PathwayEntry | None = None, clinic: Clinic | None = None
) -> PathwayVersion:
    """Publish the product's pathway, or the given one; the same content again changes nothing.

    With a clinic, the version is that clinic's own. Raises Refused if the catalogue says
    something else under a number that is published already.
    """
    entry = entry or catalogue.load_pathway()
    content_hash = hash_of(entry)
    with transaction.atomic():
        pathway, _ = Pathway.objects.get_or_create(code=entry.code, defaults={"name": entry.name})
        standing = pathway.versions.filter(clinic=clinic, number=entry.number).first()
        if standing is not None:
            if standing.content_hash == content_hash:
                return standing
            raise Refused(
                f"{entry.name}, version {entry.number}, is published with other content, and "
                "published versions are immutable. Raise the number in the catalogue's "
                "pathway.toml to publish this as a new version.",
                field="number",
            )
        version = PathwayVersion.objects.create(
            pathway=pathway,
            clinic=clinic,
            number=entry.number,
            effective_from=entry.effective_from,
            content_hash=content_hash,
            published_at=clock.now(),
            published_by=by.name,
        )
        ScreeningDefinition.objects.bulk_create(
            _row(version, definition, position)
            for position, definition in enumerate(entry.definitions)
        )
        audit.record(
            by=by,
            verb="published",
            subject=version,
            clinic=clinic,
            detail={"number": entry.number, "content": content_hash},
        )
    return version


def hash_of(entry: PathwayEntry) -> str:
    """Return the SHA-256 of everything a pathway says; comments and layout do not count."""
    said = {
        "code": entry.code,
        "name": entry.name,
        "number": entry.number,
        "effective_from": entry.effective_from.isoformat(),
        "phases": [[phase.key.value, phase.label, phase.meaning] for phase in entry.phases],
        "definitions": sorted(
            (_said(definition) for definition in entry.definitions),
            key=lambda cell: (cell["code"], cell["phase"]),
        ),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _said(definition: DefinitionEntry) -> dict[str, object]:
    """Return a definition as plain values, for the hash."""
    rule = definition.rule
    cells: dict[str, object] = {
        name: str(getattr(definition, name))
        for name in definition.__dataclass_fields__
        if name not in {"rule", "sources", "phase", "code"}
    }
    cells |= {f"rule.{name}": str(getattr(rule, name)) for name in Rule.__dataclass_fields__}
    cells |= {"code": definition.code, "phase": definition.phase.value}
    cells["sources"] = _sources(definition)
    return cells


def _sources(definition: DefinitionEntry) -> list[dict[str, str]]:
    """Return each citation, and last the numbers that no document states."""
    cited: list[dict[str, str]] = [asdict(source) for source in definition.sources]
    if definition.proposed:
        numbers = ", ".join(name.replace("_", " ") for name in definition.proposed)
        cited.append({"document": PROPOSED, "section": numbers, "note": "", "key": "proposed"})
    return cited


def _row(
    version: PathwayVersion, definition: DefinitionEntry, position: int
) -> ScreeningDefinition:
    rule = definition.rule
    return ScreeningDefinition(
        version=version,
        code=definition.code,
        phase=definition.phase,
        label=definition.label,
        owner=definition.owner,
        booking=definition.booking,
        remind=definition.remind,
        minutes=definition.minutes,
        kind=rule.kind,
        anchor_mode=rule.anchor_mode,
        opens_after=str(rule.opens_after),
        due_after=str(rule.due_after),
        soon_days=rule.soon_days,
        grace_days=rule.grace_days,
        min_gap_days=rule.min_gap_days,
        lookback_days=rule.lookback_days,
        lead_days=rule.lead_days,
        expected_days=rule.expected_days,
        satisfied_any=list(definition.satisfied_any),
        satisfied_all=list(definition.satisfied_all),
        sources=_sources(definition),
        signed=definition.signed,
        position=position,
    )


def checked_signature(
    *, version: PathwayVersion, clinic: Clinic, signed_by: str, signed_on: date
) -> str:
    """Return the name as it is kept, or raise Refused: what `sign` asks before it writes."""
    name = " ".join(signed_by.split())
    if not name:
        raise Refused("Give the name and role of the clinician who signs.", field="signed_by")
    if len(name) > 120:
        raise Refused("The signature is longer than 120 characters. Shorten it.", field="signed_by")
    if signed_on > clock.today(clinic):
        raise Refused(
            f"{signed_on} is in the future. Give the day it was signed.", field="signed_on"
        )
    if version.clinic_id not in (None, clinic.pk):
        raise Refused("This version belongs to another clinic.", field="version")
    return name


def sign(
    *, version: PathwayVersion, clinic: Clinic, signed_by: str, signed_on: date, by: Actor
) -> PathwaySignOff:
    """Put a clinician's name under a version for one clinic; until then no patient gets mail.

    The same person signing the same version again changes nothing.
    """
    name = checked_signature(
        version=version, clinic=clinic, signed_by=signed_by, signed_on=signed_on
    )
    with transaction.atomic():
        row, created = PathwaySignOff.objects.get_or_create(
            version=version,
            clinic=clinic,
            signed_by=name,
            defaults={
                "signed_on": signed_on,
                "recorded_at": clock.now(),
                "recorded_by": by.name,
            },
        )
        if created:
            audit.record(
                by=by,
                verb="signed",
                subject=version,
                clinic=clinic,
                detail={"signed_by": name, "signed_on": signed_on.isoformat()},
            )
    return row


def is_signed(version: PathwayVersion, clinic: Clinic) -> bool:
    """Say whether a clinician of this clinic has signed the version."""
    return PathwaySignOff.objects.filter(version=version, clinic=clinic).exists()


def versions_for(clinic: Clinic) -> list[PathwayVersion]:
    """Return what this clinic may work by, the preferred one first.

    Its own versions come before the product's, and newer numbers before older ones. A version
    that is not in effect yet comes after every one that is.
    """
    today = clock.today(clinic)
    rows = PathwayVersion.objects.filter(Q(clinic=clinic) | Q(clinic__isnull=True)).select_related(
        "pathway"
    )
    return sorted(
        rows,
        key=lambda row: (row.effective_from > today, row.clinic_id is None, -row.number),
    )


def current_version(clinic: Clinic) -> PathwayVersion:
    """Return the version that new people of this clinic are enrolled on."""
    found = versions_for(clinic)
    if not found:
        raise Refused("No pathway is published yet. Run load_catalogue first.", field="version")
    return found[0]


def version_numbered(clinic: Clinic, number: int) -> PathwayVersion:
    """Return the version of that number, the clinic's own before the product's."""
    found = [row for row in versions_for(clinic) if row.number == number]
    if not found:
        known = ", ".join(str(row.number) for row in versions_for(clinic)) or "none"
        raise Refused(
            f"There is no version {number} for {clinic.code}. Published: {known}.", field="version"
        )
    return found[0]
