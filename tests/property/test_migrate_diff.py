"""Whatever models become, the migration written for it leads there, back, and there again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.console.migrations.scratch import made_by
from pkg.database import Database, Dialect
from pkg.migrate.diff import Choices, Shape, compare, plan, read_value
from pkg.migrate.diff.order import ordered
from pkg.migrate.diff.values import Value
from pkg.migrate.drop import drop_everything
from pkg.migrate.table import Column
from tests.contract.drafts import Project, model, project
from tests.databases import DIALECTS, blank, opened

# By name, what a column may be: only what values can go over between.
NUMBERS = (
    "SmallIntField(",
    "IntField(",
    "BigIntField(",
    "DecimalField(max_digits=24, decimal_places=3, ",
)
FIELDS = {
    "number": NUMBERS,
    "count": NUMBERS[:3],
    "title": ("CharField(max_length=20, ", "CharField(max_length=60, "),
    "order": ("TextField(", "CharField(max_length=40, "),
    "is_open": ("BooleanField(",),
    "seen_at": ("DatetimeField(",),
    "day": ("DateField(",),
    "extra": ("JSONField(",),
    "token": ("UUIDField(",),
    "weight": ("FloatField(",),
    "cover": ("BinaryField(",),
}
KEYED = ("number", "count", "title", "token", "day", "seen_at")
DEFAULTS = {"count": "default=7, ", "is_open": "default=True, ", "seen_at": "auto_now=True, "}
TABLES = ("Author", "Book", "Chapter")
GIVEN = {
    "boolean": "true", "moment": "now", "date": "2026-01-31", "json": "{}", "string": "x",
    "uuid": "11111111-1111-1111-1111-111111111111", "text": "it's", "binary": "",
}  # fmt: skip


def models(random: Random) -> list[str]:
    """Answers models of some of the tables, each with some columns, keys and references."""
    found = []
    chosen = [name for name in TABLES if random.random() < 0.8]
    for name in chosen:
        fields = {field: _field(field, random) for field in FIELDS if random.random() < 0.6}
        lines = [f"{field} = fields.{said})" for field, said in fields.items()]
        lines += [_reference(other, random) for other in chosen if random.random() < 0.4]
        keyed = [field for field in fields if field in KEYED]
        meta = []
        if len(keyed) > 1 and random.random() < 0.6:
            meta.append(f"unique_together = (({', '.join(map(repr, keyed[:2]))}),)")
        if len(keyed) > 2 and random.random() < 0.6:
            meta.append(f"indexes = (({', '.join(map(repr, keyed[1:3]))}),)")
        found.append(model(name, f"{name.lower()}s", *lines, meta=meta))
    return found


def _field(name: str, random: Random) -> str:
    said = random.choice(FIELDS[name])
    said += DEFAULTS.get(name, "") if random.random() < 0.5 else ""
    if name == "cover" or random.random() < 0.4:  # no value can be given for bytes
        said += "null=True, "
    if name in KEYED and random.random() < 0.3:
        said += random.choice(("unique=True, ", "db_index=True, "))
    return said


def _reference(other: str, random: Random) -> str:
    how = random.choice(("", ", on_delete=fields.SET_NULL", ", on_delete=fields.RESTRICT"))
    return (
        f"{other.lower()} = fields.ForeignKeyField('models.{other}', related_name=False, "
        f"null=True{how})"
    )


@settings(max_examples=4)  # three lives each, every one up, down and up: 0.4 s
@given(st.integers(0, 2**32 - 1))
def test_models_that_change_at_random_are_followed_and_taken_back(seed: int) -> None:
    asyncio.run(lives(Random(seed), "sqlite"))


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
@settings(max_examples=3)
@given(seed=st.integers(0, 2**32 - 1))
def test_servers_follow_them_too(dialect: Dialect, seed: int) -> None:
    asyncio.run(lives(Random(seed), dialect))


@pytest.mark.night
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_database_follows_them_all_night(dialect: Dialect, seed: int) -> None:
    asyncio.run(lives(Random(seed), dialect))


async def lives(random: Random, dialect: Dialect) -> None:
    """Lets models change three times over one database with a row in each table."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with blank(dialect, folder) as url, opened(url) as database:
            with project(folder) as made:
                for _ in range(3):
                    await _life(made, database, models(random))
            await drop_everything(database)


async def _life(made: Project, database: Database, asked: list[str]) -> None:
    wanted, migrator = made.wanted(*asked), made.migrator(database)
    before = sorted(path.stem for path in made.path.glob("0*.py"))
    there = await made.shapes(database, before)
    fills = _fills(wanted)
    names = await made.write(*asked, choices=Choices(drop=True, fills=fills))
    files = [*before, *names]

    await migrator.up()
    assert await made.drift(database, wanted, files) == []
    made_here, made_there = await made.shapes(database, files), await made_by(made.package)
    assert compare(made_there, made_here, exact=True) == []
    assert plan(wanted, made_there).files == ()

    await migrator.down(step=len(names))
    assert compare(there, await made.shapes(database, before), exact=True) == []

    await migrator.up()
    assert compare(made_here, await made.shapes(database, files), exact=True) == []
    await _one_row_each(database, made_here)


def _fills(wanted: dict[str, Shape]) -> dict[tuple[str, str], Value]:
    return {
        (table, name): read_value(GIVEN.get(column.kind, "1"), column)
        for table, shape in wanted.items()
        for name, column in shape.columns.items()
        if column.kind not in ("id", "binary")
    }


async def _one_row_each(database: Database, shapes: dict[str, Shape]) -> None:
    quote = "`" if database.dialect == "mysql" else '"'
    for shape in ordered([*shapes.values()]):
        found = await database.fetch(f"SELECT count(*) AS n FROM {shape.name}")
        if found[0]["n"]:
            continue
        refers = {one.column for one in shape.references}
        values = {
            name: read_value(GIVEN.get(column.kind, "1"), column)[database.dialect]
            for name, column in shape.columns.items()
            if _is_filled(column) and name not in refers
        }
        names = ", ".join(["id", *(f"{quote}{name}{quote}" for name in values)])
        said = ", ".join(["1", *values.values()])
        await database.execute(f"INSERT INTO {shape.name} ({names}) VALUES ({said})")


def _is_filled(column: Column) -> bool:
    return column.kind not in ("id", "binary") and (not column.null or column.kind == "text")
