"""Reads tables back."""

from __future__ import annotations

from importlib import import_module

from pkg.migrate.contract import Target
from pkg.migrate.inspect.found import FoundTable


async def read_tables(target: Target, *names: str) -> dict[str, FoundTable]:
    """Answers the tables *names*, or every one, by name and in its order; views are none.

    A name that no table has is left out.
    """
    reader = import_module(f"pkg.migrate.inspect.{target.dialect}")
    found: dict[str, FoundTable] = await reader.read(target)
    return {name: found[name] for name in sorted(found) if not names or name in names}
