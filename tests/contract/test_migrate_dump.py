"""A new database that starts from the dump is the one that the migrations make."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from pkg.database import Database
from pkg.migrate import MigrationFailed, Migrator
from pkg.migrate.dump import NAME, dump, path_of
from pkg.migrate.files import Files
from pkg.migrate.inspect import read_tables
from pkg.migrate.ledger import TABLES, table_names
from tests.contract.migrations import migration, package, statement
from tests.contract.schemas import schema_of
from tests.databases import DIALECTS, blank, opened

Made = Callable[[Mapping[str, str]], str]
SHOP = migration(
    'schema.create_table("shelves", table.id(), *table.timestamps(), table.string("name", 40,'
    ' default="new"), table.decimal("width"), table.json("tags", null=True), table.unique("name"),'
    ' table.check("wide", "width > 0"))\n'
    'schema.create_table("books", table.id(), table.big("shelf_id", null=True),'
    ' table.boolean("sold", default=False), table.small("copies", default=1),'
    ' table.foreign("shelf_id", "shelves", on_delete="set null"), table.index("sold", "copies"))\n'
    'schema.create_table("pages", table.big("book_id"), table.integer("number"),'
    ' table.uuid("code", null=True), table.primary("book_id", "number"),'
    ' table.foreign("book_id", "books"))',
    'for name in ("pages", "books", "shelves"):\n    schema.drop_table(name)',
)
ROWS = migration(
    statement("INSERT INTO shelves (id, name, width) VALUES (1, 'first; shelf', 3)")
    + '\nif schema.dialect == "postgres":\n    '
    + statement("SELECT setval(pg_get_serial_sequence('shelves', 'id'), 1)")
)
CHANGED = migration('await schema.change_column("books", table.big("copies", default=2))')
NEWER = migration(
    'schema.add_column("books", table.integer("weight", null=True))',
    'await schema.drop_column("books", "weight")',
)
FILES = {"0001_shop": SHOP, "0002_rows": ROWS, "0003_changed": CHANGED}


@pytest.fixture(params=DIALECTS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with blank(request.param, tmp_path) as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """What the dump is written of."""
    async with opened(url) as made:
        yield made


@pytest.fixture
async def other(database: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """A new database of the same kind."""
    async with blank(database.dialect, tmp_path) as url, opened(url) as made:
        yield made


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Makes packages of migrations."""
    with ExitStack() as stack:
        yield lambda files: stack.enter_context(package(tmp_path, files))


async def dumped(database: Database, name: str) -> str:
    """Migrates *database*, writes its dump where it belongs, and answers it."""
    with database.active():
        await Migrator(database, name).up()
        found = await dump(database, name)
    path = path_of(name, database.dialect)
    path.parent.mkdir(exist_ok=True)
    path.write_text(found.text(), encoding="utf-8")
    return found.text()


async def test_a_database_from_the_dump_is_the_one_from_the_migrations(
    database: Database, other: Database, made: Made
) -> None:
    name = made(FILES)
    await dumped(database, name)

    with other.active():
        ran = await Migrator(other, name).up()
        assert [one.name for one in ran] == [NAME]
        told, tables = await schema_of(other), await read_tables(other)
        rows = await other.fetch("SELECT id, name FROM shelves")
        pending = await Migrator(other, name).pending()

    with database.active():
        assert told == await schema_of(database)
        assert tables == await read_tables(database)
    assert rows == [{"id": 1, "name": "first; shelf"}]
    assert pending == []


async def test_what_is_newer_than_the_dump_is_applied_after_it_in_one_batch(
    database: Database, other: Database, made: Made, tmp_path: Path
) -> None:
    name = made(FILES)
    await dumped(database, name)
    newer = made({**FILES, "0004_newer": NEWER})  # its folder is beside the same schema

    with other.active():
        migrator = Migrator(other, newer)
        ran = await migrator.up()
        assert [one.name for one in ran] == [NAME, "0004_newer"]
        assert {one.batch for one in await migrator.status()} == {1}
        back = await migrator.down()
        left = [table for table in await table_names(other) if table not in TABLES]

    assert [one.name for one in back] == ["0004_newer", *reversed(FILES)]
    assert left == []


async def test_pretending_tells_the_dump_and_does_nothing(
    database: Database, other: Database, made: Made
) -> None:
    name = made(FILES)
    await dumped(database, name)

    with other.active():
        told = await Migrator(other, name).pretend()
        left = [table for table in await table_names(other) if table not in TABLES]
        ran = await Migrator(other, name).up()

    assert left == []
    assert [(one.name, one.statements) for one in told] == [
        (one.name, one.statements) for one in ran
    ]


async def test_a_database_with_tables_is_left_to_the_migrations(
    database: Database, other: Database, made: Made
) -> None:
    name = made(FILES)
    await dumped(database, name)

    with other.active():
        await other.execute("CREATE TABLE of_somebody_else (id INT)")
        ran = await Migrator(other, name).up()

    assert [one.name for one in ran] == list(FILES)


async def test_who_counts_files_gets_files(database: Database, other: Database, made: Made) -> None:
    name = made(FILES)
    await dumped(database, name)

    with other.active():
        first = await Migrator(other, name).up(step=1)
        rest = await Migrator(other, name).up(to="0003_changed")

    assert [one.name for one in [*first, *rest]] == list(FILES)


async def test_a_start_that_fails_half_way_is_finished_by_the_next(
    database: Database, other: Database, made: Made
) -> None:
    name = made(FILES)
    text = await dumped(database, name)
    path = path_of(name, database.dialect)
    broken = text.replace("INSERT INTO shelves", "INSERT INTO nowhere", 1)

    with other.active():
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(MigrationFailed, match="nowhere"):
            await Migrator(other, name).up()
        assert await Migrator(other, name).pending() == list(FILES)
        path.write_text(text, encoding="utf-8")
        ran = await Migrator(other, name).up()
        told = await schema_of(other)

    assert [one.name for one in ran] == [NAME]
    with database.active():
        assert told == await schema_of(database)


async def test_a_dump_of_another_file_is_refused_and_nothing_is_made(
    database: Database, other: Database, made: Made
) -> None:
    await dumped(database, made(FILES))
    changed = made({**FILES, "0002_rows": migration("pass")})

    with other.active():
        with pytest.raises(MigrationFailed, match="before 0002_rows changed"):
            await Migrator(other, changed).up()
        left = [table for table in await table_names(other) if table not in TABLES]

    assert left == []


async def test_a_file_that_says_nothing_of_migrations_is_refused(
    database: Database, made: Made
) -> None:
    name = made(FILES)
    path = path_of(name, database.dialect)
    path.parent.mkdir()
    path.write_text("CREATE TABLE t (id INT);\n", encoding="utf-8")

    with database.active(), pytest.raises(MigrationFailed, match="names no migration"):
        await Migrator(database, name).up()


async def test_a_database_with_something_pending_is_not_written_down(
    database: Database, made: Made
) -> None:
    name = made(FILES)

    with database.active():
        await Migrator(database, name).up(step=1)
        with pytest.raises(MigrationFailed, match="migrate:up"):
            await dump(database, name)


async def test_the_dump_of_this_project_makes_this_project(
    database: Database, other: Database, made: Made, tmp_path: Path
) -> None:
    own = Files("database.migrations")
    name = made({one: own.source(one).decode() for one in own.names()})
    await dumped(database, name)
    with database.active():
        tables = await schema_of(database)
        epoch = await database.fetch("SELECT value FROM settings WHERE name = 'epoch'")

    with other.active():
        await Migrator(other, name).up()

        assert await schema_of(other) == tables
        assert await other.fetch("SELECT id, kind FROM conversations") == [
            {"id": 1, "kind": "lobby"}
        ]
        # each database has an epoch of its own
        assert await other.fetch("SELECT value FROM settings WHERE name = 'epoch'") != epoch
        made_next = "INSERT INTO conversations (kind, title) VALUES ('group', 'x')"
        await other.execute(made_next)


BY_HAND = {
    "sqlite": [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0), s TEXT COLLATE NOCASE)",
        "CREATE UNIQUE INDEX few ON t (n) WHERE s IS NOT NULL",
        "CREATE VIEW seen AS SELECT n FROM t",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET n = 2; DELETE FROM t; END",
    ],
    "postgres": [
        "CREATE TYPE mood AS ENUM ('good', 'it''s bad')",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        (
            "CREATE UNLOGGED TABLE t (id SERIAL PRIMARY KEY, m mood DEFAULT 'good', n INT, "
            'w INT GENERATED ALWAYS AS (n * 2) STORED, s TEXT COLLATE "C", "Odd" INT, '
            "CONSTRAINT far EXCLUDE USING btree (n WITH =))"
        ),
        "ALTER TABLE t ADD CONSTRAINT n_more CHECK (n > 0) NOT VALID",
        "ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = false)",
        "COMMENT ON TABLE t IS 'it''s; here'",
        "COMMENT ON COLUMN t.\"Odd\" IS 'odd'",
        "CREATE UNIQUE INDEX few ON t (lower(s)) WHERE n IS NOT NULL",
        "CREATE VIEW seen AS SELECT n FROM t WHERE n > 1",
        "CREATE MATERIALIZED VIEW kept AS SELECT n FROM seen",
        "CREATE INDEX kept_n ON kept (n)",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    ],
    "mysql": [
        (
            "CREATE TABLE t (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, e ENUM('a','it''s') "
            "NOT NULL DEFAULT 'a', n INT, w INT AS (n * 2) STORED, up_id BIGINT, "
            "INDEX w_index (w), FULLTEXT INDEX far (s), s VARCHAR(40) COLLATE utf8mb4_bin, "
            "CONSTRAINT more CHECK (n > 0), CONSTRAINT up FOREIGN KEY (up_id) REFERENCES t (id))"
        ),
        (
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.n = 1; "
            "SET NEW.s = 'x;y'; END"
        ),
    ],
}
OBJECTS = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE name IN ('few', 'seen', 'g')"
    " ORDER BY name",
    "postgres": "SELECT relname, relkind, relpersistence, reloptions, "
    "obj_description(oid, 'pg_class') AS said, col_description(oid, 6) AS odd FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'migration%' "
    "AND relname NOT LIKE 'aerich%' ORDER BY relname",
    "mysql": "SELECT trigger_name, action_statement FROM information_schema.triggers "
    "WHERE trigger_schema = DATABASE()",
}


async def test_what_only_one_database_has_is_kept_as_it_says_it(
    database: Database, other: Database, made: Made
) -> None:
    said = "\n".join(statement(one) for one in BY_HAND[database.dialect])
    name = made({"0001_by_hand": migration(said)})
    await dumped(database, name)

    with other.active():
        assert [one.name for one in await Migrator(other, name).up()] == [NAME]
        tables, objects = await schema_of(other), await other.fetch(OBJECTS[other.dialect])
        shapes = await read_tables(other)

    with database.active():
        assert tables == await schema_of(database)
        assert objects == await database.fetch(OBJECTS[database.dialect])
        assert shapes == await read_tables(database)


UNSAID = {
    "sqlite": ("CREATE VIRTUAL TABLE f USING fts5(s)", "virtual table f"),
    "postgres": ("CREATE TABLE p (n INT) PARTITION BY LIST (n)", "partitioned table p"),
    "mysql": ("CREATE VIEW v AS SELECT 1 AS n", "view v"),
}


async def test_what_cannot_be_said_is_refused_by_name(database: Database, made: Made) -> None:
    sql, what = UNSAID[database.dialect]
    name = made({"0001_unsaid": migration(statement(sql))})

    with database.active():
        await Migrator(database, name).up()
        with pytest.raises(MigrationFailed, match=what):
            await dump(database, name)


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("CREATE RULE keeps AS ON DELETE TO t DO INSTEAD NOTHING", "rule keeps"),
        ("CREATE VIEW v WITH (security_barrier) AS SELECT n FROM t", "view with options v"),
        ("ALTER TABLE t ALTER n SET INCREMENT BY 10", "identity with options t_n_seq"),
    ],
)
async def test_what_postgresql_alone_has_and_no_dump_says_is_refused(
    sql: str, what: str, made: Made, tmp_path: Path
) -> None:
    table = "CREATE TABLE t (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"
    name = made({"0001_unsaid": migration(f"{statement(table)}\n{statement(sql)}")})

    async with blank("postgres", tmp_path) as url, opened(url) as database:
        await Migrator(database, name).up()
        with pytest.raises(MigrationFailed, match=what):
            await dump(database, name)


async def test_a_sequence_keeps_its_bounds(made: Made, tmp_path: Path) -> None:
    bounded = statement("CREATE SEQUENCE turns MINVALUE 5 MAXVALUE 6 CYCLE")
    name = made({"0001_bounded": migration(bounded)})

    async with blank("postgres", tmp_path) as url, opened(url) as database:
        await Migrator(database, name).up()
        said = (await dump(database, name)).statements

    assert any("MINVALUE 5 MAXVALUE 6 CYCLE" in one for one in said)


async def test_rows_that_python_fills_after_they_went_in_are_refused(
    database: Database, made: Made
) -> None:
    filled = migration(
        'await schema.fill("shelves", ("name",), lambda row: {"name": "x"}, reads=("id",))'
    )
    name = made({**FILES, "0004_filled": filled})

    with database.active():
        await Migrator(database, name).up()
        with pytest.raises(MigrationFailed, match="fills shelves"):
            await dump(database, name)
