"""All tables, and the uploads, into one file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pkg.transfer.archive import Pack, packed, written
from pkg.transfer.contract import Reader
from pkg.transfer.line import Sum
from pkg.transfer.manifest import Manifest, Shelf
from pkg.transfer.pages import Watch, pages
from pkg.transfer.table import Table, ordered


class Backup:
    """Writes tables as they are at one moment, then files; whoever writes is not held up."""

    def __init__(
        self, source: Reader, *, migrations: Sequence[str], at: datetime, watch: Watch
    ) -> None:
        self._source = source
        self._migrations = tuple(migrations)
        self._at = at
        self._watch = watch

    async def run(self, tables: Sequence[Table], path: Path, *, uploads: Path | None) -> Manifest:
        """Writes *tables* and what is below *uploads* to *path*, and answers what is in it.

        The uploads come after the rows: one that a row names is in the file, unless it was removed
        since.

        Raises:
            OSError: it cannot be written; nothing is left of it.
            TransferRefused: no restore could put these tables back, or a value is not what its
                column says; the message names it.
        """
        ordered(tables)  # as a restore will want them
        with written(path) as file, packed(file) as pack:
            async with self._source.snapshot():
                shelves = [await self._shelf(table, pack) for table in tables]
            manifest = Manifest(
                made_at=self._at,
                dialect=self._source.dialect,
                migrations=self._migrations,
                tables=tuple(shelves),
                uploads=pack.uploads(uploads, self._watch) if uploads else None,
            )
            pack.seal(manifest)
        return manifest

    async def _shelf(self, table: Table, pack: Pack) -> Shelf:
        total, of = Sum(), await self._source.count(table)
        with pack.table(table.name) as file:
            async for page in pages(self._source, table):
                file.write(b"\n".join([*page.lines, b""]))
                total.add(page.lines)
                self._watch("packs", table.name, total.rows, of)
        return Shelf(
            name=table.name,
            columns=tuple((one.name, one.kind, one.null) for one in table.columns),
            primary=table.key,
            rows=total.rows,
            checksum=total.checksum,
            counter=await self._source.counter(table),
        )
