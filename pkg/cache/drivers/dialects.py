"""The one-step statements of the database store, as each dialect has to say them."""

# ruff: noqa: S608  the one name that is put into the text is the table's, checked to be a name

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

from pkg.cache.contract import Executor, is_number
from pkg.errors import Unavailable

T = TypeVar("T")
TRIES = 10  # of one step; each deadlock lets another caller through, so a queue gets shorter


class Statements:
    """What SQLite and PostgreSQL share: upserts with a condition, and RETURNING."""

    is_counter = "encode({table}.entry_value, 'escape') ~ '^-?[0-9]{{1,18}}$'"
    plus = (
        "convert_to(CAST(CAST(convert_from({table}.entry_value, 'UTF8') AS bigint)"
        " + CAST(? AS bigint) AS text), 'UTF8')"
    )

    def __init__(self, table: str) -> None:
        if not table.isidentifier():
            raise ValueError("a table's name is letters, digits and _")
        live = "(expires_at IS NULL OR expires_at > ?)"
        mine = f"entry_key = ? AND entry_value = ? AND {live}"
        self.get = f"SELECT entry_value FROM {table} WHERE entry_key = ? AND {live}"
        self.forget = f"DELETE FROM {table} WHERE entry_key = ? AND {live}"
        self.clear = f"DELETE FROM {table}"
        size = "count(*) AS entries, sum(length(entry_value)) AS bytes"
        self.measure = f"SELECT {size} FROM {table} WHERE {live}"
        self.release = f"DELETE FROM {table} WHERE {mine}"
        self.extend = f"UPDATE {table} SET expires_at = ? WHERE {mine}"
        self.ran_out = (
            f"SELECT entry_key FROM {table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?"
        )
        self.table = table
        self._insert = f"INSERT INTO {table} (entry_key, entry_value, expires_at) VALUES (?, ?, ?)"
        self._anew = (
            f"{self._insert} ON CONFLICT (entry_key) DO UPDATE"
            " SET entry_value = excluded.entry_value, expires_at = excluded.expires_at"
        )
        over = f"{table}.expires_at <= ?"
        self._sum = (
            f"{self._insert} ON CONFLICT (entry_key) DO UPDATE SET entry_value ="
            f" CASE WHEN {over} THEN excluded.entry_value ELSE {self.plus} END, expires_at ="
            f" CASE WHEN {over} THEN excluded.expires_at ELSE {table}.expires_at END"
            f" WHERE {over} OR {self.is_counter} RETURNING entry_value"
        ).format(table=table)

    def prune(self, count: int) -> str:
        """Answers the statement that removes *count* named rows, unless one was written anew."""
        marks = ", ".join("?" * count)
        return f"DELETE FROM {self.table} WHERE entry_key IN ({marks}) AND expires_at <= ?"

    async def put(self, executor: Executor, name: str, value: bytes, ends: float | None) -> None:
        await executor.execute(self._anew, (name, value, ends))

    async def add(
        self, executor: Executor, name: str, value: bytes, ends: float | None, now: float
    ) -> bool:
        """Writes where no row is, or one that ran out; the row's lock decides between racers."""
        sql = f"{self._anew} WHERE {self.table}.expires_at <= ?"
        return await executor.execute(sql, (name, value, ends, now)) > 0

    async def take(self, executor: Executor, name: str, now: float) -> bytes | None:
        rows = await executor.fetch(f"{self.forget} RETURNING entry_value", (name, now))
        return bytes(rows[0]["entry_value"]) if rows else None

    async def increment(
        self, executor: Executor, name: str, by: int, ends: float | None, now: float
    ) -> int | None:
        """Answers the sum, or None where what stands is no number."""
        rows = await executor.fetch(self._sum, (name, b"%d" % by, ends, now, by, now, now))
        return int(rows[0]["entry_value"]) if rows else None


class Postgres(Statements):
    """PostgreSQL 12 or later."""


class Sqlite(Statements):
    """SQLite 3.35 or later."""

    is_counter = (
        "CAST(CAST(CAST({table}.entry_value AS TEXT) AS INTEGER) AS TEXT)"
        " = CAST({table}.entry_value AS TEXT) AND length({table}.entry_value) <= 18"
    )
    plus = "CAST(CAST(CAST(CAST({table}.entry_value AS TEXT) AS INTEGER) + ? AS TEXT) AS BLOB)"


class MySql(Statements):
    """MySQL 8, MariaDB 10.5 or later: no RETURNING, no conditional upsert.

    Each verb begins by locking its row for itself. A plain INSERT of a key that is there would
    share that lock first, and two of them behind a delete would then deadlock.
    """

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self._claim = f"{self._insert} ON DUPLICATE KEY UPDATE entry_key = entry_key"
        self._read = f"SELECT entry_value, expires_at FROM {table} WHERE entry_key = ? FOR UPDATE"
        self._write = f"UPDATE {table} SET entry_value = ?, expires_at = ? WHERE entry_key = ?"

    async def put(self, executor: Executor, name: str, value: bytes, ends: float | None) -> None:
        sql = f"{self._insert} ON DUPLICATE KEY UPDATE entry_value = ?, expires_at = ?"
        await _again(executor, lambda: executor.execute(sql, (name, value, ends, value, ends)))

    async def add(
        self, executor: Executor, name: str, value: bytes, ends: float | None, now: float
    ) -> bool:
        async def step() -> bool:
            async with executor.transaction():
                if await self._claimed(executor, name, now) is not None:
                    return False
                await executor.execute(self._write, (value, ends, name))
            return True

        return await _again(executor, step)

    async def take(self, executor: Executor, name: str, now: float) -> bytes | None:
        async def step() -> bytes | None:
            async with executor.transaction():
                rows = await executor.fetch(f"{self.get} FOR UPDATE", (name, now))
                if rows:
                    await executor.execute(self.forget, (name, now))
            return bytes(rows[0]["entry_value"]) if rows else None

        return await _again(executor, step)

    async def increment(
        self, executor: Executor, name: str, by: int, ends: float | None, now: float
    ) -> int | None:
        async def step() -> int | None:
            async with executor.transaction():
                row = await self._claimed(executor, name, now)
                row = row or {"entry_value": b"0", "expires_at": ends}
                if not is_number(row["entry_value"]):
                    return None
                total = int(row["entry_value"]) + by
                await executor.execute(self._write, (b"%d" % total, row["expires_at"], name))
            return total

        return await _again(executor, step)

    async def _claimed(self, executor: Executor, name: str, now: float) -> dict[str, Any] | None:
        """Locks the row, making one that ran out where there is none; answers a live one."""
        await executor.execute(self._claim, (name, b"", 0.0))
        row = (await executor.fetch(self._read, (name,)))[0]
        return row if row["expires_at"] is None or row["expires_at"] > now else None


async def _again(executor: Executor, step: Callable[[], Awaitable[T]]) -> T:
    """Runs *step*, and again where InnoDB threw its transaction out to end a deadlock.

    In a caller's transaction nothing is repeated: what the caller did before went with it.
    Source: MySQL 8 manual, 17.7.5.3, "always be prepared to re-issue a transaction".
    """
    for _ in range(TRIES - 1):
        try:
            return await step()
        except Unavailable as exc:
            if exc.retry_after != 0 or executor.is_in_transaction:
                raise
    return await step()


SQL: dict[Literal["sqlite", "postgres", "mysql"], type[Statements]] = {
    "sqlite": Sqlite,
    "postgres": Postgres,
    "mysql": MySql,
}
