"""SQLite: what it refuses, and what keeps its one writer busy."""

from __future__ import annotations

from pkg.migrate.lint.act import Act
from pkg.migrate.lint.rule import Rule, Sight

ALTER = "SQLite, ALTER TABLE"


def _changing_default(act: Act, sight: Sight) -> bool:
    default = act.column.default if act.kind == "add column" and act.column else None
    return default is not None and default.upper().startswith(("(", "CURRENT_"))


def _added_with(act: Act, *marks: str) -> bool:
    return act.kind == "add column" and act.column is not None and bool(act.column.marks & {*marks})


def _taken_along(act: Act, sight: Sight) -> bool:
    """True where references follow the old table away, and another one takes its name."""
    return (
        act.kind == "create table"
        and any(one.kind == "rename table" and one.table == act.table for one in sight.before)
        and any(
            sight.tables.referring(one.to)
            for one in sight.before
            if one.kind == "rename table" and one.table == act.table
        )
    )


RULES = (
    Rule(
        code="SL301",
        databases=("sqlite",),
        severity="warning",
        title="A table is made anew",
        found=lambda act, sight: act.kind == "rebuild",
        lock="writers",
        work="rewrite",
        why="SQLite has no statement for this change: the rows are copied into a new table, and "
        "nobody writes to any table of the file meanwhile.",
        recipe="Nothing up to some hundred thousand rows. Above that a quiet hour, and room on "
        "the disk for the table a second time.",
        source=f"{ALTER}, 7 Making Other Kinds Of Table Schema Changes",
    ),
    Rule(
        code="SL302",
        databases=("sqlite",),
        severity="error",
        title="A column is added whose default is not a constant",
        found=_changing_default,
        lock="writers",
        why="SQLite refuses it where the table has rows, CURRENT_TIMESTAMP and `table.NOW` "
        "included. On an empty table, as in most tests, it passes.",
        recipe="`table.moment(.., null=True)`, filled with an UPDATE, then `await "
        "schema.change_column` to not null with the default.",
        source=f"{ALTER} ADD COLUMN",
    ),
    Rule(
        code="SL303",
        databases=("sqlite",),
        severity="error",
        title="A column is added that is unique or the primary key",
        found=lambda act, sight: _added_with(act, "UNIQUE", "PRIMARY"),
        why="SQLite refuses it.",
        recipe="`schema.add_column`, then `schema.add_key` with `table.unique`.",
        source=f"{ALTER} ADD COLUMN",
        everywhere=True,
    ),
    Rule(
        code="SL305",
        databases=("sqlite",),
        severity="error",
        title="A stored generated column is added",
        found=lambda act, sight: _added_with(act, "STORED"),
        why="SQLite refuses it.",
        recipe="A virtual one; or a plain column that the code keeps.",
        source=f"{ALTER} ADD COLUMN; Generated Columns, 2.3",
        everywhere=True,
    ),
    Rule(
        code="SL306",
        databases=("sqlite",),
        severity="warning",
        title="DROP COLUMN as SQL of your own",
        found=lambda act, sight: act.kind == "drop column" and "REBUILD" not in act.options,
        lock="writers",
        work="rewrite",
        why="It needs SQLite 3.35, writes every row anew, and is refused for a column in a key, a "
        "reference, a check, a trigger or a view.",
        recipe="`await schema.drop_column`, which works on each version and says what is in the "
        "way.",
        source=f"{ALTER} DROP COLUMN",
    ),
    Rule(
        code="SL307",
        databases=("sqlite",),
        severity="error",
        title="A PRAGMA that does nothing in a transaction",
        found=lambda act, sight: (
            act.kind == "setting"
            and bool(act.to)  # else it only asks
            and sight.in_transaction
            and act.name.lower() in ("foreign_keys", "journal_mode", "synchronous")
        ),
        why="foreign_keys is ignored there without a word, and journal_mode is refused. The "
        "runner has the references rest already, and checks them before the commit.",
        recipe="Leave it out.",
        source="SQLite, PRAGMA foreign_keys; PRAGMA journal_mode",
        everywhere=True,
    ),
    Rule(
        code="SL308",
        databases=("sqlite",),
        severity="error",
        title="PRAGMA writable_schema",
        found=lambda act, sight: act.kind == "setting" and act.name.lower() == "writable_schema",
        why="One wrong letter in the schema table and the file cannot be opened any more.",
        recipe="`await schema.change_column`, which makes the table anew.",
        source="SQLite, PRAGMA writable_schema",
        everywhere=True,
    ),
    Rule(
        code="SL309",
        databases=("sqlite",),
        severity="error",
        title="VACUUM",
        found=lambda act, sight: act.kind == "command" and act.name == "VACUUM",
        lock="writers",
        work="rewrite",
        why="It is refused in a transaction; outside of one the whole file is copied while nobody "
        "writes.",
        recipe="By hand while nothing runs; no migration needs it.",
        source="SQLite, VACUUM",
        everywhere=True,
    ),
    Rule(
        code="SL310",
        databases=("sqlite",),
        severity="error",
        title="A table is renamed away and another takes its name",
        found=_taken_along,
        why="References of other tables follow the rename and stay with the old table: they point "
        "at nothing once it is dropped.",
        recipe="`await schema.change_column` and its kin. By hand: make the new table under "
        "another name, copy, drop the old one, rename the new one.",
        source=f"{ALTER}, 7, Caution",
        everywhere=True,
    ),
    Rule(
        code="SL311",
        databases=("sqlite",),
        severity="notice",
        title="An index is built while every writer waits",
        found=lambda act, sight: act.kind == "add key",
        lock="writers",
        work="build",
        why="Nobody writes to any table of the file until every row has been sorted.",
        recipe="Nothing up to some million rows; above that a quiet hour.",
        source="SQLite, File Locking And Concurrency; CREATE INDEX",
    ),
    Rule(
        code="SL314",
        databases=("sqlite",),
        severity="error",
        title="A table that others refer to is dropped outside of a transaction",
        found=lambda act, sight: (
            act.kind in ("drop table", "rebuild")
            and not sight.in_transaction
            and bool(sight.tables.referring(act.table))
        ),
        why="References are in force there, so dropping deletes every row first, and with ON "
        "DELETE CASCADE the rows of the other tables too.",
        recipe="`RUN_IN_TRANSACTION = True`: then the runner has references rest.",
        source="SQLite, DROP TABLE; Foreign Key Support, 5",
        everywhere=True,
    ),
)
