"""Packages of migrations made up for a test."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent

HEAD = """from __future__ import annotations

from typing import Any

from pkg.migrate import Schema, table

RUN_IN_TRANSACTION = {in_transaction}
"""


def migration(up: str, down: str = "pass", *, in_transaction: bool = True) -> str:
    """Answers a file whose two scripts have *up* and *down* as their bodies, `schema` at hand."""
    parts = [HEAD.format(in_transaction=in_transaction)]
    for name, body in (("upgrade", up), ("downgrade", down)):
        parts.append(
            f"async def {name}(db: Any) -> str:\n    schema = Schema(db)\n"
            f"{indent(body, '    ')}\n    return schema.sql()\n"
        )
    return "\n\n".join(parts)


def statement(sql: str) -> str:
    """Answers the line of a body that adds *sql*."""
    return f"schema.run({sql!r})"


@contextmanager
def package(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    """The name of a package that holds *files*, by stem."""
    name = f"made_up_{secrets.token_hex(6)}"
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    for stem, text in files.items():
        (folder / name / f"{stem}.py").write_text(text)
    sys.path.insert(0, str(folder))
    try:
        yield name
    finally:
        sys.path.remove(str(folder))
        for module in [one for one in sys.modules if one.partition(".")[0] == name]:
            del sys.modules[module]
