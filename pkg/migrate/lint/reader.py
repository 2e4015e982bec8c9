"""Reads a statement into what it does.

No library: the general parsers keep half of what matters here as unparsed text (VALIDATE
CONSTRAINT, USING INDEX, REINDEX, CONVERT TO, LOCK TABLE), and the exact ones know one database.
What this one does not know it says: an act of the kind "unread".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pkg.migrate.contract import Dialect
from pkg.migrate.lint.act import Act, Field
from pkg.migrate.lint.alter import read_alter
from pkg.migrate.lint.column import columns_of, is_constraint, read_constraint, read_field
from pkg.migrate.lint.words import Unread, Words, words

HARMLESS = (
    "SELECT", "ANALYZE", "COMMENT", "GRANT", "REVOKE", "EXPLAIN", "SHOW", "VALUES",
)  # fmt: skip
TRANSACTIONS = ("BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END", "ABORT")
OBJECTS = (
    "VIEW", "FUNCTION", "PROCEDURE", "TYPE", "SEQUENCE", "EXTENSION", "POLICY", "RULE", "EVENT",
    "COLLATION", "STATISTICS", "AGGREGATE", "OPERATOR", "ROLE", "USER", "SCHEMA", "DATABASE",
    "MATERIALIZED", "VIRTUAL", "PUBLICATION", "SUBSCRIPTION", "FOREIGN", "SERVER", "CAST",
)  # fmt: skip


def read(statement: str, dialect: Dialect) -> list[Act]:
    """Answers what *statement* does; one act "unread" where that is not known."""
    found = words(statement, dialect)
    try:
        acts = [*_read(found)]
    except Unread:
        acts = [Act("unread")]
    return [replace(act, statement=" ".join(statement.split())) for act in acts]


def _read(found: Words) -> Iterator[Act]:
    first = found.one().up
    if first in HARMLESS:
        yield Act("harmless")
    elif first in TRANSACTIONS:
        yield Act("transaction", name=first)
    elif first in READERS:
        yield from READERS[first](found)
    else:
        raise Unread(first)


def _create(found: Words) -> Iterator[Act]:
    found.take("OR", "REPLACE")
    temporary = found.any_of("TEMPORARY", "TEMP", "UNLOGGED", "GLOBAL", "LOCAL")
    if found.take("TABLE"):
        yield _create_table(found, temporary)
        return
    kind = found.any_of("UNIQUE", "FULLTEXT", "SPATIAL")
    if found.take("INDEX"):
        yield _create_index(found, kind)
    elif found.any_of("CONSTRAINT", "TRIGGER"):
        yield _trigger(found)
    elif found.take("DOMAIN"):
        yield Act("harmless")
    elif found.any_of(*OBJECTS):
        yield Act("harmless", options=frozenset({"CREATE"}))
    else:
        raise Unread("CREATE")


def _create_table(found: Words, temporary: str) -> Act:
    options = {temporary} if temporary else set()
    if found.take("IF", "NOT", "EXISTS"):
        options.add("IF NOT EXISTS")
    table = found.name()
    fields: list[Field] = []
    parts: list[Act] = []
    if found.at("("):
        for part in found.inner().commas():
            if is_constraint(part):
                parts.append(read_constraint(part, table))
            elif not part.at("LIKE"):
                fields.append(read_field(part))
    return Act(
        "create table",
        table,
        options=frozenset(options),
        parts=tuple(parts),
        fields=tuple(fields),
    )


def _create_index(found: Words, kind: str) -> Act:
    options = {kind} if kind else set()
    if found.take("CONCURRENTLY"):
        options.add("CONCURRENTLY")
    if found.take("IF", "NOT", "EXISTS"):
        options.add("IF NOT EXISTS")
    name = "" if found.at("ON") else found.name()
    if found.take("USING"):
        found.one()
    found.need("ON")
    found.take("ONLY")
    table = found.name()
    if found.take("USING"):
        found.one()
    columns = columns_of(found.inner())
    return Act("add key", table, name, columns, options=frozenset(options))


def _trigger(found: Words) -> Act:
    found.take("TRIGGER")
    found.take("IF", "NOT", "EXISTS")
    name = found.name()
    while found.left and not found.take("ON"):
        found.one()
    return Act("trigger", found.name(), name)


def _drop(found: Words) -> Iterator[Act]:
    found.any_of("TEMPORARY")
    if found.take("TABLE"):
        yield from _each(found, "drop table")
    elif found.take("INDEX"):
        options = {"CONCURRENTLY"} if found.take("CONCURRENTLY") else set()
        found.take("IF", "EXISTS")
        options |= {"CASCADE"} if found.has("CASCADE") else set()
        for part in found.commas():
            name = part.name()
            on = {"ON"} if part.take("ON") else set()  # MySQL's: elsewhere a name says it all
            yield Act("drop key", part.name() if on else "", name, options=frozenset(options | on))
    elif found.any_of("DATABASE", "SCHEMA"):
        found.take("IF", "EXISTS")
        yield Act("drop database", name=found.name())
    elif found.take("TRIGGER") or found.any_of("DOMAIN", *OBJECTS):
        options = {"CASCADE"} if found.has("CASCADE") else set()
        yield Act("harmless", options=frozenset(options | {"DROP"}))
    else:
        raise Unread("DROP")


def _each(found: Words, kind: str) -> Iterator[Act]:
    found.take("IF", "EXISTS")
    options = {"CASCADE"} if found.has("CASCADE") else set()
    for part in found.commas():
        part.take("ONLY")
        act: Act = Act("truncate" if kind == "truncate" else "drop table", part.name())
        yield replace(act, options=frozenset(options))


def _alter(found: Words) -> Iterator[Act]:
    found.any_of("ONLINE", "IGNORE")
    if found.take("TABLE"):
        yield from read_alter(found)
    elif found.take("TYPE"):
        name = found.name()
        said = "ADD VALUE" if found.take("ADD", "VALUE") else found.next
        yield Act("enum", name=name, options=frozenset({said}))
    elif found.take("DOMAIN"):
        name = found.name()
        said = "NOT VALID" if found.has("NOT", "VALID") else found.next
        yield Act("domain", name=name, options=frozenset({said}))
    elif found.any_of("INDEX", *OBJECTS):
        yield Act("harmless")
    else:
        raise Unread("ALTER")


def _rename(found: Words) -> Iterator[Act]:
    found.need("TABLE")
    for part in found.commas():
        table = part.name()
        part.need("TO")
        yield Act("rename table", table, to=part.name())


def _truncate(found: Words) -> Iterator[Act]:
    found.take("TABLE")
    yield from _each(found, "truncate")


def _insert(found: Words) -> Iterator[Act]:
    if found.take("OR"):
        found.one()
    while found.any_of("IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED"):
        pass
    found.take("INTO")
    yield Act("insert", found.name())


def _update(found: Words) -> Iterator[Act]:
    if found.take("OR"):
        found.one()
    while found.any_of("ONLY", "IGNORE", "LOW_PRIORITY"):
        pass
    yield Act("update", found.name(), options=_some_rows(found))


def _delete(found: Words) -> Iterator[Act]:
    found.need("FROM")
    found.take("ONLY")
    yield Act("delete", found.name(), options=_some_rows(found))


def _some_rows(found: Words) -> frozenset[str]:
    return frozenset({"WHERE"} if found.bare("WHERE", "LIMIT") else ())


def _with(found: Words) -> Iterator[Act]:
    if any(found.has(one) for one in ("INSERT", "UPDATE", "DELETE", "MERGE")):
        raise Unread("rows changed in a WITH")
    yield Act("harmless")


def _command(name: str) -> Callable[[Words], Iterator[Act]]:
    def reads(found: Words) -> Iterator[Act]:
        options = [one for one in ("FULL", "CONCURRENTLY") if found.has(one)]
        found.any_of("FULL", "TABLE", "TABLES", "INDEX")
        if name == "REFRESH":
            found.need("MATERIALIZED", "VIEW")
        found.any_of("FULL", "CONCURRENTLY")
        table = "" if not found.left or found.at("(") else found.name()
        yield Act("command", table, name, options=frozenset(options))

    return reads


def _setting(found: Words) -> Iterator[Act]:
    found.any_of("SESSION", "LOCAL", "GLOBAL")
    while found.take("@"):
        found.any_of("SESSION", "GLOBAL")
        found.take(".")
    name = found.name()
    found.any_of("=", "TO", "(")
    yield Act("setting", name=name, to=found.rest().rstrip(" )"))


READERS: Mapping[str, Callable[[Words], Iterator[Act]]] = {
    "CREATE": _create,
    "DROP": _drop,
    "ALTER": _alter,
    "RENAME": _rename,
    "TRUNCATE": _truncate,
    "INSERT": _insert,
    "REPLACE": _insert,
    "UPDATE": _update,
    "DELETE": _delete,
    "WITH": _with,
    "SET": _setting,
    "PRAGMA": _setting,
    **{
        name: _command(name)
        for name in ("VACUUM", "CLUSTER", "REINDEX", "REFRESH", "LOCK", "UNLOCK", "OPTIMIZE")
    },
}
