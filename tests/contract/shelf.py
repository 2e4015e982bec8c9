"""A model for the laws of `pkg.database`; it knows nothing of the product's."""

from __future__ import annotations

from tortoise import Model, fields


class Shelf(Model):
    """A table with an id of its own and a unique name."""

    id: int = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    built_at = fields.DatetimeField(null=True)

    class Meta:
        table = "shelves"
