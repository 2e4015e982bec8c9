"""Reads PostgreSQL's tables from its catalogue: those of the current schema."""

from __future__ import annotations

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
    "smallint": "small", "integer": "integer", "bigint": "big", "boolean": "boolean",
    "double precision": "double", "numeric": "decimal", "character varying": "string",
    "text": "text", "bytea": "binary", "timestamp with time zone": "moment", "date": "date",
    "jsonb": "json", "uuid": "uuid",
}  # fmt: skip
ACTIONS = {
    "a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default",
}  # fmt: skip

COLUMNS = (
    "SELECT c.relname AS of_table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS raw, "
    "a.attnotnull AS filled, a.attidentity::text AS identity, a.attgenerated::text AS generated, "
    "pg_get_expr(d.adbin, d.adrelid) AS expression "
    "FROM pg_class c LEFT JOIN pg_attribute a "
    "ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "ORDER BY c.relname, a.attnum"
)
KEYS = (
    "SELECT c.relname AS of_table, i.relname AS name, x.indisunique AS is_unique, "
    "x.indisprimary AS is_primary, x.indpred IS NULL AND x.indexprs IS NULL AS plain, "
    "pg_get_indexdef(x.indexrelid) AS sql, "
    "ARRAY(SELECT coalesce(a.attname::text, '') "
    "FROM unnest(x.indkey::int[]) WITH ORDINALITY AS k(num, place) "
    "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num AND k.num > 0 "
    "WHERE k.place <= x.indnkeyatts ORDER BY k.place) AS columns "
    "FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "ORDER BY c.relname, i.relname"
)
CONSTRAINTS = (
    "SELECT c.relname AS of_table, o.conname AS name, o.contype::text AS kind, "
    "f.relname AS to_table, o.confdeltype::text AS on_delete, o.confupdtype::text AS on_update, "
    "ARRAY(SELECT a.attname::text FROM unnest(o.conkey) WITH ORDINALITY AS k(num, place) "
    "JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.num ORDER BY k.place) "
    "AS columns, "
    "ARRAY(SELECT a.attname::text FROM unnest(o.confkey) WITH ORDINALITY AS k(num, place) "
    "JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.num ORDER BY k.place) "
    "AS to_columns, "
    "CASE WHEN o.contype = 'c' THEN pg_get_expr(o.conbin, o.conrelid) END AS expression "
    "FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid "
    "LEFT JOIN pg_class f ON f.oid = o.confrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "AND o.contype IN ('f', 'c') ORDER BY c.relname, o.conname"
)
TRIGGERS = (
    "SELECT c.relname AS of_table, t.tgname AS name, pg_get_triggerdef(t.oid) AS sql "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "AND NOT t.tgisinternal ORDER BY c.relname, t.tgname"
)

Rows = list[dict[str, Any]]


async def read(target: Target) -> dict[str, FoundTable]:
    """Answers every table by name."""
    columns = _by_table(await target.fetch(COLUMNS))
    keys = _by_table(await target.fetch(KEYS))
    constraints = _by_table(await target.fetch(CONSTRAINTS))
    triggers = _by_table(await target.fetch(TRIGGERS))
    return {
        name: FoundTable(
            name=name,
            columns=tuple(_column(row) for row in rows if row["name"]),
            primary=next((tuple(row["columns"]) for row in keys[name] if row["is_primary"]), ()),
            keys=tuple(_key(row) for row in keys[name] if not row["is_primary"]),
            references=tuple(_reference(row) for row in constraints[name] if row["kind"] == "f"),
            checks=tuple(
                FoundCheck(row["name"], bare(row["expression"]))
                for row in constraints[name]
                if row["kind"] == "c"
            ),
            triggers=tuple(FoundTrigger(row["name"], row["sql"]) for row in triggers[name]),
        )
        for name, rows in columns.items()
    }


def _by_table(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row["of_table"]].append(row)
    return found


def _column(row: dict[str, Any]) -> FoundColumn:
    kind, length, scale = kind_of(row["raw"], TYPES)
    expression = row["expression"]
    if kind == "big" and (row["identity"] or str(expression).startswith("nextval(")):
        kind, expression = "id", None
    return FoundColumn(
        name=row["name"],
        kind=kind,
        raw=row["raw"],
        length=length,
        scale=scale,
        null=not row["filled"],
        default=default_of(expression, kind, "postgres"),
        expression=expression,
        generated=bool(row["generated"]),
    )


def _key(row: dict[str, Any]) -> FoundKey:
    return FoundKey(row["name"], tuple(row["columns"]), row["is_unique"], row["plain"], row["sql"])


def _reference(row: dict[str, Any]) -> FoundReference:
    return FoundReference(
        name=row["name"],
        columns=tuple(row["columns"]),
        table=row["to_table"],
        to=tuple(row["to_columns"]),
        on_delete=ACTIONS[row["on_delete"]],
        on_update=ACTIONS[row["on_update"]],
    )
