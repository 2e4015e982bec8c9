"""Databases for tests: a ready one, migrated and empty, and blank ones for migrations and laws."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from pkg.database import Database, DatabaseConfig, Dialect, utc
from pkg.migrate import Migrator
from pkg.migrate.ledger import TABLES, table_names
from pkg.testing import require

T = TypeVar("T")
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres", "mysql")
EDGES = {
    "postgres": "SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent "
    "FROM pg_constraint WHERE contype = 'f'",
    "mysql": "SELECT table_name AS child, referenced_table_name AS parent "
    "FROM information_schema.key_column_usage "
    "WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL",
}


def config_for(url: str, **knobs: Any) -> DatabaseConfig:
    """Answers how a test opens *url*: as everybody does, but no test waits for a disk."""
    return DatabaseConfig.model_validate({"url": SecretStr(url), "synchronous": "OFF", **knobs})


@asynccontextmanager
async def opened(url: str, *, models: Sequence[str] = (), **knobs: Any) -> AsyncIterator[Database]:
    """The database at *url*, open for a block and current in it."""
    database = Database.from_config(config_for(url, **knobs), root=Path(), models=models)
    await database.open()
    try:
        with database.active():
            yield database
    finally:
        await database.close()


class Ready(ABC):
    """Gives each test the URL of a migrated database in which no other test has been."""

    @abstractmethod
    def fresh(self, folder: Path) -> str:
        """Answers the URL; a file goes into *folder*."""

    @abstractmethod
    def close(self) -> None:
        """Takes back what was made."""


class Files(Ready):
    """SQLite: one file is migrated a session, and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        _alone(_migrate(f"sqlite://{self._template}"))

    def fresh(self, folder: Path) -> str:
        file = folder / "app.sqlite3"
        shutil.copyfile(self._template, file)  # closed, so there is no -wal beside it
        return f"sqlite://{file}"

    def close(self) -> None:
        self._template.unlink()


class Served(Ready):
    """A server: a database a worker, migrated once; before each test its tables are emptied.

    DELETE and not TRUNCATE, which is slower on tables of a few rows.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._server = require(dialect)
        self._name = f"test_{secrets.token_hex(6)}"
        self._url = beside(self._server, self._name)
        self._untouched = Untouched()
        _alone(self._set_up())

    def fresh(self, folder: Path) -> str:
        _alone(self._untouched.restore(self._url))
        return self._url

    def close(self) -> None:
        _alone(run_on(self._server, f"DROP DATABASE {self._name}"))

    async def _set_up(self) -> None:
        await run_on(self._server, created(self._server, self._name))
        await _migrate(self._url)
        async with opened(self._url) as database:
            await self._untouched.read(database)


@dataclass(slots=True)
class Untouched:
    """A migrated database as it was before any test: the lobby and the epoch are rows, too."""

    tables: tuple[str, ...] = ()  # children before their parents
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    async def read(self, database: Database) -> None:
        edges = TopologicalSorter[str]()
        for table in await table_names(database):
            if table not in TABLES:
                edges.add(table)
        for edge in await database.fetch(EDGES[database.dialect]):
            if edge["child"] != edge["parent"]:
                edges.add(edge["parent"], edge["child"])
        self.tables = tuple(edges.static_order())
        for table in reversed(self.tables):
            self.rows[table] = await database.fetch(f"SELECT * FROM {table}")

    async def restore(self, url: str) -> None:
        async with opened(url) as database, database.transaction():
            for table in self.tables:
                await database.execute(f"DELETE FROM {table}")
            for table, rows in self.rows.items():
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    await database.execute(
                        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",
                        [utc(one) if isinstance(one, datetime) else one for one in row.values()],
                    )


def ready(kind: str, folder: Path) -> Ready:
    """Makes what hands out databases of *kind*: sqlite, postgres or mysql."""
    for dialect in DIALECTS:
        if kind == dialect:
            return Files(folder) if dialect == "sqlite" else Served(dialect)
    raise ValueError(f"TEST_DATABASE is one of {', '.join(DIALECTS)}, not {kind}")


def blank(dialect: Dialect, folder: Path) -> AbstractAsyncContextManager[str]:
    """The URL of a database with nothing in it, which ends with the block."""
    if dialect == "sqlite":
        return _blank_file(folder)
    return _blank_on(require(dialect))


@asynccontextmanager
async def _blank_file(folder: Path) -> AsyncIterator[str]:
    yield f"sqlite://{folder / f'{secrets.token_hex(6)}.sqlite3'}"


@asynccontextmanager
async def _blank_on(server: str) -> AsyncIterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    await run_on(server, created(server, name))
    try:
        yield beside(server, name)
    finally:
        await run_on(server, f"DROP DATABASE {name}")


async def run_on(url: str, statement: str) -> None:
    """Runs one statement on a connection of its own."""
    async with opened(url, pool_min=0) as database:
        await database.execute(statement)


def beside(url: str, name: str) -> str:
    """Answers the URL of the database *name* on the server of *url*."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def created(server: str, name: str) -> str:
    """Answers the statement that makes the database *name*."""
    # template0: two workers may copy it at once, which template1 refuses
    return f"CREATE DATABASE {name}{' TEMPLATE template0' if server.startswith('postgres') else ''}"


async def _migrate(url: str) -> None:
    async with opened(url) as database:
        await Migrator(database).up()


def _alone(work: Coroutine[Any, Any, T]) -> T:
    """Runs *work* in a loop of its own thread: an async test's loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def kind_wanted() -> str:
    """Answers which database the suite runs on this time: `TEST_DATABASE`."""
    return os.environ.get("TEST_DATABASE", "sqlite")
