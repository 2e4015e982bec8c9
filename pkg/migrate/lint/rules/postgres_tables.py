"""PostgreSQL: what is done to whole tables, types and rows, and in which transaction."""

from __future__ import annotations

from pkg.migrate.lint.act import Act
from pkg.migrate.lint.rule import Rule, Sight

EXCLUSIVE = "Nobody reads or writes the table meanwhile."
# Nothing else of these runs beside a reader.
TAKES_ALL = frozenset((
    "drop table", "rename table", "add column", "drop column", "rename column", "change type",
    "set not null", "drop not null", "set default", "drop default", "add primary", "add exclude",
    "add check", "drop constraint", "truncate", "security",
))  # fmt: skip
ROWS = ("insert", "update", "delete")


def _takes_all(act: Act, sight: Sight) -> bool:
    return act.kind in TAKES_ALL and not sight.is_new(act.table)


def _rows_under_lock(act: Act, sight: Sight) -> bool:
    return (
        act.kind in ROWS
        and sight.in_transaction
        and any(_takes_all(one, sight) for one in sight.before)
    )


def _second_table(act: Act, sight: Sight) -> bool:
    if not sight.in_transaction or not _takes_all(act, sight):
        return False
    locked = {one.table for one in sight.before if _takes_all(one, sight)}
    return bool(locked) and act.table not in locked


def _validated_at_once(act: Act, sight: Sight) -> bool:
    return (
        act.kind == "validate"
        and sight.in_transaction
        and any("NOT VALID" in one.options and one.table == act.table for one in sight.before)
    )


def _has_type(act: Act, type: str) -> bool:
    fields = [*act.fields, *([act.column] if act.column else [])]
    return act.kind in ("create table", "add column") and any(one.type == type for one in fields)


RULES = (
    Rule(
        code="PG113",
        databases=("postgres",),
        severity="error",
        title="A table moves to another tablespace or access method",
        found=lambda act, sight: (
            act.kind == "option" and act.name in ("TABLESPACE", "ACCESS METHOD")
        ),
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"All its bytes are copied. {EXCLUSIVE}",
        recipe="A new table made there, filled in slices; or in a maintenance window "
        "(`python main.py down`), without a migration.",
        source="PostgreSQL, ALTER TABLE, SET TABLESPACE",
    ),
    Rule(
        code="PG114",
        databases=("postgres",),
        severity="error",
        title="A table becomes logged or unlogged",
        found=lambda act, sight: act.kind == "option" and act.name in ("LOGGED", "UNLOGGED"),
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"The table is written anew. {EXCLUSIVE} An unlogged one is empty after a crash.",
        recipe="Make the table as it is to be; another store for what may be lost.",
        source="PostgreSQL, ALTER TABLE, SET LOGGED",
    ),
    Rule(
        code="PG115",
        databases=("postgres",),
        severity="error",
        title="VACUUM FULL or CLUSTER",
        found=lambda act, sight: (
            act.kind == "command"
            and (act.name == "CLUSTER" or (act.name == "VACUUM" and "FULL" in act.options))
        ),
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"The table is written anew. {EXCLUSIVE}",
        recipe="Plain `VACUUM`, outside of migrations; pg_repack where the space must come back.",
        source="PostgreSQL, VACUUM; CLUSTER",
    ),
    Rule(
        code="PG117",
        databases=("postgres",),
        severity="error",
        title="REINDEX while writers wait",
        found=lambda act, sight: (
            act.kind == "command" and act.name == "REINDEX" and "CONCURRENTLY" not in act.options
        ),
        lock="SHARE",
        work="build",
        why="Nobody writes to the table, and nobody reads by the index, until it is built.",
        recipe="`REINDEX .. CONCURRENTLY` in a file with `RUN_IN_TRANSACTION = False`.",
        source="PostgreSQL, REINDEX, Rebuilding Indexes Concurrently",
    ),
    Rule(
        code="PG118",
        databases=("postgres",),
        severity="warning",
        title="A materialized view is refreshed while its readers wait",
        found=lambda act, sight: (
            act.kind == "command" and act.name == "REFRESH" and "CONCURRENTLY" not in act.options
        ),
        lock="ACCESS EXCLUSIVE",
        why="Nobody reads the view until the query has run.",
        recipe="`REFRESH MATERIALIZED VIEW CONCURRENTLY`, which needs a unique index over it.",
        source="PostgreSQL, REFRESH MATERIALIZED VIEW",
    ),
    Rule(
        code="PG119",
        databases=("postgres",),
        severity="warning",
        title="A table is locked by hand",
        found=lambda act, sight: act.kind == "command" and act.name == "LOCK",
        lock="ACCESS EXCLUSIVE",
        work="instant",
        why="Unless it names a weaker mode, nobody reads or writes the table until the file ends.",
        recipe="Leave it out: each statement takes the lock it needs.",
        source="PostgreSQL, LOCK; 13.3.1 Table-Level Locks",
    ),
    Rule(
        code="PG120",
        databases=("postgres",),
        severity="warning",
        title="An enum gets a value in a transaction",
        found=lambda act, sight: (
            act.kind == "enum" and "ADD VALUE" in act.options and sight.in_transaction
        ),
        why="The value cannot be used before the transaction ends, and no enum gives one back, "
        "so the file has no way down.",
        recipe="`table.string` with a check instead of an enum; or a file of its own for the "
        "value, and its use in the next.",
        source="PostgreSQL, ALTER TYPE, Notes",
    ),
    Rule(
        code="PG121",
        databases=("postgres",),
        severity="error",
        title="A type is renamed or changed",
        found=lambda act, sight: act.kind == "enum" and not act.options & {"ADD VALUE", "OWNER"},
        why="The release before uses the old name or value and gets errors.",
        recipe="Add the new value, use both, move the rows, and leave the old value unused.",
        source="PostgreSQL, ALTER TYPE",
    ),
    Rule(
        code="PG122",
        databases=("postgres",),
        severity="warning",
        title="A trigger is made",
        found=lambda act, sight: act.kind == "trigger",
        lock="SHARE ROW EXCLUSIVE",
        work="instant",
        why="It is quick, but writers wait behind it as it waits for them; then it runs for each "
        "of their rows.",
        recipe="Code in an action, where it is seen and tested; else a quiet hour.",
        source="PostgreSQL, 13.3.1 Table-Level Locks",
    ),
    Rule(
        code="PG123",
        databases=("postgres",),
        severity="warning",
        title="A table is attached as a partition",
        found=lambda act, sight: act.kind == "partition" and "ATTACH" in act.options,
        lock="ACCESS EXCLUSIVE",
        work="scan",
        why="The lock is on the table that is attached, and on the default partition; all their "
        "rows are looked through, unless a check proves that they fit.",
        recipe="A check equal to the bounds first (`await schema.add_check(.., online=True)`), "
        "then ATTACH, then drop the check.",
        source="PostgreSQL, ALTER TABLE, ATTACH PARTITION",
    ),
    Rule(
        code="PG124",
        databases=("postgres",),
        severity="warning",
        title="A partition is detached while everybody waits",
        found=lambda act, sight: (
            act.kind == "partition"
            and "DETACH" in act.options
            and "CONCURRENTLY" not in act.options
        ),
        lock="ACCESS EXCLUSIVE",
        work="instant",
        why="It waits for every query on the whole table, and what comes after waits behind it.",
        recipe="`DETACH PARTITION .. CONCURRENTLY` in a file with `RUN_IN_TRANSACTION = False`.",
        source="PostgreSQL, ALTER TABLE, DETACH PARTITION; squawk, "
        "require-concurrent-partition-detach",
    ),
    Rule(
        code="PG125",
        databases=("postgres",),
        severity="error",
        title="A constraint is validated in the transaction that added it",
        found=_validated_at_once,
        lock="ACCESS EXCLUSIVE",
        work="scan",
        why="The strong lock of the addition is held while all rows are looked through, which NOT "
        "VALID was to avoid.",
        recipe="`online=True` in a file with `RUN_IN_TRANSACTION = False`, or VALIDATE in the "
        "file after.",
        source="PostgreSQL, ALTER TABLE, VALIDATE CONSTRAINT; squawk, constraint-missing-not-valid",
        everywhere=True,
    ),
    Rule(
        code="PG126",
        databases=("postgres",),
        severity="error",
        title="Rows change in a transaction that holds ACCESS EXCLUSIVE",
        found=_rows_under_lock,
        lock="ACCESS EXCLUSIVE",
        why="The lock of the ALTER TABLE before it is held until the last row is written.",
        recipe="Two files: the table in the first, its rows in the second.",
        source="strong_migrations, Backfilling data; PostgreSQL, 13.3.1 Table-Level Locks",
    ),
    Rule(
        code="PG127",
        databases=("postgres",),
        severity="notice",
        title="A second table is locked in one transaction",
        found=_second_table,
        lock="ACCESS EXCLUSIVE",
        why="Running code that uses the two in another order meets the migration in a deadlock, "
        "and one of them is ended.",
        recipe="A file for each table that is in use.",
        source="PostgreSQL, 13.3.4 Deadlocks",
    ),
    Rule(
        code="PG128",
        databases=("postgres",),
        severity="error",
        title="CASCADE",
        found=lambda act, sight: "CASCADE" in act.options,
        why="Views, references, policies and functions that depend on it go along unnamed; with "
        "TRUNCATE the rows of every table that refers to it.",
        recipe="Drop what depends on it by name, so that the file says it and can take it back.",
        source="PostgreSQL, Dependency Tracking; squawk, ban-truncate-cascade",
        everywhere=True,
    ),
    Rule(
        code="PG129",
        databases=("postgres",),
        severity="error",
        title="Row level security is turned on",
        found=lambda act, sight: act.kind == "security" and bool(act.options & {"ENABLE", "FORCE"}),
        lock="ACCESS EXCLUSIVE",
        work="instant",
        why="Without a policy nobody but the owner sees a row, and queries find nothing without "
        "an error.",
        recipe="The policies in the same file before it, tried with the role the server uses.",
        source="PostgreSQL, Row Security Policies",
    ),
    Rule(
        code="PG130",
        databases=("postgres",),
        severity="error",
        title="A domain gets a constraint, and every table that uses it is looked through",
        found=lambda act, sight: act.kind == "domain" and "ADD" in act.options,
        lock="SHARE",
        work="scan",
        why="Nobody writes to any of these tables meanwhile.",
        recipe="`ALTER DOMAIN .. ADD CONSTRAINT .. NOT VALID`, then VALIDATE in a later file; or "
        "`await schema.add_check` on the tables instead of a domain.",
        source="PostgreSQL, ALTER DOMAIN; squawk, ban-alter-domain-with-add-constraint",
    ),
    Rule(
        code="PG131",
        databases=("postgres",),
        severity="warning",
        title="A column of type json",
        found=lambda act, sight: _has_type(act, "JSON"),
        why="json has no equality, so SELECT DISTINCT, UNION and GROUP BY over the row fail.",
        recipe="`table.json`, which is jsonb here.",
        source="PostgreSQL, 8.14 JSON Types; strong_migrations, Adding a json column",
        everywhere=True,
    ),
    Rule(
        code="PG132",
        databases=("postgres",),
        severity="warning",
        title="CONCURRENTLY with IF NOT EXISTS",
        found=lambda act, sight: (
            act.kind == "add key" and {"CONCURRENTLY", "IF NOT EXISTS"} <= act.options
        ),
        why="A build that was broken off leaves an invalid index of that name. The next run takes "
        "it for the real one, and no query uses it.",
        recipe="Leave IF NOT EXISTS out, and `DROP INDEX CONCURRENTLY IF EXISTS` before it.",
        source="PostgreSQL, CREATE INDEX, Building Indexes Concurrently",
        everywhere=True,
    ),
    Rule(
        code="PG133",
        databases=("postgres",),
        severity="notice",
        title="A timestamp without time zone",
        found=lambda act, sight: _has_type(act, "TIMESTAMP"),
        why="It means another moment to each client that has another time zone.",
        recipe="`table.moment`.",
        source="PostgreSQL, 8.5.1.3 Time Stamps; squawk, prefer-timestamptz",
        everywhere=True,
    ),
)
