"""Reads ALTER TABLE, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pkg.migrate.lint.act import Act, Field, Kind
from pkg.migrate.lint.column import is_constraint, read_constraint, read_field, read_type
from pkg.migrate.lint.words import Unread, Words

# Options of a table: the first word of the clause, and what it is called here.
OPTIONS = (
    "ENGINE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "FORCE", "CONVERT", "ORDER", "AUTO_INCREMENT",
    "COMMENT", "CHARACTER", "CHARSET", "COLLATE", "DISABLE", "ENABLE", "OWNER", "REPLICA",
    "CLUSTER", "INHERIT", "NO", "RESET", "STATS_PERSISTENT", "PAGE_COMPRESSED", "DEFAULT",
)  # fmt: skip


def read_alter(words: Words) -> list[Act]:
    """Answers what ALTER TABLE does; its first two words have been passed.

    Raises:
        Unread: a clause says something unknown.
    """
    words.take("IF", "EXISTS")
    words.take("ONLY")
    table = words.name()
    acts: list[Act] = []
    how: set[str] = set()
    for clause in words.commas():
        if said := clause.any_of("ALGORITHM", "LOCK"):
            clause.take("=")
            how.add(f"{said}={clause.one().up}")
        else:
            acts += _clause(clause, table)
    return [replace(act, options=act.options | how) for act in acts]


def _clause(words: Words, table: str) -> Iterator[Act]:
    if words.any_of("ADD"):
        yield from _add(words, table)
    elif words.any_of("DROP"):
        yield _drop(words, table)
    elif words.any_of("ALTER"):
        yield from _alter(words, table)
    elif words.any_of("MODIFY"):
        words.take("COLUMN")
        column = read_field(words)
        yield Act("redefine", table, column.name, column=column)
    elif words.any_of("CHANGE"):
        yield from _change(words, table)
    elif words.any_of("RENAME"):
        yield _rename(words, table)
    else:
        yield _other(words, table)


def _add(words: Words, table: str) -> Iterator[Act]:
    if is_constraint(words):
        yield read_constraint(words, table)
    elif words.any_of("PARTITION", "SYSTEM", "PERIOD"):
        yield Act("partition", table, options=frozenset({"ADD"}))
    else:
        words.take("COLUMN")
        words.take("IF", "NOT", "EXISTS")
        several = words.inner().commas() if words.at("(") else [words]
        for one in several:
            yield from _added(read_field(one), table)


def _added(column: Field, table: str) -> Iterator[Act]:
    inline = frozenset({"INLINE"})
    yield Act("add column", table, column.name, column=column)
    if column.to:
        yield Act("add foreign", table, columns=(column.name,), to=column.to, options=inline)
    if "UNIQUE" in column.marks:
        unique = inline | {"UNIQUE", "CONSTRAINT"}
        yield Act("add key", table, columns=(column.name,), options=unique)


def _drop(words: Words, table: str) -> Act:
    if words.take("PRIMARY", "KEY"):
        return Act("drop primary", table)
    if words.any_of("PARTITION", "SYSTEM"):
        return Act("partition", table, options=frozenset({"DROP"}))
    kinds: dict[str, Kind] = {
        "CONSTRAINT": "drop constraint",
        "CHECK": "drop constraint",
        "INDEX": "drop key",
        "KEY": "drop key",
        "COLUMN": "drop column",
    }
    kind: Kind = "drop foreign" if words.take("FOREIGN", "KEY") else "drop column"
    if kind == "drop column":
        kind = kinds[words.any_of(*kinds) or "COLUMN"]
    words.take("IF", "EXISTS")
    name = words.name()
    options = {"CASCADE"} if words.take("CASCADE") else set()
    options |= {"ON"} if kind == "drop key" else set()
    return Act(kind, table, name, options=frozenset(options))


def _alter(words: Words, table: str) -> Iterator[Act]:
    if words.any_of("INDEX", "CONSTRAINT", "CHECK"):
        yield Act("harmless", table)
        return
    words.take("COLUMN")
    name = words.name()
    if words.take("SET", "NOT", "NULL"):
        yield Act("set not null", table, name)
    elif words.take("DROP", "NOT", "NULL"):
        yield Act("drop not null", table, name)
    elif words.take("SET", "DEFAULT"):
        yield Act("set default", table, name, to=words.rest())
    elif words.take("DROP", "DEFAULT"):
        yield Act("drop default", table, name)
    elif words.take("TYPE") or words.take("SET", "DATA", "TYPE"):
        yield _typed(words, table, name)
    elif words.any_of("SET", "RESET", "ADD", "DROP", "RESTART"):
        yield Act("harmless", table, name)  # statistics, storage, identity
    else:
        raise Unread("a change of a column")


def _typed(words: Words, table: str, name: str) -> Act:
    type, size, values = read_type(words)
    using = words.rest() if words.take("USING") else ""
    return Act("change type", table, name, column=Field(name, type, size, values=values), to=using)


def _change(words: Words, table: str) -> Iterator[Act]:
    words.take("COLUMN")
    old = words.name()
    column = read_field(words)
    if old != column.name:
        yield Act("rename column", table, old, to=column.name)
    yield Act("redefine", table, old, column=column)


def _rename(words: Words, table: str) -> Act:
    if words.any_of("INDEX", "KEY", "CONSTRAINT"):
        return Act("harmless", table, words.name())
    if words.any_of("TO", "AS"):
        return Act("rename table", table, to=words.name())
    words.take("COLUMN")
    name = words.name()
    if not words.left:
        return Act("rename table", table, to=name)
    words.need("TO")
    return Act("rename column", table, name, to=words.name())


def _other(words: Words, table: str) -> Act:
    if words.take("VALIDATE", "CONSTRAINT"):
        return Act("validate", table, words.name())
    if said := words.any_of("ATTACH", "DETACH"):
        options = {said} | ({"CONCURRENTLY"} if words.has("CONCURRENTLY") else set())
        return Act("partition", table, options=frozenset(options))
    if words.any_of("PARTITION", "REORGANIZE", "REMOVE", "COALESCE", "EXCHANGE"):
        return Act("partition", table, options=frozenset({"BY"}))
    if words.has("ROW", "LEVEL", "SECURITY"):
        return Act("security", table, options=frozenset({words.next}))
    if words.take("SET"):
        return _set(words, table)
    first = words.any_of(*OPTIONS)
    if not first:
        raise Unread(f"{words.next or 'a clause'} in ALTER TABLE")
    return Act("option", table, first, to=words.rest(), options=frozenset({first}))


def _set(words: Words, table: str) -> Act:
    said = words.any_of("TABLESPACE", "LOGGED", "UNLOGGED", "SCHEMA", "(", "WITHOUT", "WITH")
    if words.take("ACCESS", "METHOD"):
        said = "ACCESS METHOD"
    if not said:
        raise Unread("SET in ALTER TABLE")
    if said == "SCHEMA":
        return Act("rename table", table, to=f"{words.name()}.{table}")
    return Act("option", table, said, to=words.rest(), options=frozenset({said}))
