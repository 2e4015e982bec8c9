"""SQL is text in the source. Where some of it is put together, this says what goes in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.source import sources

SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+|IGNORE\s+)?INTO\s|UPDATE\s.+\sSET\s|DELETE\s+FROM\s"
    r"|WITH\s.+\sAS\s*\(|CREATE\s+\w+\s|DROP\s+\w+\s|ALTER\s+\w+\s|PRAGMA\s|WHERE\s|ORDER\s+BY\s)",
    re.IGNORECASE | re.DOTALL,
)
PUT_TOGETHER: Mapping[str, str] = {
    "app/console/migrations/copies.py": "the name of a database, drawn there",
    "app/console/migrations/source.py": "names, each through `checked`, and values read by type",
    "app/console/stress/place.py": "the name of a database, drawn there",
    "app/providers/cursors.py": "constants of this file, and a ? a value",
    "app/providers/log_sql.py": "constants of this file, and a ? a value",
    "app/providers/members.py": "a ? a value",
    "app/providers/places.py": "a ? a value",
    "app/providers/messages.py": "constants of this file, and a ? a value",
    "app/providers/sessions.py": "constants of this file, and a ? a value",
    "database/migrations/0003_stores.py": "a constant of this file",
    "database/seeders/insert.py": "names that the model gives, and a ? a value",
    "database/seeders/lobby.py": "a ? a value",
    "pkg/cache/drivers/dialects.py": "the table's name, which the container gives",
    "pkg/database/drivers/sqlite.py": "pragmas out of the config, which bounds them",
    "pkg/migrate/dialect.py": "names, each through `checked`",
    "pkg/migrate/drop.py": "names that the database answered, quoted",
    "pkg/migrate/dump/mysql.py": "names and statements that the database answered",
    "pkg/migrate/dump/postgres.py": "names and definitions that the database answered, quoted",
    "pkg/migrate/fill.py": "names, each through `checked`, and what the file itself says",
    "pkg/migrate/inspect/size.py": "names that the database answered, quoted",
    "pkg/migrate/invalid.py": "a name that the database answered",
    "pkg/migrate/trial/weigh.py": "names, each through `checked`, and numbers of this file",
    "pkg/migrate/rebuild.py": "names, each through `checked`",
    "pkg/migrate/rename.py": "names that the database answered, and texts of its own",
    "pkg/migrate/schema.py": "names, each through `checked`",
    "pkg/migrate/tabletext.py": "a table's own text, cut and put together again",
    "pkg/migrate/watch.py": "a name that `Rebuild` quoted",
    "pkg/migrate/whole.py": "names that the database answered, quoted",
    "pkg/transfer/drivers/mysql.py": "names, each through `checked`; a constant; a whole number",
    "pkg/transfer/drivers/sql.py": "names, each through `checked`, and a ? a value",
}


def made_of_parts(tree: ast.AST) -> Iterator[str]:
    """Answers every text under *tree* that is not one constant, its other parts as `_`."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr():
                parts = [p.value if isinstance(p, ast.Constant) else "_" for p in node.values]
                yield "".join(map(str, parts))
            case ast.BinOp(op=ast.Add() | ast.Mod()):
                yield f"{_constant(node.left)} _ "
            case ast.Call(func=ast.Attribute(attr="format" | "format_map" | "replace", value=text)):
                yield f"{_constant(text)} _ "
            case _:
                pass


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.rule(93)
def test_no_sql_is_put_together_but_where_it_says_of_what() -> None:
    found = {
        file.path for file in sources() for text in made_of_parts(file.tree) if SQL.match(text)
    }

    assert found == set(PUT_TOGETHER)


@pytest.mark.rule(93)
@pytest.mark.parametrize(
    "source",
    [
        "f\"SELECT * FROM users WHERE name = '{name}'\"",
        '"SELECT * FROM users WHERE name = " + name',
        '"SELECT * FROM users WHERE name = %s" % name',
        '"DELETE FROM users WHERE id = {}".format(id)',
        'f"ORDER BY {column}"',
        'f"\\n  update users set exp = {exp}"',
    ],
)
def test_the_rule_sees_sql_in_every_way_to_put_text_together(source: str) -> None:
    assert any(SQL.match(text) for text in made_of_parts(ast.parse(source)))


@pytest.mark.rule(93)
def test_nobody_goes_round_the_models_with_raw_text() -> None:
    raw = {"RawSQL", "raw"}
    found = [
        f"{file.path}:{node.lineno}"
        for file in sources()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in raw
    ]

    assert found == []
