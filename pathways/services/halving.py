"""One person whose rows nobody can read never stops the others of a batch."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from django.db import OperationalError

from pathways.models import Clinic, Patient
from pathways.rules.deeds import OwedWhile
from pathways.rules.lifecycles import WorkItemKind
from pathways.services import work_items
from pathways.services.actors import Actor

Key = TypeVar("Key")

log = logging.getLogger(__name__)


def run(
    batch: Callable[[Sequence[Key]], int], keys: Sequence[Key], *, alone: Callable[[Key], None]
) -> int:
    """Run a batch that is one transaction, and return the sum of what it returns.

    One that fails is halved until the poisonous person stands alone; `alone` is told who that is.
    """
    try:
        return batch(keys)
    except OperationalError:
        raise  # the database, not a person: the next sweep tries again
    except Exception as error:
        if len(keys) > 1:
            middle = len(keys) // 2
            first = run(batch, keys[:middle], alone=alone)
            return first + run(batch, keys[middle:], alone=alone)
        # The name of the error only: a database's own words can hold a patient's.
        log.error("Planning failed for one person: %s.", type(error).__name__)
        alone(keys[0])
        return 0


def tell(*, clinic: Clinic, patient_id: uuid.UUID, day: date, by: Actor) -> None:
    """Open the work item about a person for whom nothing could be planned."""
    work_items.open_item(
        work_items.Deed(
            kind=WorkItemKind.REVIEW,
            subject=f"planning failed:{patient_id}",
            summary="Reminders could not be planned. Phone, and tell the administrator.",
            clinic=clinic,
            due_on=day,
            patient=Patient.objects.filter(pk=patient_id).first(),
            owed_while=OwedWhile.IN_CARE,
        ),
        by=by,
    )
