"""What every table with an id of its own has."""

from __future__ import annotations

from tortoise import Model, fields


class Base(Model):
    """An id and two moments, in UTC. `QuerySet.update` leaves `updated_at`: set it yourself."""

    id: int = fields.BigIntField(primary_key=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        abstract = True


class Versioned(Base):
    """A row of which every change is counted in `rev`, so that nobody overwrites one unseen.

    Write it by `app.providers.rows`; an `update` of your own adds one to `rev` itself.
    """

    rev: int = fields.BigIntField(default=1)

    class Meta:
        abstract = True
