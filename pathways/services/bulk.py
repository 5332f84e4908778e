"""Write many new rows at once: COPY on PostgreSQL, one bulk insert elsewhere.

`bulk_create` builds an INSERT statement with a parameter for every cell and reads every key
back; COPY streams the same rows several times faster (docs/performance.md), which is what lets a
whole clinic be loaded in minutes. Constraints hold all the same; `save` and signals are passed by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models, router
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
Encoder = Callable[[Any], str]

FEW = 50  # below this a plain insert costs no more than asking for keys and opening a COPY
BATCH = 1000
ABSENT = "\\N"
_CHUNK_LINES = 500
_SPECIAL = re.compile(r"[\\\t\n\r]").search
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Maker(Generic[Row]):
    """Makes unsaved rows of one model from column values, past the model's slow constructor.

    A cohort's schedule is a million rows; `Model.__init__` with named arguments takes longer
    than the rules and the database together. Names are columns (`patient_id`, not `patient`).
    """

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        self._fixed: dict[str, Any] = {}
        self._made: list[tuple[str, Callable[[], Any]]] = []
        for field in model._meta.concrete_fields:
            if field.has_default() and callable(field.default):
                self._made.append((field.attname, field.default))
            else:
                self._fixed[field.attname] = field.get_default()

    def __call__(self, **values: Any) -> Row:
        """Return an unsaved row with these column values and the defaults for the rest."""
        row = self._model.__new__(self._model)
        cells = row.__dict__
        cells["_state"] = ModelState()
        cells.update(self._fixed)
        cells.update(values)
        for name, default in self._made:
            if name not in values:
                cells[name] = default()
        return row


def insert(rows: Sequence[Row]) -> list[Row]:
    """Insert new rows of one model, give each its key, and return them.

    Call it inside a transaction. Raises the database's own error if a row breaks a constraint.
    """
    fresh = list(rows)
    if not fresh:
        return fresh
    model = type(fresh[0])
    connection = connections[router.db_for_write(model)]
    if connection.vendor != "postgresql" or len(fresh) < FEW:
        model._default_manager.bulk_create(fresh, batch_size=BATCH)
        return fresh
    _give_keys(fresh, connection)
    names = [field.attname for field in model._meta.concrete_fields]
    reading = list(zip(names, encoders(model, names), strict=True))
    copy_lines(model, names, [_line(row.__dict__, reading) for row in fresh])
    for row in fresh:
        row._state.adding = False
        row._state.db = connection.alias
    return fresh


def can_copy(model: type[models.Model]) -> bool:
    """Say whether this model's database takes COPY."""
    return connections[router.db_for_write(model)].vendor == "postgresql"


def copy_lines(model: type[models.Model], names: Sequence[str], lines: Sequence[str]) -> None:
    """COPY lines of encoded cells, joined by tabs, into these columns of the model's table.

    The lines are complete beforehand: making one must not ask this connection anything.
    """
    connection = connections[router.db_for_write(model)]
    by_name = {field.attname: field.column for field in model._meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(by_name[name] or name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"copy {table} ({columns}) from stdin") as copy,
    ):
        for start in range(0, len(lines), _CHUNK_LINES):
            copy.write("\n".join(lines[start : start + _CHUNK_LINES]) + "\n")


def encoders(model: type[models.Model], names: Sequence[str]) -> list[Encoder]:
    """Return for each column how a value that is present is written in COPY's text format."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [_encoder(by_name[name]) for name in names]


def _line(cells: dict[str, Any], reading: list[tuple[str, Encoder]]) -> str:
    return "\t".join(
        [ABSENT if (value := cells[name]) is None else encode(value) for name, encode in reading]
    )


def _encoder(field: models.Field[Any, Any]) -> Encoder:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.CharField | models.TextField):
        return _text
    if isinstance(field, models.BooleanField):
        return _flag
    if isinstance(field, models.DateTimeField):
        return _moment
    return str  # whole numbers, decimals, days, UUIDs


def _text(value: str) -> str:
    plain = str.__str__(value)  # a member of an enumeration is written as its word
    return plain.translate(_ESCAPES) if _SPECIAL(plain) else plain


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder).translate(_ESCAPES)


def _flag(value: bool) -> str:
    return "t" if value else "f"


def _moment(value: datetime) -> str:
    return value.isoformat()


def _give_keys(rows: Sequence[models.Model], connection: Any) -> None:
    """Take a key from the table's own sequence for every row that has none."""
    meta = rows[0]._meta
    if not isinstance(meta.pk, models.AutoField):
        return
    without = [row for row in rows if row.pk is None]
    if not without:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, len(without)],
        )
        for row, (key,) in zip(without, cursor.fetchall(), strict=True):
            row.pk = key
