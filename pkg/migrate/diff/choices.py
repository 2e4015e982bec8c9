"""What whoever asks for a migration has to say, because no comparison can know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pkg.migrate.diff.values import Value


@dataclass(frozen=True, slots=True)
class Rename:
    """A table, or with *column* a column of it, is called *to* from now on."""

    table: str
    to: str
    column: str = ""

    @property
    def said(self) -> str:
        """Answers it as the console is told: `posts=articles`, `posts.title=headline`."""
        return f"{self.table}{f'.{self.column}' if self.column else ''}={self.to}"


@dataclass(frozen=True, slots=True)
class Choices:
    """What was said. *fills*: by table and column, what rows get that have nothing there."""

    renames: tuple[Rename, ...] = ()
    apart: frozenset[Rename] = frozenset()  # they look like renames and are none
    fills: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    drop: bool = False
    split: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing is written yet, and what to say about it."""

    kind: Literal["rename", "drop", "null", "hand"]
    text: str
    recipe: str
    rename: Rename | None = None  # the one it looks like
