"""Has an empty database start from the dump instead of every migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pkg.migrate.contract import Target
from pkg.migrate.dump.contract import digest_of, parted
from pkg.migrate.dump.writer import path_of
from pkg.migrate.errors import MigrationFailed
from pkg.migrate.files import File, Files
from pkg.migrate.journal import Journal
from pkg.migrate.ledger import TABLES, table_names

NAME = "schema"  # what the dump is called among the files that ran


async def started(target: Target, files: Files, pending: Sequence[File]) -> list[File]:
    """Answers what is to run: on an empty database the dump in place of the files it stands for.

    Raises:
        MigrationFailed: a file has changed, or is gone, since the dump was written.
    """
    path = path_of(files.package, target.dialect)
    if not pending or not path.exists() or not await _is_empty(target):
        return [*pending]
    told, script = parted(path.read_text(encoding="utf-8"))
    replaced, rest = pending[: len(told)], pending[len(told) :]
    now = {file.name: digest_of(files.source(file.name)) for file in replaced}
    if now != told:
        other = next(name for name in {**told, **now} if told.get(name) != now.get(name))
        raise MigrationFailed(
            f"{path.name} was written before {other} changed or went: run `schema:dump` again on "
            "a database that the migrations made, or delete it"
        )
    return [_as_file(script, replaced), *rest]


async def _is_empty(target: Target) -> bool:
    tables = [name for name in await table_names(target) if name not in TABLES]
    # a run that stopped half-way, where no transaction takes it back, goes on
    return not tables or bool((await Journal(target, NAME, "up").read())[0])


def _as_file(script: str, files: Sequence[File]) -> File:
    async def upgrade(db: Any) -> str:
        return script

    async def downgrade(db: Any) -> str:
        raise MigrationFailed("a dump is not taken back: its migrations are, one by one")

    return File(
        name=NAME,
        upgrade=upgrade,
        downgrade=downgrade,
        in_transaction=True,
        models_state=None,
        stands_for=tuple(files),
    )
