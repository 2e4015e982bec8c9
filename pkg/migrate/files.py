"""The migration files of a package: found, put in order, loaded."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from pkg.migrate.errors import UnknownMigration

STEM = re.compile(r"(\d+)_\w+")  # 0001_tables, as aerich names its files
Script = Callable[[Any], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class File:
    """One migration; its two scripts turn a connection into SQL, as aerich has them."""

    name: str
    upgrade: Script
    downgrade: Script
    in_transaction: bool
    models_state: str | None  # aerich's snapshot of the models, where the file has one
    stands_for: tuple[File, ...] = ()  # of a dump: what it leaves undone and records as applied


class Files:
    """The files of *package*, such as `database.migrations`."""

    def __init__(self, package: str) -> None:
        self.package = package

    def names(self) -> list[str]:
        """Answers every file's name without its ending, in the order they apply."""
        found = [module.name for module in iter_modules(import_module(self.package).__path__)]
        return sorted((name for name in found if STEM.fullmatch(name)), key=order)

    def source(self, name: str) -> bytes:
        """Answers what stands in the file *name*."""
        return (Path(import_module(self.package).__path__[0]) / f"{name}.py").read_bytes()

    def load(self, name: str) -> File:
        """Imports the file *name*.

        Raises:
            UnknownMigration: it is not there, or lacks one of its two scripts.
        """
        try:
            module = import_module(f"{self.package}.{name}")
        except ModuleNotFoundError as exc:
            if exc.name != f"{self.package}.{name}":
                raise
            raise UnknownMigration(f"there is no file {name}.py in {self.package}") from exc
        for script in ("upgrade", "downgrade"):
            if not hasattr(module, script):
                raise UnknownMigration(f"{name}.py has no `async def {script}(db) -> str`")
        return File(
            name=name,
            upgrade=module.upgrade,
            downgrade=module.downgrade,
            in_transaction=getattr(module, "RUN_IN_TRANSACTION", True),
            models_state=getattr(module, "MODELS_STATE", None),
        )


def order(name: str) -> tuple[int, str]:
    """Answers where *name* stands among the others: by number, then by name."""
    return int(name.partition("_")[0]), name
