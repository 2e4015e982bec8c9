"""What is dangerous on every database: lost rows, and code of the release before that breaks."""

from __future__ import annotations

from pkg.migrate.lint.act import Act
from pkg.migrate.lint.rule import DATABASES, Rule, Sight
from pkg.migrate.lint.types import alike, narrower

ROLLING = (
    "While a deployment rolls, the release before still runs against the new schema, "
    "and its queries "
)
WHOLE = "strong_migrations, README; Atlas, analyzers of destructive and incompatible changes"


def _narrows(act: Act, sight: Sight) -> bool:
    old = sight.column(act)
    if act.kind not in ("change type", "redefine") or act.column is None:
        return False
    return old is not None and not alike(old, act.column) and narrower(old, act.column)


def _required(act: Act, sight: Sight) -> bool:
    return act.kind == "add column" and act.column is not None and act.column.required


def becomes_required(act: Act, sight: Sight) -> bool:
    """Tells whether a column stops taking null; one that never did does not."""
    old = sight.column(act)
    if old is not None and old.null is False:
        return False
    if act.kind == "redefine":
        return act.column is not None and act.column.null is False
    return act.kind == "set not null"


def _forgets_default(act: Act, sight: Sight) -> bool:
    old = sight.column(act)
    if old is None or old.default is None or old.null is not False:
        return False
    restated = any(  # the builder drops a default before it sets the new one
        later.kind == "set default" and (later.table, later.name) == (act.table, act.name)
        for later in sight.after
    )
    if act.kind == "redefine":
        return act.column is not None and act.column.default is None
    return act.kind == "drop default" and not restated


def _referred_to(act: Act, sight: Sight) -> bool:
    return act.kind == "drop table" and bool(sight.tables.referring(act.table))


def _unique(act: Act, sight: Sight) -> bool:
    over_rows = not any(  # a column added in this file holds nothing yet
        one.kind == "add column" and one.table == act.table and one.name in act.columns
        for one in sight.before
    )
    return act.kind == "add key" and "UNIQUE" in act.options and over_rows


def _updated_at_once(act: Act, sight: Sight) -> bool:
    by_python = "FILL" in act.options and sight.in_transaction  # else each batch commits
    return act.kind == "update" and ("WHERE" not in act.options or by_python)


RULES = (
    Rule(
        code="DB001",
        databases=DATABASES,
        severity="error",
        title="A table is dropped",
        found=lambda act, sight: act.kind == "drop table",
        why=f"Its rows are gone. {ROLLING}name a table that is not there.",
        recipe="Release code that does not touch the table; drop it with `schema.drop_table` one "
        "release later, with a backup at hand.",
        source=WHOLE,
    ),
    Rule(
        code="DB002",
        databases=DATABASES,
        severity="error",
        title="A column is dropped",
        found=lambda act, sight: act.kind == "drop column",
        why=f"Its values are gone. {ROLLING}list every column of the model, this one too.",
        recipe="Take the field out of the model and release; then `await schema.drop_column` in "
        "the release after. A column that must not be null gets a default or null first.",
        source=WHOLE,
    ),
    Rule(
        code="DB003",
        databases=DATABASES,
        severity="error",
        title="A table is renamed",
        found=lambda act, sight: act.kind == "rename table",
        why=f"{ROLLING}use the old name.",
        recipe="Keep the name and set `table` in the model's Meta. Or make the new table with "
        "`schema.create_table`, write to both, copy, read the new one, and drop the old one.",
        source=WHOLE,
    ),
    Rule(
        code="DB004",
        databases=DATABASES,
        severity="error",
        title="A column is renamed",
        found=lambda act, sight: act.kind == "rename column",
        why=f"{ROLLING}use the old name.",
        recipe="Keep the name and set `source_field` in the model. Or `schema.add_column` the new "
        "one, write to both, fill it, read the new one, and drop the old one later.",
        source=WHOLE,
    ),
    Rule(
        code="DB005",
        databases=DATABASES,
        severity="error",
        title="A column gets a narrower type, or one of another kind",
        found=_narrows,
        why="Values that do not fit are cut, changed or refused, and a refusal fails the "
        f"migration half-way where the database cannot undo it. {ROLLING}write the old kind.",
        recipe="`schema.add_column` a second column of the new type, write to both, fill it where "
        "the values fit, read the new one, and drop the old one in a later release.",
        source="PostgreSQL, ALTER TABLE; MySQL 8.4, 13.1.9 ALTER TABLE; SQLite, Datatypes, 3.4",
    ),
    Rule(
        code="DB006",
        databases=DATABASES,
        severity="error",
        title="A column without a default is added and may not be null",
        found=_required,
        why="PostgreSQL and SQLite refuse it where there are rows; MySQL and MariaDB fill in 0 or "
        "'' without a word. The release before leaves the column out of its INSERTs, which fail.",
        recipe='`schema.add_column("t", table.integer("n", default=0))`, or null first, fill it, '
        "and `await schema.change_column` to not null when every writer knows it.",
        source="PostgreSQL, ALTER TABLE, Notes; SQLite, ALTER TABLE ADD COLUMN; MySQL 8.4, 13.6",
    ),
    Rule(
        code="DB007",
        databases=DATABASES,
        severity="warning",
        title="A column stops taking null",
        found=becomes_required,
        why="One row with a null fails the migration, and so does an INSERT of running code that "
        "leaves the column out.",
        recipe="Give it a default and release code that always writes it; fill the nulls in a "
        "migration of their own; change it to not null after that.",
        source="PostgreSQL, ALTER TABLE; MySQL 8.4, 17.12.1 Online DDL Operations",
    ),
    Rule(
        code="DB008",
        databases=DATABASES,
        severity="warning",
        title="A unique key is made over rows that are there",
        found=_unique,
        why="One pair of equal rows fails the migration. Running code may write the next pair "
        "while the key is built, and gets an error after it.",
        recipe="Look for equal rows first, merge them in a migration of their own, and release "
        "code that expects a refusal before `schema.add_key` with `table.unique`.",
        source="Atlas, MF101; PostgreSQL, CREATE INDEX; MySQL 8.4, 17.12.1 Online DDL Operations",
    ),
    Rule(
        code="DB009",
        databases=DATABASES,
        severity="warning",
        title="Every row of a table is updated at once",
        found=_updated_at_once,
        why="All rows stay locked until the migration ends; PostgreSQL writes each a second time, "
        "MySQL keeps the old ones for undo, SQLite keeps every writer of the file out.",
        recipe="In a file of its own with `RUN_IN_TRANSACTION = False`: `await schema.fill`, which "
        "goes through the rows in batches, or an UPDATE with a WHERE for each slice of the key.",
        source="strong_migrations, Backfilling data; PostgreSQL, Routine Vacuuming",
    ),
    Rule(
        code="DB010",
        databases=DATABASES,
        severity="error",
        title="Every row of a table is deleted",
        found=lambda act, sight: act.kind == "delete" and "WHERE" not in act.options,
        why="All rows are gone, and what refers to them with ON DELETE CASCADE as well.",
        recipe="Say which rows with a WHERE, or drop the table if nobody uses it any more.",
        source="Atlas, analyzer of destructive changes",
    ),
    Rule(
        code="DB011",
        databases=("postgres", "mysql", "mariadb"),
        severity="error",
        title="A table is truncated",
        found=lambda act, sight: act.kind == "truncate",
        why="All rows are gone. PostgreSQL takes ACCESS EXCLUSIVE; MySQL and MariaDB drop and make "
        "the table anew and commit whatever was open, so nothing brings the rows back.",
        recipe="`DELETE` with a WHERE, in slices.",
        source="PostgreSQL, TRUNCATE; MySQL 8.4, 15.1.37 TRUNCATE TABLE",
    ),
    Rule(
        code="DB012",
        databases=DATABASES,
        severity="error",
        title="A database or schema is dropped",
        found=lambda act, sight: act.kind == "drop database",
        why="Everything in it is gone.",
        recipe="No migration does this. Drop it by hand, after a backup that has been restored "
        "once.",
        source="squawk, ban-drop-database",
    ),
    Rule(
        code="DB013",
        databases=DATABASES,
        severity="error",
        title="A file begins or ends a transaction",
        found=lambda act, sight: act.kind == "transaction",
        why="The runner opened one around the file and its record. A COMMIT keeps half of the file "
        "and leaves the other half without a way back.",
        recipe="Leave it out. `RUN_IN_TRANSACTION = False` for a file that must run outside one.",
        source="squawk, transaction-nesting; SQLite, BEGIN TRANSACTION",
        everywhere=True,
    ),
    Rule(
        code="DB015",
        databases=DATABASES,
        severity="warning",
        title="A column that may not be null loses its default",
        found=_forgets_default,
        why="An INSERT of running code that leaves the column out fails from then on.",
        recipe="Say the default again in `await schema.change_column`; take it away when no "
        "release that relies on it runs any more.",
        source="MySQL 8.4, 13.6 Data Type Default Values; PostgreSQL, ALTER TABLE",
    ),
    Rule(
        code="DB018",
        databases=DATABASES,
        severity="error",
        title="A table goes that others refer to",
        found=_referred_to,
        why="PostgreSQL, MySQL and MariaDB refuse it. SQLite lets it go: its references point at "
        "nothing, and the runner refuses the file where rows used them.",
        recipe="`await schema.drop_foreign` in the tables that refer to it first, in the same "
        "file, or drop these tables before it.",
        source="PostgreSQL, DROP TABLE; MySQL 8.4, 15.1.20.5 FOREIGN KEY Constraints; SQLite, "
        "Foreign Key Support, 5",
    ),
    Rule(
        code="DB020",
        databases=DATABASES,
        severity="warning",
        title="A check is added over rows that are there",
        found=lambda act, sight: act.kind == "add check",
        why="One row that breaks it fails the migration, and running code that writes such rows "
        "gets errors after it.",
        recipe="Release code that keeps the rule, mend the rows, then `await schema.add_check`.",
        source="Atlas, analyzer of data-dependent changes; MySQL 8.4, 15.1.20.6 CHECK Constraints",
    ),
)
