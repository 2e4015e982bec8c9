"""MySQL and MariaDB: which changes of columns and keys copy the table.

LOCK is what the server itself takes: NONE lets everybody go on, SHARED keeps writers out. Each
change also waits for the table's metadata lock, at its beginning and at its end.
"""

from __future__ import annotations

import re

from pkg.migrate.lint.act import Act, Field
from pkg.migrate.lint.rule import Database, Rule, Sight
from pkg.migrate.lint.types import alike, appends, grows, longer_length

BOTH: tuple[Database, ...] = ("mysql", "mariadb")
COPIED = "The table is copied (ALGORITHM=COPY), and nobody writes to it meanwhile."
ONLINE = "MySQL 8.4, 17.12.1 Online DDL Operations; MariaDB, InnoDB Online DDL Operations"
SLICES = (
    "`schema.add_column` a second column, write to both, fill it in slices, read the new one, and "
    "drop the old one in a later release; or gh-ost or pt-online-schema-change."
)
# A default that is one value for all rows that are there.
ONE_VALUE = re.compile(r"'.*'|[-+]? ?[\d.]+|NULL|TRUE|FALSE|(CURRENT_TIMESTAMP|NOW)\b.*")


def _redefined(act: Act, sight: Sight) -> tuple[Field, Field] | None:
    old = sight.column(act)
    return (old, act.column) if act.kind == "redefine" and old and act.column else None


def _copied(act: Act, sight: Sight) -> bool:
    pair = _redefined(act, sight)
    if pair is None:
        return act.kind == "redefine"  # the old type is not known
    old, new = pair
    charset = "CHARSET" in new.marks
    return not charset and not alike(old, new) and not grows(old, new) and not old.values


def _longer_length(act: Act, sight: Sight) -> bool:
    pair = _redefined(act, sight)
    return (
        pair is not None
        and grows(*pair)
        and longer_length(*pair, mariadb=sight.database == "mariadb")
    )


def _null_changed(act: Act, sight: Sight) -> bool:
    pair = _redefined(act, sight)
    return pair is not None and (pair[0].null is False) != (pair[1].null is False)


def _values_changed(act: Act, sight: Sight) -> bool:
    pair = _redefined(act, sight)
    return pair is not None and bool(pair[0].values) and not appends(*pair)


def _forgets(act: Act, sight: Sight) -> bool:
    pair = _redefined(act, sight)
    return pair is not None and pair[0].null is False and pair[1].null is None


def _computed(act: Act, sight: Sight) -> bool:
    default = act.column.default if act.kind == "add column" and act.column else None
    return default is not None and not ONE_VALUE.fullmatch(default)


def _added_with(act: Act, mark: str) -> bool:
    return act.kind == "add column" and act.column is not None and mark in act.column.marks


def _replaced(act: Act, sight: Sight) -> bool:
    together = [*sight.before, *sight.after]
    return any(
        one.kind == "add primary" and one.statement == act.statement and one.table == act.table
        for one in together
    )


RULES = (
    Rule(
        code="MY201",
        databases=BOTH,
        severity="error",
        title="A column gets another type",
        found=_copied,
        lock="SHARED",
        work="rewrite",
        why=f"{COPIED} MariaDB 11.2 and later can let writers in.",
        recipe=SLICES,
        source=ONLINE,
    ),
    Rule(
        code="MY202",
        databases=BOTH,
        severity="error",
        title="A VARCHAR grows past 255 bytes",
        found=_longer_length,
        lock="SHARED",
        work="rewrite",
        why=f"Its length then takes two bytes. {COPIED} With utf8mb4 the border is 63 characters; "
        "MariaDB grows those of up to 31 characters at once.",
        recipe="Choose the length with room: from 64 characters on, growing is instant.",
        source=ONLINE,
    ),
    Rule(
        code="MY203",
        databases=BOTH,
        severity="warning",
        title="A column begins or stops to take null",
        found=_null_changed,
        lock="NONE",
        work="rewrite",
        why="The table is written anew in place. Everybody goes on, but the disk needs room for it "
        "a second time, and replicas lag by as much.",
        recipe="A quiet hour and disk space; nothing else is needed.",
        source=ONLINE,
    ),
    Rule(
        code="MY204",
        databases=BOTH,
        severity="error",
        title="A reference is added",
        found=lambda act, sight: act.kind == "add foreign" and "INLINE" not in act.options,
        lock="SHARED",
        work="rewrite",
        why=f"{COPIED} With foreign_key_checks off it is done in place, but no row is checked.",
        recipe="Make the table with `table.foreign`. For one that is full: a quiet hour, or keep "
        "the rule in code.",
        source=ONLINE,
    ),
    Rule(
        code="MY205",
        databases=BOTH,
        severity="error",
        title="A check is added",
        found=lambda act, sight: act.kind == "add check",
        lock="SHARED",
        work="rewrite",
        why=COPIED,
        recipe="Make the table with the check. For one that is full: a quiet hour, or keep the "
        "rule in code.",
        source="MySQL 8.4, 15.1.9 ALTER TABLE; MariaDB, CONSTRAINT",
    ),
    Rule(
        code="MY206",
        databases=BOTH,
        severity="error",
        title="A stored generated column is added",
        found=lambda act, sight: _added_with(act, "STORED"),
        lock="SHARED",
        work="rewrite",
        why=COPIED,
        recipe="A virtual one, which is instant, with an index over it where it is searched.",
        source=ONLINE,
    ),
    Rule(
        code="MY207",
        databases=BOTH,
        severity="error",
        title="A column is added whose default differs from row to row",
        found=_computed,
        lock="SHARED",
        work="rewrite",
        why=f"Each row gets its own value. {COPIED}",
        recipe="Add the column with null, fill it in slices, then set the default, which is "
        "instant.",
        source="MariaDB, Instant ADD COLUMN; MySQL 8.4, 13.6 Data Type Default Values",
    ),
    Rule(
        code="MY208",
        databases=BOTH,
        severity="error",
        title="An AUTO_INCREMENT column is added",
        found=lambda act, sight: _added_with(act, "IDENTITY"),
        lock="SHARED",
        work="rewrite",
        why="Every row draws a number: the table is written anew, and nobody writes to it.",
        recipe="Make the table with `table.id()`; else a new table, filled in slices.",
        source=ONLINE,
    ),
    Rule(
        code="MY209",
        databases=BOTH,
        severity="error",
        title="The primary key is dropped and none put in its place",
        found=lambda act, sight: act.kind == "drop primary" and not _replaced(act, sight),
        lock="SHARED",
        work="rewrite",
        why=f"{COPIED} Without a key InnoDB hides one of its own, and replicas look for rows by "
        "scanning.",
        recipe="Drop it and add the new one in one ALTER TABLE.",
        source=ONLINE,
    ),
    Rule(
        code="MY210",
        databases=BOTH,
        severity="warning",
        title="The primary key changes",
        found=lambda act, sight: act.kind == "add primary",
        lock="NONE",
        work="rewrite",
        why="Rows are stored in its order, so the table and every index are written anew.",
        recipe="A quiet hour and disk space for the table a second time; a unique key does for "
        "most ends.",
        source=ONLINE,
    ),
    Rule(
        code="MY214",
        databases=BOTH,
        severity="error",
        title="A full-text or spatial index is added",
        found=lambda act, sight: (
            act.kind == "add key" and bool(act.options & {"FULLTEXT", "SPATIAL"})
        ),
        lock="SHARED",
        work="rewrite",
        why="Nobody writes meanwhile, and the first full-text index also writes the table anew "
        "for its hidden column.",
        recipe="A table of its own for what is searched, made with the index.",
        source="MySQL 8.4, 17.12.1 Online DDL Operations, Table 17.15",
    ),
    Rule(
        code="MY218",
        databases=BOTH,
        severity="notice",
        title="An index is built",
        found=lambda act, sight: (
            act.kind == "add key" and not act.options & {"FULLTEXT", "SPATIAL", "INLINE"}
        ),
        lock="NONE",
        work="build",
        why="Everybody goes on, but it ends only when every transaction on the table has, and "
        "replicas lag by as long as it takes.",
        recipe="`schema.add_key(.., online=True)`, which the server refuses where it could not let "
        "writers in; a quiet hour on a large table.",
        source="MySQL 8.4, 17.12.1 Online DDL Operations; 10.11.4 Metadata Locking",
    ),
    Rule(
        code="MY220",
        databases=BOTH,
        severity="error",
        title="Values of an ENUM or SET change otherwise than at their end",
        found=_values_changed,
        lock="SHARED",
        work="rewrite",
        why=f"Rows hold the number of the value, so each is written anew. {COPIED}",
        recipe="Add new values at the end, which is instant; `table.string` instead of an ENUM.",
        source=ONLINE,
    ),
    Rule(
        code="MY221",
        databases=("mysql",),
        severity="warning",
        title="A column is moved",
        found=lambda act, sight: (
            act.kind == "redefine"
            and act.column is not None
            and bool(act.column.marks & {"FIRST", "AFTER"})
        ),
        lock="NONE",
        work="rewrite",
        why="The table is written anew in place; MariaDB 10.4 and later does it at once.",
        recipe="Leave it where it is: code names its columns.",
        source=ONLINE,
    ),
    Rule(
        code="MY222",
        databases=BOTH,
        severity="error",
        title="MODIFY or CHANGE leaves out NOT NULL",
        found=_forgets,
        why="They state the whole column, and what is not said is lost: it takes null from then "
        "on. The default and the comment go the same way.",
        recipe="`await schema.change_column`, which says it all; or say it again.",
        source="MySQL 8.4, 15.1.9 ALTER TABLE, Renaming, Redefining, and Reordering Columns",
    ),
    Rule(
        code="MY228",
        databases=("mysql",),
        severity="notice",
        title="A column is dropped",
        found=lambda act, sight: act.kind == "drop column",
        lock="NONE",
        work="rewrite",
        why="Before MySQL 8.0.29 the table is written anew in place; from then on, and in MariaDB "
        "from 10.4, it is instant.",
        recipe="A quiet hour on an old server.",
        source=ONLINE,
    ),
)
