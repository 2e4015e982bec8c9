"""The connection a migration is handed: it does what it is told, statement by statement."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pkg.migrate.change import Change
from pkg.migrate.contract import Dialect
from pkg.migrate.dialect import Speech
from pkg.migrate.fill import Filling
from pkg.migrate.names import Named, read

READS = re.compile(
    r"\s*(SELECT|PRAGMA\s+\w+\s*(\(|$)|SHOW|EXPLAIN|WITH\b(?!.*\b(INSERT|UPDATE|DELETE)\b))",
    re.IGNORECASE | re.DOTALL,
)
Work = Callable[[], Awaitable[Any]]


class Way(ABC):
    """How statements are done: for good, with a journal, or not at all."""

    @abstractmethod
    async def do(self, number: int, statement: str, values: object, work: Work) -> Any:
        """Does statement *number* by *work*, or has it done already; answers what *work* did."""

    @abstractmethod
    async def named(self, table: str, changes: Sequence[Change]) -> list[Named]:
        """Answers the keys and references of *table* after *changes*."""


class Plain(Way):
    """Does each statement: a transaction around it all takes it back."""

    def __init__(self, connect: Callable[[], Any], dialect: Dialect) -> None:
        self._connect = connect
        self._dialect = dialect

    async def do(self, number: int, statement: str, values: object, work: Work) -> Any:
        return await work()

    async def named(self, table: str, changes: Sequence[Change]) -> list[Named]:
        return await read(self._connect(), self._dialect, table)


class Recorder:
    """Passes on what reads, and numbers and remembers what changes something.

    *connect* answers the connection of the moment: the open transaction's where there is one.
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        cut: Callable[[str], list[str]],
        way: Way,
        *,
        in_transaction: bool,
    ) -> None:
        self.in_transaction = in_transaction
        self._connect = connect
        self._cut = cut
        self._way = way
        self.changes: list[Change] = []
        self.done: list[str] = []
        self.left: list[str] = []  # the one that runs first, as long as it has not ended

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connect(), name)

    async def execute_script(self, query: str) -> None:
        """Runs statement by statement, so that a failure names the one."""
        left = self._cut(query)
        while left:
            self.left = left
            await self._do(left[0], None, lambda: self._connect().touch(left[0]))
            left.pop(0)

    async def execute_query(self, query: str, values: Sequence[Any] | None = None) -> Any:
        """Runs a statement; reading is not worth telling."""
        return await self._maybe(query, values, "execute_query") or (0, [])

    async def execute_query_dict(self, query: str, values: Sequence[Any] | None = None) -> Any:
        """Does as `execute_query`, and answers the rows."""
        return await self._maybe(query, values, "execute_query_dict") or []

    async def execute_insert(self, query: str, values: Sequence[Any]) -> Any:
        """Runs an INSERT."""
        return await self._maybe(query, values, "execute_insert")

    async def execute_many(self, query: str, values: Sequence[Any]) -> None:
        """Runs a statement for each of *values*."""
        await self._maybe(query, values, "execute_many")

    async def named(self, table: str) -> list[Named]:
        """Answers the keys and references of *table* as they are by now."""
        return await self._way.named(table, self.changes)

    async def fill(self, filling: Filling) -> None:
        """Goes through rows, as one step that one line stands for."""
        self.left = [filling.said]
        connection = self._connect()
        say = Speech(connection.capabilities.dialect)
        await self._do(filling.said, None, lambda: filling.run(self._connect(), say))
        self.left = []

    async def _maybe(self, query: str, values: Any, verb: str) -> Any:
        async def work() -> Any:
            return await getattr(self._connect(), verb)(query, values)

        self.left = [query]
        answer = await (work() if READS.match(query) else self._do(query, values, work))
        self.left = []
        return answer

    async def _do(self, statement: str, values: object, work: Work) -> Any:
        answer = await self._way.do(len(self.done) + 1, statement, values, work)
        self.done.append(statement)
        return answer
