"""The database of one app: its connections, its models, its transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from contextvars import Token
from datetime import datetime
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.context import TortoiseContext, _current_context

from pkg.database.address import Address, Dialect, locate
from pkg.database.config import DatabaseConfig
from pkg.database.errors import DatabaseUnavailable
from pkg.database.sql import bound, placed, statements, stored
from pkg.database.steps import Row, Steps, T


class Database:
    """One database. Two may live in one process if they speak one dialect (see docs).

    Statements take `?` for each value, whatever the dialect, and never the value itself.
    """

    def __init__(
        self, address: Address, config: DatabaseConfig, *, models: Sequence[str] = ()
    ) -> None:
        self.address = address
        self._config = config
        self._models = tuple(models)
        self._context = TortoiseContext()
        self._client: Any = None

    @classmethod
    def from_config(
        cls, config: DatabaseConfig, *, root: Path, models: Sequence[str] = ("app.models",)
    ) -> Database:
        """Reads the URL; opens nothing. *models* are names of modules, imported by `open`.

        Raises:
            BadDatabaseUrl: the URL names no database this project can open.
        """
        return cls(locate(config.url.get_secret_value(), root), config, models=models)

    @property
    def dialect(self) -> Dialect:
        return self.address.dialect

    async def open(self) -> None:
        """Connects, so that a wrong address is told at once and not at the first request.

        Raises:
            DatabaseUnavailable: nothing answers there, or it refuses us.
        """
        if self.dialect == "sqlite":
            self._make_folder()
        try:
            with self.active():
                await self._init()
                self._client = self._context.connections.get(self.dialect)
                await self._client.create_connection(with_db=True)
                await self.ping()
        except DatabaseUnavailable as exc:
            await self.close()
            raise DatabaseUnavailable(f"cannot open {self.address.where}: {exc}") from exc
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Closes every connection. An open one would keep the interpreter from ending."""
        client, self._client = self._client, None
        if client is not None:
            with self.active():
                await self._context.close_connections()

    def active(self) -> AbstractContextManager[None]:
        """Makes this the database that models use, in this task and those it starts."""
        return _Active(self._context)

    async def ping(self) -> None:
        """Asks the database for one row.

        Raises:
            DatabaseUnavailable: none came.
        """
        await self.fetch("SELECT 1 AS one")

    async def fetch(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Answers the rows of *sql*, which may be a write with RETURNING.

        Moments come as the driver gives them: read them with `utc`.
        """
        rows: list[dict[str, Any]] = await self._current().execute_query_dict(
            *self._said(sql, params)
        )
        return rows

    async def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        """Runs *sql* and answers how many rows it matched, changed or not.

        Raises:
            Duplicate: a unique row is there already.
            ConstraintBroken: another rule of the table is broken.
        """
        touched: int = await self._current().touch(*self._said(sql, params))
        return touched

    async def rows(self, sql: str, params: Sequence[object] = ()) -> Sequence[Row]:
        """Does as `fetch`, but answers tuples or what the driver has like them: a third cheaper."""
        rows: Sequence[Row] = await self._current().rows(*self._said(sql, params))
        return rows

    async def perform(self, steps: Steps[T]) -> T:
        """Runs *steps* as one transaction of its own, and answers what they return.

        They are run to their end, whatever becomes of the caller, and on SQLite in another thread:
        they may touch nothing but what they were given. Moments go in as `moment` makes them.

        Raises:
            Duplicate, ConstraintBroken: nothing of it was done.
            DatabaseUnavailable: it is not known whether it was done.
        """
        if self.is_in_transaction:
            raise RuntimeError("steps are a transaction of their own: not inside another")
        done: T = await self._opened().perform(steps)
        return done

    def moment(self, at: datetime) -> object:
        """Answers *at* as steps have to give it: converted once, however many rows have it."""
        return bound(at, self.dialect)

    @property
    def is_in_transaction(self) -> bool:
        """Tells whether this task is inside a transaction that statements would join."""
        current = self._current()
        return isinstance(current, TransactionalDBClient) and not current._finalized

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Commits what its block does, or none of it; inside another it joins that one.

        On SQLite it holds the only connection: await nothing but the database inside. A task
        started inside joins too, so start work after the block.
        """
        with self.active():
            if self.is_in_transaction:
                yield
                return
            async with self._current()._in_transaction():
                yield

    @asynccontextmanager
    async def reshaping(self) -> AsyncIterator[Any]:
        """A transaction in which tables may be rebuilt; answers the connection inside it.

        On SQLite foreign keys rest meanwhile, since dropping a parent would delete its children:
        check them before the block ends. On MySQL each change of a table commits by itself.
        """
        with self.active():
            if self.dialect == "sqlite":
                from pkg.database.drivers.sqlite import Immediate  # noqa: PLC0415  vendor: aiosqlite

                async with Immediate(self._opened(), foreign_keys=False) as connection:
                    yield connection
                return
            async with self._opened()._in_transaction() as connection:
                yield connection

    def cut(self, script: str) -> list[str]:
        """Cuts *script* into its statements."""
        return statements(script)

    @property
    def connection(self) -> Any:
        """Tortoise's client: the open transaction's where there is one."""
        return self._current()

    def _opened(self) -> Any:
        if self._client is None:
            raise DatabaseUnavailable("the database is not open")
        return self._client

    def _current(self) -> Any:
        self._opened()
        return self._context.connections.get(self.dialect)

    def _said(self, sql: str, params: Sequence[object]) -> tuple[str, list[object] | None]:
        if not params:
            return sql, None
        return placed(sql, self.dialect), stored(params)

    def _make_folder(self) -> None:
        try:
            Path(self.address.where).parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise DatabaseUnavailable(f"cannot make the folder of {self.address.where}") from exc

    async def _init(self) -> None:
        config = self._tortoise()
        if self._models:
            await self._context.init(config)
        else:  # Tortoise refuses an app without models; its connections need none
            self._context.connections._init_config(config["connections"])

    def _tortoise(self) -> dict[str, Any]:
        config = self._config
        limits: dict[str, Any] = {
            "lock_timeout": config.lock_timeout,
            "pool_timeout": config.pool_timeout,
            "statement_timeout": config.statement_timeout,
        }
        if self.dialect == "sqlite":
            limits["synchronous"] = config.synchronous
        else:
            limits["connect_timeout"] = config.connect_timeout
            limits["minsize"] = min(config.pool_min, config.pool_max)
            limits["maxsize"] = config.pool_max
        return {
            # The alias is the dialect's name: Tortoise keeps prepared inserts by alias, and one
            # that was another dialect's before would serve the wrong text.
            "connections": {
                self.dialect: {
                    "engine": f"pkg.database.drivers.{self.dialect}",
                    "credentials": {**self.address.credentials, **limits},
                }
            },
            "apps": {"models": {"models": list(self._models), "default_connection": self.dialect}},
            "use_tz": True,
            "timezone": "UTC",
        }


class _Active:
    """Every request passes through it: a generator would cost three times as much."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: TortoiseContext) -> None:
        self._context = context
        self._token: Token[TortoiseContext | None]

    def __enter__(self) -> None:
        self._token = _current_context.set(self._context)

    def __exit__(self, *raised: object) -> None:
        _current_context.reset(self._token)
