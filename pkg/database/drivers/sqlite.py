"""SQLite: one file, one connection, one thread; writers take turns.

The stock client begins with a plain BEGIN, so a read followed by a write fails "locked" at once
whatever the time-out, and a task cancelled inside BEGIN leaves its lock held for ever.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections

from pkg.database.drivers.statements import Ours, Statements
from pkg.database.errors import ConstraintBroken, DatabaseUnavailable, Duplicate
from pkg.database.settled import settled
from pkg.database.sql import statements
from pkg.database.steps import Ask, Each, Row, Steps, T

# Pages in the journal before it is written into the file. Four times SQLite's own number: batches
# write the same pages again and again, and each goes into the file once; a seventh less for one.
CHECKPOINT_PAGES = 4000
JOURNAL_BYTES = 32 * 1024 * 1024  # kept between two of them, or the disk would be asked for it anew

UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
# https://www.sqlite.org/rescode.html: the machine's trouble, not the statement's
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


def fault(exc: BaseException) -> Ours | None:
    """Sorts SQLite's result codes into our errors."""
    code = getattr(exc, "sqlite_errorcode", None)
    if isinstance(exc, sqlite3.IntegrityError):
        text = str(exc)
        return Duplicate(text.partition(": ")[2]) if code in UNIQUE else ConstraintBroken(text)
    if isinstance(exc, sqlite3.Error) and code is not None and code & 0xFF in PASSING:
        return DatabaseUnavailable(f"SQLite: {exc}", retry_after=1)
    if isinstance(exc, ValueError | sqlite3.ProgrammingError) and "clos" in str(exc):
        return DatabaseUnavailable("SQLite: the connection is closed")
    return None


class SqliteStatements(Statements):
    """The statements of a client and of its transactions."""

    fault = staticmethod(fault)

    async def _touch(self, query: str, values: list[Any] | None) -> int:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            cursor = await connection.execute(query, values)
            if cursor.description is not None:  # RETURNING: its rows must be read, or it stays open
                return len(await cursor.fetchall())
            return max(int(cursor.rowcount), 0)

    async def _rows(self, query: str, values: list[Any] | None) -> Sequence[Row]:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            step = Ask(query, values or ())
            return await in_thread(connection, partial(ask, connection._conn, step))

    async def execute_script(self, query: str) -> None:
        """Runs statement by statement: sqlite3's own script call commits first."""
        for statement in statements(query):
            await self.touch(statement)


class Client(SqliteStatements, SqliteClient):
    """The connection: pragmas, time limits, IMMEDIATE transactions."""

    def __init__(
        self,
        file_path: str,
        *,
        lock_timeout: float,
        pool_timeout: float,
        statement_timeout: float,
        synchronous: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(file_path, **kwargs)
        self.lock_timeout = lock_timeout
        self.pool_timeout = pool_timeout
        self.statement_timeout = statement_timeout
        self.pragmas = {
            "busy_timeout": int(lock_timeout * 1000),
            "journal_mode": "WAL",
            "synchronous": synchronous,
            "foreign_keys": "ON",
            "journal_size_limit": JOURNAL_BYTES,
            "wal_autocheckpoint": CHECKPOINT_PAGES,
        }

    async def create_connection(self, with_db: bool) -> None:
        """Opens the file; cancelled half-way it would lack some of its pragmas."""
        if self._connection is None:
            await self.run(settled(self._connect()))

    async def _connect(self) -> None:
        opening = aiosqlite.connect(self.filename, timeout=self.lock_timeout, isolation_level=None)
        try:
            connection = await opening
        except BaseException:
            # Its thread tells this loop that it ends, and the loop may be closed by then.
            await asyncio.to_thread(opening._thread.join)
            raise
        try:
            connection.row_factory = sqlite3.Row
            for pragma, value in self.pragmas.items():
                await (await connection.execute(f"PRAGMA {pragma}={value}")).close()
            await self._post_connect()
        except BaseException:
            await connection.close()
            raise
        self._connection = connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await settled(connection.close())

    async def perform(self, steps: Steps[T]) -> T:
        """Runs *steps* in one visit to the connection's thread.

        No task of its own sees to its end, as elsewhere: it would cost half as much as the visit.
        """
        return await self.run(self._perform(steps))

    async def _perform(self, steps: Steps[T]) -> T:
        async with Checkout(self._lock, self, self) as connection:
            try:
                return await in_thread(connection, partial(perform, connection._conn, steps))
            except asyncio.CancelledError:  # the thread goes on: what comes after it waits
                await settled(in_thread(connection, _nothing))
                raise

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await settled(self._many(query, values))

    async def _many(self, query: str, values: list[list[Any]]) -> None:
        async with Immediate(self, keep=False) as transaction:
            await transaction.execute_many(query, values)

    def acquire_connection(self) -> Any:
        return Checkout(self._lock, self, self)

    def _in_transaction(self) -> Any:
        return Immediate(self)


class Checkout(ConnectionWrapper[aiosqlite.Connection]):
    """The connection for one statement, which is interrupted when it runs too long."""

    __slots__ = ("_parent", "_timer")

    def __init__(self, lock: asyncio.Lock, client: Any, parent: Client) -> None:
        super().__init__(lock, client)
        self._parent = parent
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> aiosqlite.Connection:
        await patiently(self._lock, self._parent.pool_timeout)
        try:
            await self._parent.create_connection(with_db=True)
            self.connection = self.client._connection
            if self.client is not self._parent:
                still_open(self.connection)
        except BaseException:
            self._lock.release()
            raise
        if self._parent.statement_timeout:
            loop = asyncio.get_running_loop()
            interrupt = self.connection._conn.interrupt  # thread-safe; aiosqlite's is a coroutine
            self._timer = loop.call_later(self._parent.statement_timeout, interrupt)
        return self.connection

    async def __aexit__(self, kind: object, exc: object, tb: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        try:
            if kind is asyncio.CancelledError and isinstance(self.client, Client):
                self.connection._conn.interrupt()  # nobody waits for this statement any more
        finally:
            self._lock.release()


class Transaction(SqliteStatements, SqliteTransactionWrapper):
    """What runs inside BEGIN IMMEDIATE; once over, its statements go to the connection itself."""

    _parent: Any

    @property
    def _root(self) -> Client:
        client = self._parent
        while not isinstance(client, Client):
            client = client._parent
        return client

    async def begin(self) -> None:
        await self.run(self._begin())

    async def _begin(self) -> None:
        await (await self._connection.execute("BEGIN IMMEDIATE")).close()

    async def commit(self) -> None:
        await self.run(super().commit())

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        if self._finalized:
            await self._parent.execute_many(query, values)
        else:
            await super().execute_many(query, values)

    def acquire_connection(self) -> Any:
        if self._finalized:  # a task started inside outlived it
            return self._parent.acquire_connection()
        return Checkout(self._lock, self, self._root)

    def _in_transaction(self) -> Any:
        if self._finalized:
            return self._parent._in_transaction()
        return NestedTransactionContext(Transaction(self))


class Immediate(SqliteTransactionContext):
    """BEGIN IMMEDIATE to COMMIT, holding the connection's lock; whole under cancellation.

    *keep* makes it the task's current connection, so that models join it. *foreign_keys* off is
    for rebuilding tables: SQLite ignores the pragma inside a transaction, and dropping a parent
    with it on deletes the children.
    """

    __slots__ = ("_client", "_foreign_keys", "_keep")

    def __init__(self, client: Client, *, keep: bool = True, foreign_keys: bool = True) -> None:
        super().__init__(Transaction(client), client._lock)
        self._client = client
        self._keep = keep
        self._foreign_keys = foreign_keys

    async def __aenter__(self) -> Any:
        await patiently(self._trxlock, self._client.pool_timeout)
        try:
            await self._client.create_connection(with_db=True)
            self.connection._connection = self._client._connection
            await settled(self._open())
        except BaseException:
            await settled(self._abandon())
            raise
        if self._keep:
            self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection

    async def __aexit__(self, kind: object, exc: object, tb: object) -> None:
        if self._keep:
            get_connections().reset(self.token)  # here: a token dies in another task
        try:
            if kind is None and not self.connection._finalized:
                await settled(self._close())
        finally:
            await settled(self._abandon())

    async def _open(self) -> None:
        if not self._foreign_keys:
            await self._pragma("OFF")
        await self.connection.begin()

    async def _close(self) -> None:
        still_open(self.connection._connection)
        await self.connection.commit()

    async def _abandon(self) -> None:
        try:
            if raw := self.connection._connection:
                with suppress(ValueError):  # closed meanwhile: nothing is left to roll back
                    if raw.in_transaction:
                        await raw.rollback()
                    if not self._foreign_keys:
                        await self._pragma("ON")
        finally:
            self.connection._finalized = True
            self._trxlock.release()

    async def _pragma(self, value: str) -> None:
        cursor = await self.connection._connection.execute(f"PRAGMA foreign_keys={value}")
        await cursor.close()


async def in_thread(connection: aiosqlite.Connection, call: Callable[[], T]) -> T:
    """Makes one visit to the connection's thread; aiosqlite's own make one a call."""
    execute: Any = connection._execute
    done: T = await execute(call)
    return done


def _nothing() -> None:
    """Comes back when all that was asked of the thread before has ended."""


def perform(connection: sqlite3.Connection, steps: Steps[T]) -> T:
    """Runs *steps* from BEGIN IMMEDIATE to COMMIT, in the connection's own thread."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = _through(connection, steps)
        still_open(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return done


def _through(connection: sqlite3.Connection, steps: Steps[T]) -> T:
    rows: Any = None  # with which a generator begins
    while True:
        try:
            step = steps.send(rows)
        except StopIteration as end:
            done: T = end.value
            return done
        rows = ask(connection, step)


def ask(connection: sqlite3.Connection, step: Ask | Each) -> Sequence[Row]:
    """Runs one step in the connection's own thread and answers its rows, as tuples."""
    cursor = connection.cursor()
    cursor.row_factory = None
    if isinstance(step, Each):
        cursor.executemany(step.sql, step.rows)
        return ()
    return cursor.execute(step.sql, step.params).fetchall()


def still_open(connection: aiosqlite.Connection | sqlite3.Connection) -> None:
    """Refuses to go on after SQLite rolled back by itself: the rest would be committed alone.

    It does so when the disk is full or a write is interrupted.
    """
    if not connection.in_transaction:
        raise DatabaseUnavailable("the database has ended this transaction")


async def patiently(lock: asyncio.Lock, seconds: float) -> None:
    """Takes *lock*, or raises DatabaseUnavailable when others hold it longer than *seconds*."""
    try:
        if lock.locked():
            async with asyncio.timeout(seconds):
                await lock.acquire()
        else:
            await lock.acquire()
    except TimeoutError:
        raise DatabaseUnavailable("the one connection to SQLite is taken", retry_after=1) from None


client_class = Client
