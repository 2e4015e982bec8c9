"""All tables of one database into another: resumable, compared at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pkg.transfer import progress
from pkg.transfer.contract import Reader, Writer
from pkg.transfer.errors import ChecksumsDiffer, TransferRefused
from pkg.transfer.ground import filled
from pkg.transfer.line import Sum, without_late
from pkg.transfer.pages import Watch, pages, sum_of
from pkg.transfer.progress import Point
from pkg.transfer.table import Table


@dataclass(frozen=True, slots=True)
class Moved:
    """One table as it stands on both sides."""

    name: str
    rows: int
    checksum: str


class Transfer:
    """Copies *tables*, in their order, from *source* to *target*.

    How far it is stands in the target, committed with the rows it tells of: one that was killed
    loses and repeats nothing, and the next goes on from there. *free*: how many rows the target
    may hold in each table and still count as empty.
    """

    def __init__(
        self,
        source: Reader,
        target: Writer,
        tables: Sequence[Table],
        *,
        free: Mapping[str, int],
        watch: Watch,
    ) -> None:
        self._source = source
        self._target = target
        self._tables = tables
        self._free = free
        self._watch = watch

    async def run(self, *, restart: bool = False) -> list[Moved]:
        """Copies what is not copied yet, compares all of it and answers what stands.

        *restart* throws away what an earlier one copied.

        Raises:
            TransferRefused: the target holds something else, or the source is not what it was.
            TransferLocked: somebody else is at either.
            ChecksumsDiffer: the target does not hold what was copied; it is not to be used.
        """
        async with self._source.alone(), self._target.alone(), self._source.snapshot():
            await self._target.make(progress.TABLE)
            points = await self._points(restart=restart)
            copied = [await self._table(point) for point in points]
            linked = [await self._links(point) for point in copied]
            for table in self._tables:
                await self._target.set_counter(table, await self._source.counter(table))
            moved = await self._compared(linked)
            await self._target.drop(progress.TABLE)
        return moved

    async def _points(self, *, restart: bool) -> list[Point]:
        plan, points = await progress.read(self._target, self._tables)
        if not plan:
            if held := await filled(self._target, self._tables, self._free):
                await self._target.drop(progress.TABLE)
                raise TransferRefused(f"the target is not empty: {held}: give an empty database")
            return await self._begun()
        if restart:
            return await self._begun()
        if plan != progress.plan_of(self._tables):
            raise TransferRefused(
                "the tables of the source have changed since the transfer began: "
                "say --restart to copy all of it again"
            )
        changed = [point.table.name for point in points if not await self._stands(point)]
        if changed:
            raise TransferRefused(
                f"rows that were copied have changed in the source since: {', '.join(changed)}: "
                "say --restart to copy all of it again"
            )
        return points

    async def _begun(self) -> list[Point]:
        async with self._target.transaction():
            await self._target.clear(self._tables)
            return await progress.begin(self._target, self._tables)

    async def _stands(self, point: Point) -> bool:
        """Tells whether the source still holds what was copied of it."""
        if point.stage == "rows" and not point.rows:
            return True
        most = point.rows if point.stage == "rows" else None
        return await sum_of(self._source, point.table, self._checking, most=most) == point.sum

    def _checking(self, _: str, table: str, done: int, of: int) -> None:
        self._watch("checks", table, done, of)

    async def _table(self, point: Point) -> Point:
        if point.stage != "rows":
            return point
        table, total = point.table, point.sum
        of = await self._source.count(table)
        if not of:
            self._watch("copies", table.name, 0, 0)
        async for page in pages(self._source, table, after=point.last):
            total.add(page.lines)
            point = point.copied(page.last, total)
            async with self._target.transaction():
                await self._target.write(
                    table, without_late(table, page.rows) if table.late else page.rows
                )
                await progress.save(self._target, point)
            self._watch("copies", table.name, total.rows, of)
        return await self._saved(replace(point, stage="links" if table.late else "done", last=None))

    async def _links(self, point: Point) -> Point:
        if point.stage != "links":
            return point
        done = 0
        async for page in pages(self._source, point.table, after=point.last):
            point = replace(point, last=page.last)
            async with self._target.transaction():
                await self._target.link(point.table, page.rows)
                await progress.save(self._target, point)
            done += len(page.rows)
            self._watch("links", point.table.name, done, point.rows)
        return await self._saved(replace(point, stage="done", last=None))

    async def _saved(self, point: Point) -> Point:
        async with self._target.transaction():
            await progress.save(self._target, point)
        return point

    async def _compared(self, points: Sequence[Point]) -> list[Moved]:
        sums: list[tuple[Point, Sum]] = [
            (point, await sum_of(self._target, point.table, self._watch)) for point in points
        ]
        if wrong := [point.table.name for point, there in sums if there != point.sum]:
            raise ChecksumsDiffer(
                f"the target does not hold what was copied: {', '.join(wrong)}: do not use it; "
                "say --restart to copy all of it again"
            )
        return [Moved(point.table.name, point.rows, point.sum.checksum) for point in points]
