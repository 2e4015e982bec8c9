"""What is wrong with a statement whatever it is about, on every database."""

from __future__ import annotations

from collections.abc import Mapping

from pkg.migrate.ledger import TABLES
from pkg.migrate.lint.act import Act, Kind
from pkg.migrate.lint.rule import DATABASES, Database, Rule, Sight

MYSQL_OPTIONS = ("ENGINE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "CONVERT", "AUTO_INCREMENT", "FORCE")
# The kinds of statements that a database does not have.
ABSENT: Mapping[Database, frozenset[Kind]] = {
    "sqlite": frozenset((
        "set not null", "drop not null", "set default", "drop default", "change type", "redefine",
        "add primary", "drop primary", "add exclude", "drop constraint", "drop foreign",
        "validate", "option", "partition", "security", "truncate", "domain", "enum",
        "drop database",
    )),
    "postgres": frozenset(("redefine", "drop primary", "drop foreign")),
    "mysql": frozenset((
        "set not null", "drop not null", "change type", "validate", "add exclude", "security",
        "enum", "domain",
    )),
}  # fmt: skip
COMMANDS: Mapping[Database, frozenset[str]] = {
    "sqlite": frozenset(("CLUSTER", "REFRESH", "LOCK", "UNLOCK", "OPTIMIZE")),
    "postgres": frozenset(("OPTIMIZE", "UNLOCK")),
    "mysql": frozenset(("VACUUM", "CLUSTER", "REINDEX", "REFRESH")),
}


def foreign_speech(act: Act, sight: Sight) -> bool:
    """Tells whether the database has no such statement."""
    database: Database = "mysql" if sight.database == "mariadb" else sight.database
    if "REBUILD" in act.options:
        return False
    if act.kind in ABSENT[database] or (act.kind == "command" and act.name in COMMANDS[database]):
        return True
    if database != "mysql" and act.options & {"ADD INDEX", "ON"}:
        return True
    if database == "sqlite":
        constraint = act.kind in ("add foreign", "add check", "add key")
        named = act.kind != "add key" or "CONSTRAINT" in act.options
        return "CONCURRENTLY" in act.options or (
            constraint and named and "INLINE" not in act.options
        )
    if database == "postgres":
        mysql_option = act.kind == "option" and act.name in MYSQL_OPTIONS
        return mysql_option or bool(act.options & {"FULLTEXT", "SPATIAL"})
    no_table = act.kind == "drop key" and "ON" not in act.options
    return no_table or bool(act.options & {"CONCURRENTLY", "NOT VALID", "USING INDEX"})


def _small_key(act: Act, sight: Sight) -> bool:
    keyed = {column for part in act.parts if part.kind == "add primary" for column in part.columns}
    small = ("INTEGER", "SMALLINT", "SERIAL", "SMALLSERIAL")
    return act.kind == "create table" and any(
        field.type in small and ("PRIMARY" in field.marks or keyed == {field.name})
        for field in act.fields
    )


def _unindexed(act: Act, sight: Sight) -> bool:
    if act.kind == "create table":
        keys = [part.columns for part in act.parts if part.kind in ("add primary", "add key")]
        keys += [(one.name,) for one in act.fields if one.marks & {"PRIMARY", "UNIQUE"}]
        wanted = [part.columns for part in act.parts if part.kind == "add foreign"]
        wanted += [(one.name,) for one in act.fields if one.to]
    elif act.kind == "add foreign":
        known = sight.tables.get(act.table)
        keys = [*known.keys.values(), known.primary] if known else []
        wanted = [act.columns]
    else:
        return False
    keys += [one.columns for one in sight.after if one.kind == "add key" and one.table == act.table]
    return any(all(key[: len(columns)] != columns for key in keys) for columns in wanted)


RULES = (
    Rule(
        code="DB014",
        databases=("postgres", "mysql", "mariadb"),
        severity="warning",
        title="A primary key of 32 bits or fewer",
        found=_small_key,
        why="It runs out after 2,147,483,647 rows, deleted ones included, and widening it then "
        "writes the table and all that refers to it anew.",
        recipe="`table.id()`, which has 64 bits everywhere; `table.big` for what refers to it.",
        source="squawk, prefer-bigint-over-int; PostgreSQL, 8.1 Numeric Types",
        everywhere=True,
    ),
    Rule(
        code="DB016",
        databases=("sqlite", "postgres"),
        severity="warning",
        title="A reference without an index",
        found=_unindexed,
        why="Each deleted or renumbered row of the table referred to looks through all rows of "
        "this one. InnoDB makes the index by itself, these two do not.",
        recipe="`await schema.add_foreign`, or `table.foreign` in `schema.create_table`: both "
        "bring the index. For SQL of your own, `schema.add_key` over the column before it.",
        source="PostgreSQL, 5.5.5 Foreign Keys; SQLite, Foreign Key Support, 3",
        everywhere=True,
    ),
    Rule(
        code="DB019",
        databases=DATABASES,
        severity="warning",
        title="A table is made only if it is not there",
        found=lambda act, sight: (
            act.kind == "create table"
            and "IF NOT EXISTS" in act.options
            and act.table not in TABLES  # the runner's own, which `track` makes
        ),
        why="A table of that name and another shape stays as it is, and the file counts as "
        "applied.",
        recipe="`schema.create_table`: it fails where something is in the way, and says what.",
        source="PostgreSQL, CREATE TABLE, IF NOT EXISTS",
        everywhere=True,
    ),
    Rule(
        code="DB901",
        databases=DATABASES,
        severity="error",
        title="This database has no such statement",
        found=foreign_speech,
        why="The migration fails there.",
        recipe="The builder's verb, which is spelled for each database; or `schema.run_on` with a "
        "statement for each.",
        source="PostgreSQL, SQL Commands; MySQL 8.4, 15 SQL Statements; SQLite, SQL Features Not "
        "Implemented",
        everywhere=True,
    ),
    Rule(
        code="DB902",
        databases=DATABASES,
        severity="warning",
        title="A statement that was not understood",
        found=lambda act, sight: act.kind == "unread",
        why="Nothing is known of what it locks, rewrites or loses.",
        recipe="Look at it yourself, then allow DB902 in the file, with what you found.",
        source="",
        everywhere=True,
    ),
    Rule(
        code="DB903",
        databases=DATABASES,
        severity="warning",
        title="An allowance that names no rule, gives no reason, or is not needed",
        found=lambda act, sight: False,  # of comments, which no statement has
        why="It hides nothing, or will hide something that nobody has looked at.",
        recipe="`# lint: allow CODE reason`, in or above the statement; above everything for the "
        "whole file.",
        source="",
    ),
    Rule(
        code="DB904",
        databases=DATABASES,
        severity="warning",
        title="A file that cannot be heard out without a database",
        found=lambda act, sight: False,  # of files that raise
        why="It reads rows and cannot go on without them, so nothing of it was judged.",
        recipe="Let it do nothing where it finds no row, as on an empty database.",
        source="",
    ),
)
