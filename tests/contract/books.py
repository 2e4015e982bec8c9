"""Two tables and a reference between them, for the laws of `pkg.database`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pkg.database import Ask, Database, Dialect, Steps
from tests.databases import blank, opened

TABLES = (
    "CREATE TABLE authors (id int PRIMARY KEY, name varchar(40) NOT NULL)",
    """CREATE TABLE books (
        id int PRIMARY KEY,
        title varchar(40) NOT NULL,
        author_id int NOT NULL,
        copies int NOT NULL DEFAULT 0,
        CONSTRAINT books_author_id_foreign FOREIGN KEY (author_id) REFERENCES authors (id)
    )""",
    "CREATE UNIQUE INDEX books_author_id_title_unique ON books (author_id, title)",
    "INSERT INTO authors (id, name) VALUES (1, 'Ann')",
)


@asynccontextmanager
async def shop(dialect: Dialect, folder: Path) -> AsyncIterator[str]:
    """The URL of a database with one author, Ann, and no book."""
    async with blank(dialect, folder) as url:
        async with opened(url) as database:
            for statement in TABLES:
                await database.execute(statement)
        yield url


async def add(database: Database, id: int, title: str = "", author: int = 1) -> None:
    """Adds a book."""
    await database.execute(
        "INSERT INTO books (id, title, author_id) VALUES (?, ?, ?)",
        [id, title or f"title {id}", author],
    )


async def ids(database: Database) -> list[int]:
    """Answers which books there are."""
    return [row["id"] for row in await database.fetch("SELECT id FROM books ORDER BY id")]


async def add_pair(database: Database, id: int, *, title: str = "") -> None:
    """Adds two books in one transaction; with a *title* they cannot both be kept."""
    async with database.transaction():
        await add(database, id, title)
        await add(database, id + 1, title)


async def add_and_fail(database: Database, id: int) -> None:
    """Adds a book in a transaction that ends in ZeroDivisionError."""
    async with database.transaction():
        await add(database, id)
        raise ZeroDivisionError


INSERT = "INSERT INTO books (id, title, author_id) VALUES (?, ?, ?)"


def pair(id: int, *, title: str = "") -> Steps[int]:
    """Adds two books in steps and answers how many there are; with a *title* it cannot be done."""
    for each in (id, id + 1):
        yield Ask(INSERT, (each, title or f"title {each}", 1))
    ((count,),) = yield Ask("SELECT count(*) FROM books")
    return int(count)


async def perform_pair(database: Database, id: int, *, title: str = "") -> None:
    """Does as `add_pair`, in steps."""
    await database.perform(pair(id, title=title))
