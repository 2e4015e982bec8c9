"""A table in the builder's words: what models ask for and what migrations make, comparable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from pkg.migrate.diff.values import Value
from pkg.migrate.table import Check, Column, Key, Reference

LONGEST = 63


@dataclass(frozen=True, slots=True)
class Shape:
    """A table. Keys named by their columns have no *name*, and follow what is renamed.

    *loose*: columns whose default it does not speak of. *fills*: what rows get in a new column
    whose default only Python knows. *beyond*: what the builder has no word for, by column where it
    is one; it is told to whoever wants to drop it, and never compared.
    """

    name: str
    columns: Mapping[str, Column]
    primary: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    loose: frozenset[str] = frozenset()
    fills: Mapping[str, Value] = field(default_factory=dict)
    beyond: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, to: str) -> Shape:
        """Answers it under the name *to*."""
        return replace(self, name=to)

    def with_column_renamed(self, column: str, to: str) -> Shape:
        """Answers it with *column* called *to*, in keys and references too."""

        def now(name: str) -> str:
            return to if name == column else name

        return replace(
            self,
            columns={now(name): replace(one, name=now(name)) for name, one in self.columns.items()},
            primary=tuple(map(now, self.primary)),
            keys=tuple(replace(key, columns=tuple(map(now, key.columns))) for key in self.keys),
            references=tuple(replace(one, column=now(one.column)) for one in self.references),
        )

    def referring_to(self, old: str, new: str) -> Shape:
        """Answers it with references to the table *old* going to *new*."""
        return replace(
            self,
            references=tuple(
                replace(one, table=new) if one.table == old else one for one in self.references
            ),
        )

    def referring_to_column(self, table: str, old: str, new: str) -> Shape:
        """Answers it with references to the column *old* of *table* going to *new*."""
        return replace(
            self,
            references=tuple(
                replace(one, to=new) if (one.table, one.to) == (table, old) else one
                for one in self.references
            ),
        )


Shapes = Mapping[str, Shape]


def key(table: str, kind: str, *columns: str, name: str = "") -> Key:
    """Answers an index or a unique key; one whose own name would be too long is given another."""
    derived = "_".join((table, *columns, kind))
    if name == derived:
        name = ""
    if not name and len(derived) > LONGEST:
        name = f"{derived[: LONGEST - 9]}_{sha256(derived.encode()).hexdigest()[:8]}"
    return Key(columns, "unique" if kind == "unique" else "index", name)


def covered(shape: Shape, reference: Reference) -> bool:
    """Tells whether a key or the primary key begins with the column of *reference*."""
    begins = {one.columns[0] for one in shape.keys} | set(shape.primary[:1])
    return reference.column in begins
