"""Reads MySQL's and MariaDB's tables from information_schema: those of the current database."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from pkg.migrate.contract import Target
from pkg.migrate.inspect.found import (
    FoundCheck,
    FoundColumn,
    FoundKey,
    FoundReference,
    FoundTable,
    FoundTrigger,
)
from pkg.migrate.inspect.words import bare, default_of, kind_of
from pkg.migrate.table import Kind

TYPES: dict[str, Kind] = {
    "smallint": "small", "int": "integer", "bigint": "big", "tinyint(1)": "boolean",
    "double": "double", "decimal": "decimal", "varchar": "string", "mediumtext": "text",
    "mediumblob": "binary", "datetime(6)": "moment", "date": "date", "json": "json",
    "char(36)": "uuid",
}  # fmt: skip
WIDTH = re.compile(r"^(smallint|int|bigint)\(\d+\)$")  # MariaDB says how wide a number is shown

# Every name is given in small letters: MySQL 8 answers information_schema's in capitals. Each side
# of a join says which database, not that it is the other's: or MariaDB opens the tables of all, and
# warns of each that somebody is changing.
TABLES = (
    "SELECT table_name AS of_table FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
)
COLUMNS = (
    "SELECT table_name AS of_table, column_name AS name, column_type AS raw, "
    "is_nullable AS nullable, column_default AS expression, extra AS extra "
    "FROM information_schema.columns WHERE table_schema = DATABASE() "
    "ORDER BY table_name, ordinal_position"
)
KEYS = (
    "SELECT table_name AS of_table, index_name AS name, non_unique AS non_unique, "
    "column_name AS column_name, sub_part AS sub_part "
    "FROM information_schema.statistics WHERE table_schema = DATABASE() "
    "ORDER BY table_name, index_name, seq_in_index"
)
REFERENCES = (
    "SELECT k.table_name AS of_table, k.constraint_name AS name, k.column_name AS column_name, "
    "k.referenced_table_name AS to_table, k.referenced_column_name AS to_column, "
    "r.delete_rule AS on_delete, r.update_rule AS on_update "
    "FROM information_schema.key_column_usage k "
    "JOIN information_schema.referential_constraints r "
    "ON r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
    "WHERE k.table_schema = DATABASE() AND r.constraint_schema = DATABASE() "
    "AND k.referenced_table_name IS NOT NULL "
    "ORDER BY k.table_name, k.constraint_name, k.ordinal_position"
)
CHECKS = (
    "SELECT t.table_name AS of_table, c.constraint_name AS name, c.check_clause AS expression "
    "FROM information_schema.check_constraints c "
    "JOIN information_schema.table_constraints t "
    "ON t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK' {and_table}"
    "WHERE c.constraint_schema = DATABASE() AND t.constraint_schema = DATABASE() "
    "AND t.table_schema = DATABASE() ORDER BY t.table_name, c.constraint_name"
)
TRIGGERS = (
    "SELECT event_object_table AS of_table, trigger_name AS name, "
    "CONCAT(action_timing, ' ', event_manipulation, ' ', action_statement) AS body "
    "FROM information_schema.triggers WHERE event_object_schema = DATABASE() "
    "ORDER BY event_object_table, trigger_name"
)

Rows = list[dict[str, Any]]


async def read(target: Target) -> dict[str, FoundTable]:
    """Answers every table by name."""
    is_maria = "maria" in (await target.fetch("SELECT version() AS v"))[0]["v"].lower()
    tables = [row["of_table"] for row in await target.fetch(TABLES)]
    columns = _by_table(await target.fetch(COLUMNS))
    keys = _by_table(await target.fetch(KEYS))
    references = _by_table(await target.fetch(REFERENCES))
    # A check's name is one of a table's on MariaDB, and of the database's on MySQL.
    one_of = "AND t.table_name = c.table_name " if is_maria else ""
    checks = _by_table(await target.fetch(CHECKS.format(and_table=one_of)))
    triggers = _by_table(await target.fetch(TRIGGERS))
    return {
        name: FoundTable(
            name=name,
            columns=tuple(
                _column(row, is_json=_is_json(row, checks[name]), is_maria=is_maria)
                for row in columns[name]
            ),
            primary=tuple(row["column_name"] for row in keys[name] if row["name"] == "PRIMARY"),
            keys=_keys(keys[name]),
            references=_references(references[name]),
            checks=tuple(
                FoundCheck(row["name"], bare(row["expression"]))
                for row in checks[name]
                if row["expression"] != f"json_valid(`{row['name']}`)"
            ),
            triggers=tuple(FoundTrigger(row["name"], row["body"]) for row in triggers[name]),
        )
        for name in tables
    }


def _by_table(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row["of_table"]].append(row)
    return found


def _is_json(row: dict[str, Any], checks: Rows) -> bool:
    # MariaDB's JSON is text with a check of the column's name
    said = f"json_valid(`{row['name']}`)"
    return row["raw"] == "longtext" and any(check["expression"] == said for check in checks)


def _column(row: dict[str, Any], *, is_json: bool, is_maria: bool) -> FoundColumn:
    raw = "json" if is_json else row["raw"]
    kind, length, scale = kind_of(WIDTH.sub(r"\1", raw), TYPES)
    if kind == "big" and "auto_increment" in row["extra"].lower():
        kind = "id"
    expression = row["expression"]
    if is_maria and expression == "NULL":
        expression = None
    elif not is_maria and expression is not None and "DEFAULT_GENERATED" not in row["extra"]:
        expression = _quoted(expression)  # MySQL says a literal without its quotes
    return FoundColumn(
        name=row["name"],
        kind=kind,
        raw=raw,
        length=length,
        scale=scale,
        null=row["nullable"] == "YES",
        default=default_of(expression, kind, "mysql"),
        expression=expression,
        generated=bool(re.search(r"\b(STORED|VIRTUAL|PERSISTENT)\b", row["extra"])),
    )


def _quoted(literal: str) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?", literal):
        return literal
    return "'" + literal.replace("'", "''") + "'"


def _keys(rows: Rows) -> tuple[FoundKey, ...]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        if row["name"] != "PRIMARY":
            found[row["name"]].append(row)
    return tuple(
        FoundKey(
            name=name,
            columns=tuple(part["column_name"] or "" for part in parts),
            unique=not parts[0]["non_unique"],
            plain=all(part["column_name"] and part["sub_part"] is None for part in parts),
        )
        for name, parts in found.items()
    )


def _references(rows: Rows) -> tuple[FoundReference, ...]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row["name"]].append(row)
    return tuple(
        FoundReference(
            name=name,
            columns=tuple(part["column_name"] for part in parts),
            table=parts[0]["to_table"],
            to=tuple(part["to_column"] for part in parts),
            on_delete=parts[0]["on_delete"].lower(),
            # InnoDB's default, which it calls by the other name
            on_update=parts[0]["on_update"].lower().replace("restrict", "no action"),
        )
        for name, parts in found.items()
    )
