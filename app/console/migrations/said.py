"""What the options of migrate:diff say."""

from __future__ import annotations

import re

from pkg.console import Exit, Stop
from pkg.migrate.diff import Rename, Shapes, read_value
from pkg.migrate.diff.values import Value

NAME = r"[a-z_][a-z0-9_]*"
TABLE = re.compile(rf"({NAME})=({NAME})")
COLUMN = re.compile(rf"({NAME})\.({NAME})=(?:({NAME})\.)?({NAME})")
DEFAULT = re.compile(rf"({NAME})\.({NAME})=(.*)", re.DOTALL)


def rename_of(text: str) -> Rename:
    """Reads `posts=articles`, `posts.title=headline` or `posts.title=posts.headline`.

    Raises:
        Stop: it is none of them.
    """
    if match := TABLE.fullmatch(text):
        return Rename(match[1], match[2])
    if match := COLUMN.fullmatch(text):
        return Rename(match[1], match[4], match[2])
    raise Stop(
        f"--rename {text}: write posts=articles for a table, posts.title=headline for a column",
        Exit.USAGE,
    )


def default_of(text: str, wanted: Shapes) -> tuple[tuple[str, str], Value]:
    """Reads `posts.rank=0`: what rows get in a column that models ask for.

    Raises:
        Stop: no model has that column, or it is no value for it.
    """
    match = DEFAULT.fullmatch(text)
    if match is None:
        raise Stop(f"--default {text}: write posts.rank=0", Exit.USAGE)
    table, name, value = match.groups()
    column = wanted[table].columns.get(name) if table in wanted else None
    if column is None:
        raise Stop(f"--default {text}: no model has {table}.{name}", Exit.USAGE)
    try:
        return (table, name), read_value(value, column)
    except ValueError as exc:
        raise Stop(f"--default {text}: {exc}", Exit.USAGE) from exc
