"""A backup into a database: all of it, or nothing."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pkg.transfer.archive import Archive
from pkg.transfer.contract import Writer
from pkg.transfer.errors import BadBackup, ChecksumsDiffer, TransferRefused
from pkg.transfer.ground import filled
from pkg.transfer.line import Lines, Row, Sum, without_late
from pkg.transfer.manifest import Shelf
from pkg.transfer.pages import Watch, sum_of
from pkg.transfer.table import Table, joined, ordered
from pkg.transfer.transfer import Moved

FAT = 2.0  # seconds: a zip keeps the time of a file only so well


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands now: the tables, and how many uploads were written and how many were kept."""

    tables: Sequence[Moved]
    written: int = 0
    kept: int = 0


class Restore:
    """Puts the rows of *archive*, which was verified, into *target*; *tables* are those there.

    One transaction holds all rows: until its end, the database is as before. *finish* is the last
    of it, for what must not outlive a restore.
    """

    def __init__(
        self,
        archive: Archive,
        target: Writer,
        tables: Sequence[Table],
        *,
        finish: Callable[[Writer], Awaitable[None]],
        watch: Watch,
    ) -> None:
        self._archive = archive
        self._target = target
        self._shelves = {shelf.name: shelf for shelf in archive.manifest.tables}
        self._tables = ordered(_both(self._shelves, tables))
        self._finish = finish
        self._watch = watch

    async def run(
        self, *, free: Mapping[str, int], uploads: Path | None, force: bool = False
    ) -> Restored:
        """Restores rows and, below *uploads*, files; answers what stands.

        *force* replaces rows that are there, and files that are newer. *free*: how many rows each
        table may hold and still count as empty.

        Raises:
            TransferRefused: the target is not empty, or cannot keep a row.
            TransferLocked: somebody is at it.
            ChecksumsDiffer: what was read back was not what was written: nothing of it was kept.
        """
        async with self._target.alone():
            async with self._target.transaction():
                held = await filled(self._target, self._tables, free)
                if held and not force:
                    raise TransferRefused(
                        f"the database is not empty: {held}: restore into an empty one, "
                        "or say --force to replace what is there"
                    )
                await self._target.clear(self._tables)
                sums = [await self._rows(table) for table in self._tables]
                for table in self._tables:
                    await self._links(table)
                moved = await self._compared(sums)
                if self._target.counts_within:
                    await self._count()
                written, kept = self._files(uploads, force=force) if uploads else (0, 0)
                await self._finish(self._target)
            if not self._target.counts_within:
                await self._count()
        return Restored(moved, written, kept)

    async def _rows(self, table: Table) -> Sum:
        total, shelf = Sum(), self._shelves[table.name]
        lines = Lines(table.columns)
        for rows in self._read(table):
            total.add(lines.encode(rows))
            await self._target.write(table, without_late(table, rows) if table.late else rows)
            self._watch("restores", table.name, total.rows, shelf.rows)
        return total

    async def _links(self, table: Table) -> None:
        done = 0
        for rows in self._read(table) if table.late else ():
            await self._target.link(table, rows)
            done += len(rows)
            self._watch("links", table.name, done, self._shelves[table.name].rows)

    async def _count(self) -> None:
        """Has no id given again that was given before the backup, even of a row that is gone."""
        for table in self._tables:
            await self._target.set_counter(table, self._shelves[table.name].counter)

    def _read(self, table: Table) -> Iterator[list[Row]]:
        lines = Lines(table.columns)
        for some in self._archive.lines(self._shelves[table.name]):
            try:
                yield [lines.decode(line) for line in some]
            except (ValueError, LookupError, ArithmeticError, TypeError) as exc:
                raise BadBackup(f"a row of {table.name} is none of its columns': {exc}") from exc

    async def _compared(self, sums: Sequence[Sum]) -> list[Moved]:
        there = [await sum_of(self._target, one, self._watch) for one in self._tables]
        pairs = list(zip(self._tables, sums, there, strict=True))
        if wrong := [table.name for table, said, found in pairs if said != found]:
            raise ChecksumsDiffer(
                f"the database does not hold what was written: {', '.join(wrong)}: "
                "nothing of it was kept"
            )
        return [Moved(table.name, said.rows, said.checksum) for table, said, _ in pairs]

    def _files(self, folder: Path, *, force: bool) -> tuple[int, int]:
        written = kept = 0
        names = self._archive.uploads
        for name in names:
            if self._put(folder, name, force=force):
                written += 1
            else:
                kept += 1
            self._watch("restores", "uploads", written + kept, len(names))
        return written, kept

    def _put(self, folder: Path, name: str, *, force: bool) -> bool:
        """Writes one upload, unless a newer one is there; tells whether it did."""
        path, changed = folder / name, self._archive.changed(name)
        if not path.parent.resolve().is_relative_to(folder.resolve()):
            raise TransferRefused(f"{path.parent} leads out of {folder}: remove that link first")
        if path.exists() and not force and path.stat().st_mtime > changed + FAT:
            return False
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with self._archive.upload(name) as packed, part.open("xb") as file:
                part.chmod(0o600)
                shutil.copyfileobj(packed, file)
                file.flush()
                os.fsync(file.fileno())
            os.utime(part, (changed, changed))
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        return True


def _both(shelves: Mapping[str, Shelf], tables: Sequence[Table]) -> list[Table]:
    there = {table.name: table for table in tables}
    if set(shelves) != set(there):
        odd = ", ".join(sorted(set(shelves) ^ set(there)))
        raise TransferRefused(f"only one of backup and database has the tables {odd}")
    return [joined(shelf.table(), there[name]) for name, shelf in shelves.items()]
