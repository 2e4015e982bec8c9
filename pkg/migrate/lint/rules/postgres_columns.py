"""PostgreSQL: what a change of a column or a key locks and writes anew."""

from __future__ import annotations

import re

from pkg.migrate.lint.act import Act
from pkg.migrate.lint.rule import Rule, Sight
from pkg.migrate.lint.rules.everywhere import becomes_required
from pkg.migrate.lint.types import written_anew

ALTER = "PostgreSQL, ALTER TABLE, Notes"
EXCLUSIVE = "Nobody reads or writes the table meanwhile."
# Stable within a statement, so one value does for all rows that are there.
STABLE = re.compile(
    r"CURRENT_\w+|LOCALTIME\w*|NOW|TRANSACTION_TIMESTAMP|STATEMENT_TIMESTAMP|TO_\w+|UPPER|LOWER"
)
CALL = re.compile(r"([A-Z_]\w*) \(")


def _volatile(act: Act, sight: Sight) -> bool:
    default = act.column.default if act.kind == "add column" and act.column else None
    calls = CALL.findall(default.upper()) if default else []
    return any(not STABLE.fullmatch(call) for call in calls)


def _rewrites(act: Act, sight: Sight) -> bool:
    if act.kind != "change type" or act.column is None:
        return False
    old = sight.column(act)
    return old is None or written_anew(old, act.column, act.to)


def _scanned_for_nulls(act: Act, sight: Sight) -> bool:
    known = sight.tables.get(act.table)
    proof = f"{act.name} IS NOT NULL".upper()
    proven = known is not None and any(proof == one.upper() for one in known.checks.values())
    return becomes_required(act, sight) and not proven


RULES = (
    Rule(
        code="PG101",
        databases=("postgres",),
        severity="error",
        title="A column is added whose default differs from row to row",
        found=_volatile,
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"Each row gets its own value, so the table is written anew. {EXCLUSIVE}",
        recipe="Add the column without a default, set the default in a statement of its own "
        "(`ALTER COLUMN .. SET DEFAULT`), and fill the rows in slices.",
        source=ALTER,
    ),
    Rule(
        code="PG102",
        databases=("postgres",),
        severity="error",
        title="A stored generated column is added",
        found=lambda act, sight: (
            act.kind == "add column" and act.column is not None and "STORED" in act.column.marks
        ),
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"Its value is computed for every row, and the table written anew. {EXCLUSIVE}",
        recipe="A plain column, filled in slices and kept by the code or a trigger; or a view.",
        source=ALTER,
    ),
    Rule(
        code="PG103",
        databases=("postgres",),
        severity="error",
        title="A serial or identity column is added",
        found=lambda act, sight: (
            act.kind == "add column"
            and act.column is not None
            and bool(act.column.marks & {"SERIAL", "IDENTITY"})
        ),
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"Every row draws a number, and the table is written anew. {EXCLUSIVE}",
        recipe="`table.big(.., null=True)` first, fill it from a sequence in slices, then set the "
        "default to the sequence.",
        source="squawk, adding-serial-primary-key-field; " + ALTER,
    ),
    Rule(
        code="PG104",
        databases=("postgres",),
        severity="error",
        title="A column gets a type that is stored otherwise",
        found=_rewrites,
        lock="ACCESS EXCLUSIVE",
        work="rewrite",
        why=f"The table and its indexes are written anew. {EXCLUSIVE} A longer VARCHAR, VARCHAR to "
        "TEXT and more digits before the point are not written anew.",
        recipe="`schema.add_column` a second column of the new type, write to both, fill it in "
        "slices, read the new one, and drop the old one in a later release.",
        source=ALTER,
    ),
    Rule(
        code="PG105",
        databases=("postgres",),
        severity="error",
        title="NOT NULL is set, and all rows are looked through",
        found=_scanned_for_nulls,
        lock="ACCESS EXCLUSIVE",
        work="scan",
        why=f"{EXCLUSIVE} Where a valid check proves that there is no null, no row is looked at.",
        recipe='`await schema.add_check(.., table.check(.., "n IS NOT NULL"), online=True)` '
        "in one file, `await schema.change_column` in the next, then drop the check.",
        source="PostgreSQL, ALTER TABLE, SET NOT NULL",
    ),
    Rule(
        code="PG106",
        databases=("postgres",),
        severity="error",
        title="An index is built while writers wait",
        found=lambda act, sight: (
            act.kind == "add key" and not act.options & {"CONCURRENTLY", "CONSTRAINT"}
        ),
        lock="SHARE",
        work="build",
        why="Nobody writes to the table until every row has been read and sorted.",
        recipe="`schema.add_key(.., online=True)`, in a file of its own that says "
        "`RUN_IN_TRANSACTION = False`.",
        source="PostgreSQL, CREATE INDEX, Building Indexes Concurrently",
    ),
    Rule(
        code="PG107",
        databases=("postgres",),
        severity="error",
        title="A statement that refuses to run in a transaction",
        found=lambda act, sight: sight.in_transaction and _alone(act),
        why="CONCURRENTLY, VACUUM and CREATE DATABASE commit on their own, so PostgreSQL refuses "
        "them in the runner's transaction.",
        recipe="A file of its own with `RUN_IN_TRANSACTION = False`.",
        source="PostgreSQL, CREATE INDEX; VACUUM",
        everywhere=True,
    ),
    Rule(
        code="PG108",
        databases=("postgres",),
        severity="warning",
        title="An index is dropped while everybody waits",
        found=lambda act, sight: act.kind == "drop key" and "CONCURRENTLY" not in act.options,
        lock="ACCESS EXCLUSIVE",
        work="instant",
        why="It is quick, but waits for every query on the table that runs, and what comes after "
        "waits behind it.",
        recipe="`schema.drop_key(.., online=True)` in a file with `RUN_IN_TRANSACTION = False`.",
        source="PostgreSQL, DROP INDEX, CONCURRENTLY",
    ),
    Rule(
        code="PG109",
        databases=("postgres",),
        severity="error",
        title="A reference is added, and all rows are checked",
        found=lambda act, sight: act.kind == "add foreign" and "NOT VALID" not in act.options,
        lock="SHARE ROW EXCLUSIVE",
        work="scan",
        why="Nobody writes to this table nor to the one referred to until each row was looked up.",
        recipe="`await schema.add_foreign(.., online=True)`: NOT VALID first, which is quick, then "
        "VALIDATE, which lets writers in.",
        source="PostgreSQL, ALTER TABLE, ADD table_constraint",
    ),
    Rule(
        code="PG110",
        databases=("postgres",),
        severity="error",
        title="A check is added, and all rows are looked through",
        found=lambda act, sight: act.kind == "add check" and "NOT VALID" not in act.options,
        lock="ACCESS EXCLUSIVE",
        work="scan",
        why=EXCLUSIVE,
        recipe="`await schema.add_check(.., online=True)`: NOT VALID first, then VALIDATE.",
        source="PostgreSQL, ALTER TABLE, ADD table_constraint",
    ),
    Rule(
        code="PG111",
        databases=("postgres",),
        severity="error",
        title="A unique constraint or primary key builds its index while everybody waits",
        found=lambda act, sight: (
            act.kind in ("add key", "add primary")
            and "CONSTRAINT" in act.options
            and "USING INDEX" not in act.options
        ),
        lock="ACCESS EXCLUSIVE",
        work="build",
        why=EXCLUSIVE,
        recipe="`schema.add_key(.., table.unique(..), online=True)`, which needs no constraint. "
        "For a primary key then `ADD PRIMARY KEY USING INDEX` in a file after it.",
        source="PostgreSQL, ALTER TABLE, ADD table_constraint_using_index",
    ),
    Rule(
        code="PG112",
        databases=("postgres",),
        severity="error",
        title="An exclusion constraint is added",
        found=lambda act, sight: act.kind == "add exclude",
        lock="ACCESS EXCLUSIVE",
        work="build",
        why=f"{EXCLUSIVE} It can be built neither concurrently nor NOT VALID.",
        recipe="A new table that has it from the start, filled in slices.",
        source="PostgreSQL, CREATE TABLE, EXCLUDE",
    ),
)


def _alone(act: Act) -> bool:
    if act.kind == "command":
        return act.name == "VACUUM" or (act.name == "REINDEX" and "CONCURRENTLY" in act.options)
    detached = act.kind == "partition" and "DETACH" in act.options
    kinds = act.kind in ("add key", "drop key") or detached
    return kinds and "CONCURRENTLY" in act.options
