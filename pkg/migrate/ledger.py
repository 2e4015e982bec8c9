"""What has been applied: aerich's own table, and the batches beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pkg.migrate import table as t
from pkg.migrate.contract import Target
from pkg.migrate.files import File, order
from pkg.migrate.schema import Schema

ONE_AT_A_TIME = (
    0x7061726C6579  # "parley": the advisory locks of a server share one space of numbers
)
TABLES = ("aerich", "migration_batches", "migration_journal", "migration_lock")


@dataclass(frozen=True, slots=True)
class Applied:
    """One migration that stands in the database."""

    name: str
    batch: int
    at: datetime


class Ledger:
    """Reads and writes the two tables; the writes belong into the migration's own transaction.

    *app* is the name of the Tortoise app, as aerich records it.
    """

    def __init__(self, target: Target, *, app: str = "models") -> None:
        self._target = target
        self._app = app

    async def ensure(self) -> None:
        """Makes the tables that are missing; two nodes may do so at once."""
        there = await table_names(self._target)
        if missing := [table for table in TABLES if table not in there]:
            async with self._target.transaction():
                await self._make(missing)

    async def _make(self, tables: list[str]) -> None:
        if self._target.dialect == "postgres":
            # IF NOT EXISTS looks before it makes: of two at once one is refused in the catalogue
            await self._target.fetch("SELECT pg_advisory_xact_lock(?)", [ONE_AT_A_TIME])
        for table in tables:
            for statement in self._target.cut(_table(self._target, table)):
                bare = statement.replace("IF NOT EXISTS ", "", 1)
                await self._target.execute(
                    bare.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)
                )

    async def read(self) -> list[Applied]:
        """Answers what is applied, in the order of the files."""
        rows = await self._target.fetch(
            "SELECT a.version, b.batch, b.applied_at FROM aerich a "
            "LEFT JOIN migration_batches b ON b.name = a.version WHERE a.app = ?",
            [self._app],
        )
        found = [
            Applied(
                name=row["version"].removesuffix(".py"),
                batch=row["batch"] or 0,  # applied by aerich itself
                at=datetime.fromtimestamp(row["applied_at"] or 0, UTC),
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: order(one.name))

    async def add(self, file: File, *, batch: int, at: datetime) -> None:
        """Records *file* as applied, in aerich's table with the content aerich would write."""
        version = f"{file.name}.py"
        await self._target.execute(
            "INSERT INTO aerich (version, app, content) VALUES (?, ?, ?)",
            [version, self._app, _content(file)],
        )
        await self._target.execute(
            "INSERT INTO migration_batches (name, batch, applied_at) VALUES (?, ?, ?)",
            [version, batch, int(at.timestamp())],
        )

    async def remove(self, name: str) -> None:
        """Records that *name* is undone."""
        version = f"{name}.py"
        await self._target.execute(
            "DELETE FROM aerich WHERE version = ? AND app = ?", [version, self._app]
        )
        await self._target.execute("DELETE FROM migration_batches WHERE name = ?", [version])


async def table_names(target: Target) -> list[str]:
    """Answers the names of all tables, ours and the tracking ones."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        "postgres": "SELECT tablename AS name FROM pg_tables "
        "WHERE schemaname = current_schema() ORDER BY tablename",
        "mysql": "SELECT table_name AS name FROM information_schema.tables "
        "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name",
    }[target.dialect]
    return [row["name"] for row in await target.fetch(sql)]


def _table(target: Target, table: str) -> str:
    schema = Schema(target.connection)
    if table == "aerich":
        schema.track()
    elif table == "migration_batches":
        schema.create_table(
            table, t.string("name"), t.integer("batch"), t.big("applied_at"), t.primary("name")
        )
    elif table == "migration_journal":
        schema.create_table(
            table,
            *(t.string("name"), t.string("direction", 4), t.string("kind", 4)),
            *(t.integer("position"), t.string("state", 8), t.string("digest", 64), t.text("said")),
            t.primary("name", "direction", "kind", "position"),
        )
    else:
        schema.create_table(
            table,
            *(t.string("name", 32), t.string("owner", 190), t.big("since"), t.big("expires_at")),
            t.primary("name"),
        )
    return schema.sql()


def _content(file: File) -> str:
    from aerich.coder import encoder  # noqa: PLC0415  vendor: brings a second click along
    from aerich.utils import decompress_dict  # noqa: PLC0415  vendor: the same

    return str(encoder(decompress_dict(file.models_state) if file.models_state else {}))
