"""Rows that are changed only as they were seen; what a table refuses comes back by its name.

The table decides, not a look before: of two racers one wins, and the other is told why it did not.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias, cast

from tortoise import Model
from tortoise.exceptions import TransactionManagementError
from tortoise.expressions import F
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from app.errors import InUse, Stale, Taken
from app.models import Versioned
from pkg.database import ConstraintBroken, Duplicate
from pkg.validation import FieldFault, Invalid

Seen: TypeAlias = frozenset[int] | None  # the revs that will do; None: whichever it has by now


async def insert(row: Model) -> None:
    """Writes a new row.

    Raises:
        Invalid: it refers to rows that are not there; each such field is named.
        Taken: another row has a value that only one may have.
        ConstraintBroken: another rule of the table is broken. Inside a transaction on PostgreSQL
            also where a row it refers to went meanwhile: nothing can be asked there any more.
    """
    given = {name: getattr(row, name) for name in _references(type(row))}
    await _check_references(type(row), given)
    try:
        await row.save(force_create=True)
    except Duplicate as exc:
        raise _named(type(row), exc) from exc
    except ConstraintBroken:
        with suppress(TransactionManagementError):  # PostgreSQL answers none in a broken one
            await _check_references(type(row), given)  # one may have gone since the first look
        raise


async def change(
    row: Versioned, values: Mapping[str, object], *, seen: Seen, now: datetime
) -> None:
    """Writes *values*, by column, and reads *row* anew: call it inside a transaction.

    Raises:
        Stale: it is none of *seen* any more; nothing was written.
        Invalid: it would refer to rows that are not there.
        Taken: another row has a value that only one may have.
        ConstraintBroken: a row it would refer to went after the look; its transaction is over on
            PostgreSQL and sees the old rows on MySQL, so which one it was cannot be asked.
    """
    await _check_references(type(row), values)
    found = _as_seen(row, seen)
    try:
        written = await (
            found.update(**values, rev=F("rev") + 1, updated_at=now) if values else found.count()
        )
    except Duplicate as exc:
        raise _named(type(row), exc) from exc
    if not written:
        raise Stale
    await row.refresh_from_db()


async def remove(row: Versioned, *, seen: Seen) -> None:
    """Deletes *row*.

    Raises:
        Stale: it is none of *seen* any more.
        InUse: other rows refer to it, and may not be left without.
    """
    try:
        deleted = await _as_seen(row, seen).delete()
    except ConstraintBroken as exc:
        raise InUse from exc
    if not deleted:
        raise Stale


def _as_seen(row: Versioned, seen: Seen) -> QuerySet[Versioned]:
    found = type(row).filter(id=row.id)
    return found if seen is None else found.filter(rev__in=sorted(seen))


async def _check_references(model: type[Model], given: Mapping[str, object]) -> None:
    parents = _references(model)
    missing = [
        name
        for name, value in given.items()
        if name in parents and value is not None and not await parents[name].exists(id=value)
    ]
    if missing:
        raise Invalid({name: (FieldFault("absent"),) for name in missing})


def _references(model: type[Model]) -> dict[str, type[Model]]:
    """Answers the model behind each column that holds an id of another table's."""
    fields = (model._meta.fields_map[name] for name in model._meta.fk_fields)
    return {
        str(field.source_field): cast(type[Model], field.related_model)
        for field in fields
        if isinstance(field, ForeignKeyFieldInstance)
    }


def _named(model: type[Model], exc: Duplicate) -> Exception:
    """Answers the refusal that names the field; *exc* where its key is over several."""
    table = model._meta.db_table
    for name, field in model._meta.fields_map.items():
        if field.unique and exc.on(table, name):
            return Taken(name)
    return exc
