"""MySQL and MariaDB: whole tables, references between them, and what no transaction holds."""

from __future__ import annotations

from pkg.migrate.lint.act import Act, Field
from pkg.migrate.lint.rule import Rule, Sight
from pkg.migrate.lint.rules.mysql_columns import BOTH, COPIED, ONLINE
from pkg.migrate.lint.types import alike

ROWS = ("insert", "update", "delete")
QUIET = ("harmless", "setting", "transaction", "unread", "command", *ROWS)
ANEW = ("FORCE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "PAGE_COMPRESSED")


def _engine(act: Act, *, innodb: bool) -> bool:
    if act.kind != "option" or act.name != "ENGINE":
        return False
    return ("INNODB" in act.to.upper()) == innodb


def _changes_table(act: Act, sight: Sight) -> bool:
    return act.kind not in QUIET and not sight.is_new(act.table) and act.kind != "create table"


def _half_way(act: Act, sight: Sight) -> bool:
    """True for the second change of a table in use, once a file."""
    earlier = {one.statement for one in sight.before if _changes_table(one, sight)}
    return _changes_table(act, sight) and len(earlier - {act.statement}) == 1


def _committed(act: Act, sight: Sight) -> bool:
    """True for the first change of a table after rows were changed."""
    if act.kind in QUIET or not any(one.kind in ROWS for one in sight.before):
        return False
    return sight.before[-1].kind in ROWS


def _needed_by_reference(act: Act, sight: Sight) -> bool:
    known = sight.tables.get(act.table)
    if act.kind != "drop key" or known is None or act.name not in known.keys:
        return False
    over = known.keys[act.name]
    referring = [one.columns for one in known.references.values()]
    return any(
        over[: len(columns)] == columns and not known.covered(columns, without=act.name)
        for columns in referring
    )


def _other_type(act: Act, sight: Sight) -> bool:
    if act.kind == "add foreign":
        pairs = [(sight.tables.column(act.table, one), act.to) for one in act.columns[:1]]
    elif act.kind == "create table":
        fields = {one.name: one for one in act.fields}
        pairs = [
            (fields.get(part.columns[0]), part.to)
            for part in act.parts
            if part.kind == "add foreign" and len(part.columns) == 1
        ]
    else:
        return False
    return any(own is not None and _unlike_key(own, to, sight) for own, to in pairs)


def _unlike_key(own: Field, to: str, sight: Sight) -> bool:
    known = sight.tables.get(to)
    if known is None or len(known.primary) != 1:
        return False
    key = known.columns.get(known.primary[0])
    return key is not None and not alike(own, key)


def _ignored_reference(act: Act, sight: Sight) -> bool:
    inline = act.kind == "add foreign" and "INLINE" in act.options
    return inline or (act.kind == "create table" and any(one.to for one in act.fields))


RULES = (
    Rule(
        code="MY211",
        databases=BOTH,
        severity="error",
        title="A table or column is converted to another character set",
        found=lambda act, sight: (
            (act.kind == "option" and act.name == "CONVERT")
            or (act.kind == "redefine" and act.column is not None and "CHARSET" in act.column.marks)
        ),
        lock="SHARED",
        work="rewrite",
        why=f"{COPIED} What the new set lacks is lost, and keys may no longer be unique.",
        recipe="A new table, which the builder makes as utf8mb4, filled in slices.",
        source=ONLINE,
    ),
    Rule(
        code="MY212",
        databases=BOTH,
        severity="error",
        title="A table moves to another engine",
        found=lambda act, sight: _engine(act, innodb=False),
        lock="SHARED",
        work="rewrite",
        why=f"{COPIED} Outside of InnoDB there are no transactions and no references.",
        recipe="Stay with InnoDB.",
        source="MySQL 8.4, 15.1.9 ALTER TABLE; 18 Alternative Storage Engines",
    ),
    Rule(
        code="MY213",
        databases=BOTH,
        severity="warning",
        title="A table is written anew in place",
        found=lambda act, sight: (
            _engine(act, innodb=True)
            or (act.kind == "option" and act.name in ANEW)
            or (act.kind == "command" and act.name == "OPTIMIZE")
        ),
        lock="NONE",
        work="rewrite",
        why="Everybody goes on, but the disk needs room for the table a second time, and replicas "
        "lag by as long as it takes.",
        recipe="By hand in a quiet hour; no release needs it.",
        source=ONLINE,
    ),
    Rule(
        code="MY215",
        databases=BOTH,
        severity="error",
        title="Partitions of a table change",
        found=lambda act, sight: act.kind == "partition",
        lock="SHARED",
        work="rewrite",
        why=f"{COPIED} A partitioned table can have no references.",
        recipe="Make the table with its partitions.",
        source="MySQL 8.4, 17.12.1 Online DDL Operations, Partitioning Operations",
    ),
    Rule(
        code="MY216",
        databases=BOTH,
        severity="error",
        title="LOCK TABLES",
        found=lambda act, sight: act.kind == "command" and act.name in ("LOCK", "UNLOCK"),
        why="It commits what is open, and every table that is not named is out of reach, the "
        "runner's record among them.",
        recipe="Leave it out: each statement takes the lock it needs.",
        source="MySQL 8.4, 15.3.6 LOCK TABLES",
        everywhere=True,
    ),
    Rule(
        code="MY217",
        databases=BOTH,
        severity="notice",
        title="Several changes that no transaction holds together",
        found=_half_way,
        why="Each ALTER TABLE commits by itself. If the second fails, the first stays, and the "
        "file counts as not applied.",
        recipe="A file for each change of a table that is in use.",
        source="MySQL 8.4, 15.3.3 Statements That Cause an Implicit Commit",
    ),
    Rule(
        code="MY219",
        databases=BOTH,
        severity="error",
        title="An index is dropped that a reference needs",
        found=_needed_by_reference,
        why="The server refuses it (error 1553).",
        recipe="`await schema.drop_foreign` first, or `schema.add_key` another index that begins "
        "with the column.",
        source="MySQL 8.4, 15.1.20.5 FOREIGN KEY Constraints",
    ),
    Rule(
        code="MY223",
        databases=BOTH,
        severity="error",
        title="Checks are turned off",
        found=lambda act, sight: (
            act.kind == "setting"
            and act.name.lower()
            in ("foreign_key_checks", "unique_checks", "check_constraint_checks", "sql_mode")
        ),
        why="Rows that break a rule get in and stay: turning the checks on again looks at none.",
        recipe="The order that needs no such thing: parents before children, children dropped "
        "first.",
        source="MySQL 8.4, 7.1.8 Server System Variables, foreign_key_checks",
        everywhere=True,
    ),
    Rule(
        code="MY224",
        databases=BOTH,
        severity="warning",
        title="A copy or a stronger lock is asked for",
        found=lambda act, sight: bool(
            act.options & {"ALGORITHM=COPY", "LOCK=SHARED", "LOCK=EXCLUSIVE"}
        ),
        lock="SHARED",
        work="rewrite",
        why="The server takes the cheapest way by itself; this asks for a dearer one.",
        recipe="Leave it out, or ask for `ALGORITHM=INSTANT` or `LOCK=NONE`: then it is refused "
        "where the server could not.",
        source="MySQL 8.4, 17.12.2 Online DDL Performance and Concurrency",
    ),
    Rule(
        code="MY225",
        databases=BOTH,
        severity="error",
        title="A reference to a column of another type",
        found=_other_type,
        why="The server refuses it (errors 3780 and 150): both must have the same type and sign.",
        recipe="`table.big` for what refers to a `table.id()`.",
        source="MySQL 8.4, 15.1.20.5 FOREIGN KEY Constraints",
        everywhere=True,
    ),
    Rule(
        code="MY226",
        databases=("mysql",),
        severity="error",
        title="A reference in the definition of its column",
        found=_ignored_reference,
        why="MySQL before 9.0 reads it and forgets it: no reference is made, and no error either.",
        recipe="`table.foreign` in `schema.create_table`, or `await schema.add_foreign`.",
        source="MySQL 8.4, FOREIGN KEY Constraint Differences; Atlas, MY102",
        everywhere=True,
    ),
    Rule(
        code="MY227",
        databases=BOTH,
        severity="warning",
        title="A table changes after rows did",
        found=_committed,
        why="The ALTER TABLE commits the rows before it, so they stay when it fails, and a second "
        "run changes them again.",
        recipe="Two files: the table in the first, its rows in the second.",
        source="MySQL 8.4, 15.3.3 Statements That Cause an Implicit Commit",
    ),
    Rule(
        code="MY232",
        databases=BOTH,
        severity="warning",
        title="A column of type TIMESTAMP",
        found=lambda act, sight: (
            act.kind in ("create table", "add column")
            and any(
                one.type == "TIMESTAMP"
                for one in (*act.fields, *([act.column] if act.column else []))
            )
        ),
        why="It ends in January 2038 (MariaDB 11.5 and later: 2106), and is shown in the session's "
        "time zone.",
        recipe="`table.moment`.",
        source="MySQL 8.4, 13.2.2 The DATE, DATETIME, and TIMESTAMP Types",
        everywhere=True,
    ),
)
