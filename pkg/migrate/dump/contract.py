"""A schema kept as a file: what a new database starts from instead of every migration."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pkg.migrate.contract import Dialect
from pkg.migrate.errors import MigrationFailed

HEAD = """\
-- The schema of {dialect} as these migrations leave it; a new database starts from here.
-- Written by `python main.py schema:dump`: run it again, change nothing by hand.
"""
STANDS_FOR = re.compile(r"^-- stands for (\w+) ([0-9a-f]{16})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dump:
    """The statements that make a schema, and the migrations they stand for with their digests."""

    dialect: Dialect
    stands_for: dict[str, str]
    statements: tuple[str, ...]

    def text(self) -> str:
        """Answers the file, as a client of the database reads it, too."""
        lines = [f"-- stands for {name} {digest}\n" for name, digest in self.stands_for.items()]
        body = "".join(f"\n{statement};\n" for statement in self.statements)
        return HEAD.format(dialect=self.dialect) + "".join(lines) + body


def digest_of(source: bytes) -> str:
    """Answers what tells a migration's file from a changed one, whatever ends its lines."""
    return hashlib.sha256(source.replace(b"\r\n", b"\n")).hexdigest()[:16]


def parted(text: str) -> tuple[dict[str, str], str]:
    """Cuts the file *text* into the migrations it stands for, and its statements.

    Raises:
        MigrationFailed: it names no migration.
    """
    head, _, body = text.partition("\n\n")
    if not (found := dict(STANDS_FOR.findall(head))):
        raise MigrationFailed("the schema file names no migration: run `schema:dump` again")
    return found, body


def refuse(what: Sequence[str]) -> None:
    """Stops where a schema has something that the dump could not say.

    Raises:
        MigrationFailed: it has.
    """
    if what:
        raise MigrationFailed(
            f"the schema holds what a dump cannot say: {', '.join(what)}; "
            "leave new databases to the migrations"
        )
