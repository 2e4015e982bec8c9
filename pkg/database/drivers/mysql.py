"""MySQL and MariaDB over asyncmy.

A task cancelled inside a statement leaves asyncmy's connection lost to its pool, so here each
statement runs to its end; the server's and the client's time-outs bound it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from asyncmy import errors
from asyncmy.constants.CLIENT import FOUND_ROWS
from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext
from tortoise.backends.mysql.client import MySQLClient, TransactionWrapper
from tortoise.exceptions import DBConnectionError

from pkg.database.drivers.pooled import Checkout, PooledTransaction, perform
from pkg.database.drivers.statements import Ours, Statements
from pkg.database.errors import ConstraintBroken, DatabaseUnavailable, Duplicate
from pkg.database.settled import settled
from pkg.database.sql import placed, statements
from pkg.database.steps import Ask, Each, Row, Steps, T

DUPLICATE = {1062, 1169, 1586}
DEADLOCK = 1213
# the server's trouble, not the statement's: too many connections, shutdown, full disk, read-only
# replica, lock wait, statement time-out, killed, connection lost
PASSING = {
    *(1021, 1040, 1053, 1114, 1129, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1226, 1290),
    *(1317, 1836, 1927, 1969, 2002, 2003, 2006, 2013, 2014, 2055, 3024, 4031),
}


def fault(exc: BaseException) -> Ours | None:
    """Sorts MySQL's error numbers into our errors."""
    number = exc.args[0] if exc.args and isinstance(exc, errors.MySQLError) else None
    if isinstance(exc, errors.IntegrityError):
        if number in DUPLICATE:  # "Duplicate entry '<value>' for key 'users_mobile_unique'"
            return Duplicate(str(exc.args[1]).rpartition(" for key ")[2].strip("'").split(".")[-1])
        return ConstraintBroken(str(exc.args[1]))
    if number == DEADLOCK:  # the whole transaction was thrown out: it may be tried again at once
        return DatabaseUnavailable(f"MySQL: {exc}", retry_after=0)
    if number in PASSING or isinstance(exc, errors.InterfaceError | OSError | TimeoutError):
        return DatabaseUnavailable(f"MySQL: {exc}", retry_after=1)
    if isinstance(exc, RuntimeError) and "closing pool" in str(exc):
        return DatabaseUnavailable("MySQL: the pool is closed")
    return None


class MySqlStatements(Statements):
    """The statements of a client and of its transactions, each whole under cancellation."""

    fault = staticmethod(fault)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        return await super().run(settled(work))

    async def _touch(self, query: str, values: list[Any] | None) -> int:
        async with (
            self.acquire_connection() as connection,  # type: ignore[attr-defined]
            connection.cursor() as cursor,
        ):
            await cursor.execute(query, values)
            return max(int(cursor.rowcount), 0)

    async def _rows(self, query: str, values: list[Any] | None) -> Sequence[Row]:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            return await ask(connection, Ask(query, values or ()))

    async def execute_script(self, query: str) -> None:
        """Runs statement by statement: sent at once, all results but the first stay unread."""
        for statement in statements(query):
            await self.touch(statement)


class Client(MySqlStatements, MySQLClient):
    """The pool. Its sessions run in UTC, strict, at READ COMMITTED as PostgreSQL's do."""

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
            connect_timeout=connect_timeout,
            # the server stops a slow statement; this is for a server that fell silent
            read_timeout=(statement_timeout + lock_timeout + 5) if statement_timeout else None,
            client_flag=FOUND_ROWS,  # an UPDATE answers the rows it matched, as elsewhere
            binary_prefix=True,
            sql_mode="'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
            init_command=session(lock_timeout=lock_timeout, statement_timeout=statement_timeout),
        )

    async def ask(self, connection: Any, step: Ask | Each) -> Sequence[Row]:
        if isinstance(step, Each) or step.params:  # else its percent signs stay single
            step = step._replace(sql=placed(step.sql, "mysql"))
        return await ask(connection, step)

    async def _perform(self, steps: Steps[T]) -> T:
        return await perform(self, steps)

    async def create_connection(self, with_db: bool) -> None:
        try:
            await settled(self._open_pool(with_db))
        except TimeoutError:
            raise DatabaseUnavailable("MySQL: no answer in time", retry_after=1) from None
        except DBConnectionError as exc:  # its text quotes every option
            cause = exc.__context__.args[-1] if exc.__context__ else "cannot connect"
            raise DatabaseUnavailable(f"MySQL: {cause}", retry_after=1) from None

    async def _open_pool(self, with_db: bool) -> None:
        # asyncmy's own time-out ends with the TCP handshake, before the server has said a word
        async with asyncio.timeout(self.connect_timeout):
            await super().create_connection(with_db)

    def acquire_connection(self) -> Any:
        return Checkout(self, self._pool_init_lock)

    def _in_transaction(self) -> Any:
        return PooledTransaction(Transaction(self), self._pool_init_lock)


class Transaction(MySqlStatements, TransactionWrapper):
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


async def ask(connection: Any, step: Ask | Each) -> Sequence[Row]:
    """Runs one step, placeholders in place, and answers its rows as tuples."""
    async with connection.cursor() as cursor:
        if isinstance(step, Each):
            await cursor.executemany(step.sql, step.rows)
            return ()
        await cursor.execute(step.sql, step.params or None)
        found: Sequence[Row] = await cursor.fetchall()
        return found


def session(*, lock_timeout: float, statement_timeout: float) -> str:
    """Answers the one statement each new connection begins with.

    The two families name things differently: `/*M! */` is read by MariaDB alone, `/*!80000 */` by
    MySQL 8 alone (MariaDB skips 50700 to 99999).
    """
    return (
        f"SET time_zone='+00:00', innodb_lock_wait_timeout={max(1, round(lock_timeout))} "
        f"/*M!, tx_isolation='READ-COMMITTED', max_statement_time={statement_timeout} */"
        "/*!80000 , transaction_isolation='READ-COMMITTED', "
        f"max_execution_time={round(statement_timeout * 1000)} */"
    )


client_class = Client
