"""migrate:test: what it prints of a trial, and that the database itself is only read."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from click.testing import CliRunner, Result

from app.console.commands import COMMANDS
from main import CONSOLE, KERNEL
from pkg.console import Exit, Table
from pkg.database import Dialect
from pkg.migrate import Migrator
from pkg.migrate.inspect import read_tables
from tests.console.conftest import KEY, Run
from tests.contract.migrations import migration, package, statement
from tests.databases import blank, opened, run_on

Tried = Callable[..., Result]
TABLE = migration(
    'schema.create_table("authors", table.id(), table.string("name", 40))',
    'schema.drop_table("authors")',
)
WIDER = migration(
    'await schema.change_column("authors", table.string("name", 80))',
    'await schema.change_column("authors", table.string("name", 40))',
)
LOSES = migration("await db.execute_query('DELETE FROM authors WHERE id = 1')")
SERVERS = [pytest.param(kind, marks=pytest.mark.slow) for kind in ("postgres", "mysql")]


@pytest.fixture
def tried(root: Path) -> Iterator[Tried]:
    """Runs a command of a project with the migrations *files*."""
    with package(root, {"0001_authors": TABLE, "0002_wider": WIDER}) as name:

        def run(*words: str, url: str, files: dict[str, str] | None = None) -> Result:
            for stem, text in (files or {}).items():
                (root / name / f"{stem}.py").write_text(text)
            kernel = replace(KERNEL, root=root, migrations=name)
            settings = {**CONSOLE.context_settings, "obj": kernel}
            console = Table(COMMANDS, name="main.py", context_settings=settings)
            env = {"APP_ENV": "local", "APP_KEY": KEY, "DATABASE_SYNCHRONOUS": "OFF"}
            env |= {"DATABASE_URL": url}
            return CliRunner(env={"REDIS_URL": None, **env}).invoke(console, list(words))

        yield run


def prepared(url: str, package: str) -> None:
    """Applies the first file and puts two authors in."""

    async def prepare() -> None:
        async with opened(url) as database:
            await Migrator(database, package).up(step=1)
            await database.execute("INSERT INTO authors (name) VALUES ('Ann'), ('Bob')")

    asyncio.run(prepare())


def state(url: str) -> object:
    """Answers every table of the database and the rows of the authors."""

    async def look() -> object:
        async with opened(url) as database:
            rows = await database.fetch("SELECT * FROM authors ORDER BY id")
            return await read_tables(database), rows

    return asyncio.run(look())


@contextmanager
def database(kind: Dialect, folder: Path) -> Iterator[str]:
    """The URL of a blank database for a test that is no coroutine."""
    made = blank(kind, folder)
    runner = asyncio.Runner()
    yield runner.run(made.__aenter__())
    runner.run(made.__aexit__(None, None, None))
    runner.close()


def test_the_projects_own_migrations_lead_up_and_back(run: Run, root: Path) -> None:
    report = run("migrate:test")

    assert report.exit_code == Exit.DONE, report.output
    assert "tried without rows" in report.stderr
    assert not (root / "storage" / "app.sqlite3").exists()


@pytest.mark.parametrize("kind", ["sqlite", *SERVERS])
def test_a_copy_with_its_rows_is_tried_and_the_database_stays_as_it_was(
    tried: Tried, root: Path, kind: Dialect
) -> None:
    name = next(root.glob("made_up_*")).name
    with database(kind, root) as url:
        prepared(url, name)
        before = state(url)

        good = tried("migrate:test", url=url)
        told = tried("migrate:test", "--json", url=url)
        bad = tried("migrate:test", url=url, files={"0003_loses": LOSES})

        assert good.exit_code == Exit.DONE, good.output
        assert "0002_wider" in good.stdout
        assert json.loads(told.stdout)["lines"] == [
            {"table": "authors", "rows": [2, 2, 2, 2], "named": True, "faults": []}
        ]
        assert bad.exit_code == Exit.FAILED
        assert "authors: up left 1 of 2 rows, and no file says so" in bad.stderr
        assert state(url) == before


def test_a_migration_that_is_refused_is_named_and_the_database_stays_as_it_was(
    tried: Tried, root: Path
) -> None:
    name = next(root.glob("made_up_*")).name
    with database("sqlite", root) as url:
        prepared(url, name)
        before = state(url)

        refused = tried(
            "migrate:test",
            url=url,
            files={"0003_odd": migration(statement("DROP TABLE nowhere"))},
        )

        assert refused.exit_code == Exit.FAILED
        assert "0003_odd failed" in refused.stderr
        assert state(url) == before


@pytest.mark.parametrize("kind", SERVERS)
def test_whoever_may_create_no_database_gets_a_trial_on_sqlite_and_is_told(
    tried: Tried, root: Path, kind: Dialect
) -> None:
    name = next(root.glob("made_up_*")).name
    with database(kind, root) as url, somebody(url, kind) as theirs:
        prepared(theirs, name)

        told = tried("migrate:test", url=theirs)

        assert told.exit_code == Exit.DONE, told.output
        assert "may create no database: tried on SQLite, with the rows" in told.stderr
        assert "authors" in told.stdout


@contextmanager
def somebody(url: str, kind: Dialect) -> Iterator[str]:
    """The URL by which a user comes in who owns that database, and may nothing else."""
    user, place = f"somebody_{secrets.token_hex(4)}", urlsplit(url)
    name = place.path.lstrip("/")
    if kind == "postgres":
        made = [f"CREATE ROLE {user} LOGIN PASSWORD 'x'", f"ALTER DATABASE {name} OWNER TO {user}"]
        gone = [f"ALTER DATABASE {name} OWNER TO current_user", f"DROP OWNED BY {user}"]
        gone += [f"DROP ROLE {user}"]
    else:
        made = [f"CREATE USER {user} IDENTIFIED BY 'x'", f"GRANT ALL ON {name}.* TO {user}"]
        gone = [f"DROP USER {user}"]
    for one in made:
        asyncio.run(run_on(url, one))
    try:
        host = f"{user}:x@{place.hostname}:{place.port}"
        yield urlunsplit(place._replace(netloc=host))
    finally:
        for one in gone:
            asyncio.run(run_on(url, one))
