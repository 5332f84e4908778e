"""Write many new rows at once: COPY on PostgreSQL, one bulk insert elsewhere.

`bulk_create` builds an INSERT statement with a parameter for every cell and reads every key
back; COPY streams the same rows several times faster (docs/performance.md), which is what lets a
whole clinic be loaded in minutes. Constraints hold all the same; `save` and signals are passed by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connections, models, router

Row = TypeVar("Row", bound=models.Model)

FEW = 50  # below this a plain insert costs no more than asking for keys and opening a COPY
BATCH = 1000


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
    _copy(fresh, connection)
    for row in fresh:
        row._state.adding = False
        row._state.db = connection.alias
    return fresh


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


def _copy(rows: Sequence[models.Model], connection: Any) -> None:
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(meta.db_table)
    reading = [(field.attname, _writer(field, connection)) for field in fields]
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"copy {table} ({names}) from stdin") as copy,
    ):
        for row in rows:
            cells = row.__dict__
            copy.write_row(
                [
                    write(cells[name]) if write is not None else cells[name]
                    for name, write in reading
                ]
            )


def _writer(field: models.Field[Any, Any], connection: Any) -> Callable[[Any], Any] | None:
    """Return how a cell is written, or None where psycopg writes the value as it stands."""
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, models.CharField | models.TextField):
        # A StrEnum or TextChoices member is written as its word.
        return lambda value: value if value is None else str(value)
    return None
