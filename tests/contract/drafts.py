"""Models made up for a test, and the migrations that are written for them."""

from __future__ import annotations

import importlib
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.console.migrations.scratch import made_by
from app.console.migrations.source import lines
from pkg.database import Database
from pkg.migrate import Migrator
from pkg.migrate.diff import Choices, Difference, Plan, Shape, compare, plan, said, shapes_in
from pkg.migrate.diff.models import shapes_of
from tests.contract.migrations import migration

HEAD = """from __future__ import annotations

from tortoise import Model, fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
"""


def model(name: str, table: str, *body: str, meta: Sequence[str] = ()) -> str:
    """Answers the text of a model with an id, the lines *body* and those of its Meta."""
    lines = ["id: int = fields.BigIntField(primary_key=True)", *body, "", "class Meta:"]
    lines += [f"    {line}" for line in (f'table = "{table}"', *meta)]
    return f"\n\nclass {name}(Model):\n" + "".join(f"    {line}\n" for line in lines)


@dataclass(slots=True)
class Project:
    """A package of migrations that grows as its models change; *bare* tables have no model."""

    folder: Path
    package: str = field(default_factory=lambda: f"made_up_{secrets.token_hex(6)}")
    bare: tuple[str, ...] = ()
    imported: str = ""  # the module of the models that were described last

    def wanted(self, *models: str) -> dict[str, Shape]:
        """Answers what *models* ask for; they are imported, and nothing is opened."""
        self.imported = f"models_{secrets.token_hex(6)}"
        (self.folder / f"{self.imported}.py").write_text(HEAD + "".join(models))
        return self.described(self.imported)

    def described(self, name: str) -> dict[str, Shape]:
        """Answers what the models of the module *name* ask for."""
        return shapes_of(importlib.import_module(name))

    async def plan(self, *models: str, choices: Choices | None = None) -> Plan:
        """Answers the plan from what the migrations make to what *models* ask for."""
        return plan(self.wanted(*models), await made_by(self.package), choices, bare=self.bare)

    async def write(self, *models: str, choices: Choices | None = None) -> list[str]:
        """Writes the migrations that *models* need and answers their names."""
        made = await self.plan(*models, choices=choices)
        assert made.problems == ()
        names = []
        for file in made.files:
            count = len([*self.path.glob("0*.py")])
            names.append(f"{count + 1:04}_change")
            self.add(names[-1], migration(_body(lines(file.up)), _body(lines(file.down))))
        return names

    def add(self, stem: str, text: str) -> None:
        """Adds a migration of the test's own."""
        (self.path / f"{stem}.py").write_text(text)
        importlib.invalidate_caches()

    @property
    def path(self) -> Path:
        return self.folder / self.package

    def migrator(self, database: Database) -> Migrator:
        return Migrator(database, self.package)

    async def shapes(self, database: Database, names: Sequence[str]) -> dict[str, Shape]:
        """Answers what stands in *database*, in the words of the files *names*."""
        return await shapes_in(database, await said(self.package, names, database.dialect))

    async def drift(
        self, database: Database, wanted: Mapping[str, Shape], names: Sequence[str]
    ) -> list[Difference]:
        """Answers where *database*, with the files *names* applied, is not as *wanted*."""
        return compare(wanted, await self.shapes(database, names), bare=self.bare)


def _body(code: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in code.splitlines()) or "pass"


@contextmanager
def project(folder: Path) -> Iterator[Project]:
    """A project in *folder* without models or migrations; its modules are forgotten afterwards."""
    made = Project(folder)
    made.path.mkdir()
    (made.path / "__init__.py").touch()
    sys.path.insert(0, str(folder))
    try:
        yield made
    finally:
        sys.path.remove(str(folder))
        mine = [
            name
            for name, module in sys.modules.items()
            if str(getattr(module, "__file__", None) or "").startswith(str(folder))
        ]
        for name in mine:
            del sys.modules[name]
