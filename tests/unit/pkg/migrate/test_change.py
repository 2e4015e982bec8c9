from __future__ import annotations

import pytest

from pkg.migrate import Offline, Schema, change, table
from pkg.migrate.contract import Dialect

DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres", "mysql")


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_verb_says_its_change_as_a_value(dialect: Dialect) -> None:
    schema = Schema(Offline(dialect))
    parts = (
        table.id(),
        table.big("b_id"),
        table.foreign("b_id", "b"),
        table.check("c", "b_id > 0"),
    )
    name, age = table.string("name", 40), table.integer("age", default=0)
    key, to_b, rule = table.unique("name"), table.foreign("b_id", "b"), table.check("d", "age > 0")

    schema.create_table("a", *parts)
    schema.add_column("a", name)
    await schema.change_column("a", age)
    await schema.rename_column("a", "name", "title")
    await schema.drop_column("a", "age", "title")
    schema.add_key("a", key, online=True)
    schema.drop_key("a", key)
    await schema.add_foreign("a", to_b)
    await schema.drop_foreign("a", to_b)
    await schema.add_check("a", rule)
    await schema.drop_check("a", rule)
    schema.run("SELECT 1")
    await schema.rename_table("a", "z")
    schema.drop_table("z")

    assert schema.changes == [
        change.CreateTable("a", parts),
        change.AddColumn("a", name),
        change.ChangeColumn("a", age),
        change.RenameColumn("a", "name", "title"),
        change.DropColumn("a", ("age", "title")),
        change.AddKey("a", key, online=True),
        change.DropKey("a", key),
        change.AddForeign("a", to_b),
        change.DropForeign("a", to_b),
        change.AddCheck("a", rule),
        change.DropCheck("a", rule),
        change.Run("SELECT 1"),
        change.RenameTable("a", "z"),
        change.DropTable("z"),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_statement_for_one_database_is_said_there_alone(dialect: Dialect) -> None:
    schema = Schema(Offline(dialect))

    schema.run_on(postgres="VACUUM", mysql="OPTIMIZE TABLE a")

    said = {"postgres": "VACUUM", "mysql": "OPTIMIZE TABLE a"}.get(dialect)
    assert schema.changes == ([change.Run(said)] if said else [])
    assert schema.sql() == (f"{said};\n" if said else "")


async def test_who_hands_out_the_connection_reads_what_a_file_says() -> None:
    db = Offline("sqlite")

    Schema(db).drop_table("a")
    Schema(db).drop_table("b")

    assert db.changes == [change.DropTable("a"), change.DropTable("b")]
    assert await db.execute_query_dict("SELECT 1") == []
    assert await db.execute_query("SELECT 1") == (0, [])
