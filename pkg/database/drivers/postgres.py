"""PostgreSQL over asyncpg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext
from tortoise.exceptions import DBConnectionError

from pkg.database.drivers.pooled import Checkout, PooledTransaction, perform
from pkg.database.drivers.statements import Ours, Statements
from pkg.database.errors import ConstraintBroken, DatabaseUnavailable, Duplicate
from pkg.database.sql import placed, statements
from pkg.database.steps import Ask, Each, Row, Steps, T

# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, resources, operator,
# rolled back to be tried again; then lock not available, read-only server
PASSING = ("08", "53", "57", "58", "40", "55P03", "25006", "28", "3D")


def fault(exc: BaseException) -> Ours | None:
    """Sorts PostgreSQL's states into our errors."""
    if isinstance(exc, asyncpg.UniqueViolationError):
        return Duplicate(exc.constraint_name or "key")
    if isinstance(exc, asyncpg.IntegrityConstraintViolationError):
        return ConstraintBroken(exc.message)  # without the detail, which quotes the row
    state = getattr(exc, "sqlstate", None) or ""
    lost = isinstance(exc, OSError | TimeoutError | DBConnectionError)
    if lost or (isinstance(exc, asyncpg.PostgresError) and state.startswith(PASSING)):
        reason = str(exc) or "no answer in time"  # a TimeoutError has no words
        return DatabaseUnavailable(f"PostgreSQL: {reason}", retry_after=1)
    closed = isinstance(exc, asyncpg.InterfaceError) and "clos" in str(exc)
    # the server's last word arrived between two statements, and asyncpg still reads it
    cut = isinstance(exc, asyncpg.InternalClientError) and "cannot switch" in str(exc)
    if closed or cut:
        return DatabaseUnavailable(f"PostgreSQL: {exc}", retry_after=1)
    return None


class PostgresStatements(Statements):
    """The statements of a client and of its transactions."""

    fault = staticmethod(fault)

    async def _touch(self, query: str, values: list[Any] | None) -> int:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            status = await connection.execute(query, *(values or []))
        count = status.rpartition(" ")[2]  # "INSERT 0 3", "UPDATE 2", "CREATE TABLE"
        return int(count) if count.isdigit() else 0

    async def _rows(self, query: str, values: list[Any] | None) -> Sequence[Row]:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            found: Sequence[Row] = await connection.fetch(query, *(values or ()))
            return found

    async def execute_script(self, query: str) -> None:
        """Runs statement by statement: sent at once they would be one transaction of their own."""
        for statement in statements(query):
            await self.touch(statement)


class Client(PostgresStatements, AsyncpgDBClient):
    """The pool. Its sessions run in UTC."""

    def __init__(
        self,
        *,
        connect_timeout: float,
        lock_timeout: float,
        pool_timeout: float,
        statement_timeout: float,
        **kwargs: Any,
    ) -> None:
        self.pool_timeout = pool_timeout
        self.connect_timeout = connect_timeout
        super().__init__(
            **kwargs,
            timeout=connect_timeout,
            # the server stops a slow statement; this is for a server that fell silent
            command_timeout=(statement_timeout + 5) if statement_timeout else None,
            server_settings={
                "timezone": "UTC",
                "application_name": "parley",
                "statement_timeout": str(round(statement_timeout * 1000)),
                "lock_timeout": str(round(lock_timeout * 1000)),
            },
        )

    async def ask(self, connection: Any, step: Ask | Each) -> Sequence[Row]:
        sql = placed(step.sql, "postgres")
        if isinstance(step, Each):
            await connection.executemany(sql, step.rows)
            return ()
        found: Sequence[Row] = await connection.fetch(sql, *step.params)
        return found

    async def _perform(self, steps: Steps[T]) -> T:
        return await perform(self, steps)

    async def create_connection(self, with_db: bool) -> None:
        await self.run(super().create_connection(with_db))

    def acquire_connection(self) -> Any:
        return Checkout(self, self._pool_init_lock)

    def _in_transaction(self) -> Any:
        return PooledTransaction(Transaction(self), self._pool_init_lock)


class Transaction(PostgresStatements, TransactionWrapper):
    """What runs between BEGIN and COMMIT; once over, its statements go to the pool."""

    _parent: Any

    async def begin(self) -> None:
        await self.run(super().begin())

    async def commit(self) -> None:
        await self.run(super().commit())

    async def rollback(self) -> None:
        await self.run(super().rollback())

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        if self._finalized:
            await self._parent.execute_many(query, values)
        else:
            await super().execute_many(query, values)

    def acquire_connection(self) -> Any:
        if self._finalized:  # a task started inside outlived it
            return self._parent.acquire_connection()
        return ConnectionWrapper(self._lock, self)

    def _in_transaction(self) -> Any:
        if self._finalized:
            return self._parent._in_transaction()
        return NestedTransactionContext(Transaction(self))


client_class = Client
