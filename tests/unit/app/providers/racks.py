"""Two tables of no product, for the laws of `app.providers.rows`."""

from __future__ import annotations

from tortoise import fields

from app.models import Versioned
from pkg.database import Database
from pkg.migrate import Schema, table


class Rack(Versioned):
    """Something that boxes stand in."""

    name = fields.CharField(max_length=40, unique=True)
    code = fields.CharField(max_length=40, null=True, unique=True)

    class Meta:
        table = "racks"


class Box(Versioned):
    """Something that stands in a rack, and may have another one to go to."""

    label = fields.CharField(max_length=40)
    rack: fields.ForeignKeyRelation[Rack] = fields.ForeignKeyField(
        "models.Rack", related_name=False, on_delete=fields.RESTRICT
    )
    rack_id: int
    spare: fields.ForeignKeyNullableRelation[Rack] = fields.ForeignKeyField(
        "models.Rack", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    spare_id: int | None

    class Meta:
        table = "boxes"
        unique_together = (("label", "rack_id"),)


async def set_up(database: Database) -> None:
    """Makes both tables."""
    schema = Schema(database.connection)
    common = (table.id(), *table.timestamps(), table.big("rev", default=1))
    schema.create_table(
        "racks",
        *common,
        table.string("name", 40),
        table.string("code", 40, null=True),
        table.unique("name"),
        table.unique("code"),
    )
    schema.create_table(
        "boxes",
        *common,
        table.string("label", 40),
        table.big("rack_id"),
        table.big("spare_id", null=True),
        table.foreign("rack_id", "racks", on_delete="restrict"),
        table.foreign("spare_id", "racks", on_delete="set null"),
        table.unique("label", "rack_id"),
    )
    for statement in database.cut(schema.sql()):
        await database.execute(statement)
