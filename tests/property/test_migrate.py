"""Whatever is changed in whatever order: rows, children, keys, triggers and views stay."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg.database import Database
from pkg.migrate.ledger import Ledger
from pkg.migrate.pretend import Pretend
from tests.contract.schemas import schema_of
from tests.databases import DIALECTS, blank, opened
from tests.property.migrations import NAMES, Table, World, begin, file, run, world

# What no verb can make, and every rebuild has to keep.
EXTRAS = """
CREATE TABLE log (line TEXT);
ALTER TABLE parents ADD COLUMN title TEXT COLLATE NOCASE DEFAULT 'a,(b' CHECK (title <> '');
ALTER TABLE parents ADD COLUMN shout TEXT GENERATED ALWAYS AS (upper(title)) VIRTUAL;
CREATE INDEX some_titles ON parents (title DESC) WHERE title IS NOT NULL;
CREATE UNIQUE INDEX loud ON parents (upper(title), id);
CREATE TRIGGER told AFTER UPDATE OF title ON parents
  BEGIN INSERT INTO log (line) VALUES (new.title || ';'); END;
CREATE TRIGGER elsewhere AFTER DELETE ON log
  BEGIN UPDATE parents SET title = 'x' WHERE 0; END;
CREATE VIEW titles AS SELECT p.id, p.title, c.id AS child FROM parents p
  LEFT JOIN children c ON c.parent_id = p.id;
"""


@given(seed=st.integers(0, 2**32), steps=st.integers(1, 12))
@settings(max_examples=40)
def test_rows_children_keys_triggers_and_views_outlive_every_change_on_sqlite(
    seed: int, steps: int
) -> None:
    asyncio.run(_live(seed, steps))


async def _live(seed: int, steps: int) -> None:
    of = world(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with blank("sqlite", Path(folder)) as url, opened(url) as database:
            await Ledger(database).ensure()
            await run(database, file("0000", [begin(of)]))
            for statement in database.cut(EXTRAS):
                await database.execute(statement)
            await _sow(database, of)
            titles = await database.fetch("SELECT * FROM titles ORDER BY id, child")
            for number in range(steps):
                says = [of.step()[0] for _ in range(of.random.randint(1, 3))]
                change = file(f"{number:04}", says)
                told = await Pretend(database, "up").files([change])
                assert list(told[0].statements) == await run(database, change)
                await _look(database, of)
                assert titles == await database.fetch("SELECT * FROM titles ORDER BY id, child")
                await _write(database, of)
            await _still_work(database, of)


async def _sow(database: Database, of: World) -> None:
    for id in range(1, 6):
        await database.execute(
            "INSERT INTO parents (id, one, two, title) VALUES (?, ?, ?, ?)",
            [id, str(id), id % 2, f"T{id}"],
        )
        of.parents.rows[id] = {"id": id, "one": str(id), "two": id % 2}
    for id in range(1, 9):
        row = {"id": id, "parent_id": id % 3 + 1, "one": id % 5 + 1 if id % 2 else None}
        await database.execute(
            "INSERT INTO children (id, parent_id, one) VALUES (?, ?, ?)", [*row.values()]
        )
        of.children.rows[id] = row
    for name in ("parents", "children"):  # a number that was given once
        await database.execute("UPDATE sqlite_sequence SET seq = 50 WHERE name = ?", [name])


async def _write(database: Database, of: World) -> None:
    """Changes a few values, as an application between two releases."""
    for one in of.both:
        for column in [c for name, c in one.columns.items() if name in NAMES]:
            if not one.used(column.name) and of.random.random() < 0.5:
                id = of.random.choice(list(one.rows))
                value: Any = of.random.choice([*of.parents.rows, None]) if column.null else 5
                if value is not None and column.kind not in {"integer", "big"}:
                    value = str(value)
                await database.execute(
                    f"UPDATE {one.name} SET {column.name} = ? WHERE id = ?", [value, id]
                )
                one.rows[id][column.name] = value


async def _look(database: Database, of: World) -> None:
    for one in of.both:
        names = ", ".join(one.columns)
        found = await database.fetch(f"SELECT {names} FROM {one.name} ORDER BY id")
        assert found == [{name: row[name] for name in one.columns} for row in one.rows.values()]
        assert await _indexes(database, one) == one.indexes()
        assert await _references(database, one) == {
            (r.column, r.table, r.to, r.on_delete.upper()) for r in one.references.values()
        }
        (said,) = await database.fetch("SELECT sql FROM sqlite_master WHERE name = ?", [one.name])
        assert sorted(c.name for c in one.checks) == sorted(
            word.strip('"') for word in said["sql"].split() if word.startswith('"rule_')
        )
    assert await database.fetch("PRAGMA foreign_key_check") == []
    assert await database.fetch("SELECT seq FROM sqlite_sequence WHERE seq <> 50") == []


async def _indexes(database: Database, of: Table) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    return {row["name"] for row in await database.fetch(sql, [of.name])} - {"some_titles", "loud"}


async def _references(database: Database, of: Table) -> set[tuple[Any, ...]]:
    rows = await database.fetch("SELECT * FROM pragma_foreign_key_list(?)", [of.name])
    return {(row["from"], row["table"], row["to"], row["on_delete"]) for row in rows}


async def _still_work(database: Database, of: World) -> None:
    """Uses what no verb made: the trigger, the generated column, the collation, the cascade."""
    name = of.parents.name
    await database.execute(f"UPDATE {name} SET title = 'New' WHERE id = 1")
    assert await database.fetch("SELECT line FROM log") == [{"line": "New;"}]
    sql = f"SELECT id FROM {name} WHERE title = 'NEW' AND shout = 'NEW'"
    assert await database.fetch(sql) == [{"id": 1}]
    extras = await database.fetch(
        "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') "
        "OR name IN ('some_titles', 'loud') ORDER BY name"
    )
    assert [row["name"] for row in extras] == ["elsewhere", "loud", "some_titles", "titles", "told"]
    await database.execute("DELETE FROM log")
    await database.execute(f"DELETE FROM {name} WHERE id = 2")
    left = await database.fetch(f"SELECT parent_id FROM {of.children.name}")
    assert {row["parent_id"] for row in left} == {1, 3}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("seed", range(4))
async def test_random_changes_up_down_and_up_leave_equal_schemas(
    dialect: Any, seed: int, tmp_path: Path
) -> None:
    of = world(seed)
    start = begin(of)
    pairs = [of.step() for _ in range(12)]
    change = file("0001", [up for up, _ in pairs], [down for _, down in reversed(pairs)])
    async with blank(dialect, tmp_path) as url, opened(url) as database:
        await Ledger(database).ensure()
        await run(database, file("0000", [start]))
        before = await _shape(database)

        told = await Pretend(database, "up").files([change])
        assert list(told[0].statements) == await run(database, change)
        after = await _shape(database)
        await run(database, change, "down")
        assert await _shape(database) == before
        await run(database, change)
        assert await _shape(database) == after


async def _shape(database: Database) -> dict[str, Any]:
    """Answers the schema without the order of columns, which what comes back joins at the end."""
    if database.dialect == "postgres":
        return {name: _sorted(said) for name, said in (await schema_of(database)).items()}
    if database.dialect == "mysql":
        return {
            name: sorted(line.strip(" ,") for line in said.splitlines())
            for name, said in (await schema_of(database)).items()
        }
    shape = {}
    for name in await schema_of(database):
        columns = await database.fetch("SELECT * FROM pragma_table_xinfo(?)", [name])
        shape[name] = {
            "columns": sorted(
                (c["name"], c["type"], c["notnull"], c["dflt_value"]) for c in columns
            ),
            "keys": await database.fetch(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? "
                "ORDER BY name",
                [name],
            ),
            "references": sorted(
                (r["from"], r["table"], r["to"], r["on_delete"])
                for r in await database.fetch("SELECT * FROM pragma_foreign_key_list(?)", [name])
            ),
        }
    return shape


def _sorted(said: dict[str, Any]) -> dict[str, Sequence[Any]]:
    return {kind: sorted(map(str, rows)) for kind, rows in said.items()}
