"""Types and defaults as databases say them."""

from __future__ import annotations

import pytest

from pkg.migrate.contract import Dialect
from pkg.migrate.inspect import mysql, postgres, sqlite
from pkg.migrate.inspect.words import bare, default_of, kind_of
from pkg.migrate.table import NOW, Default, Kind


@pytest.mark.parametrize(
    ("raw", "types", "meant"),
    [
        ("VARCHAR(40)", sqlite.TYPES, ("string", 40, 0)),
        ("character varying(7)", postgres.TYPES, ("string", 7, 0)),
        ("character varying", postgres.TYPES, ("string", 0, 0)),
        ("numeric(12,2)", postgres.TYPES, ("decimal", 12, 2)),
        ("timestamp(3) with time zone", postgres.TYPES, (None, 0, 0)),
        ("decimal(5)", mysql.TYPES, ("decimal", 5, 0)),
        ("datetime(6)", mysql.TYPES, ("moment", 0, 0)),
        ("datetime(3)", mysql.TYPES, (None, 0, 0)),
        ("bigint unsigned", mysql.TYPES, (None, 0, 0)),
        ("char(36)", mysql.TYPES, ("uuid", 0, 0)),
        ("char(35)", mysql.TYPES, (None, 0, 0)),
        ("", sqlite.TYPES, (None, 0, 0)),
    ],
)
def test_a_type_is_read_with_its_size(
    raw: str, types: dict[str, Kind], meant: tuple[Kind | None, int, int]
) -> None:
    assert kind_of(raw, types) == meant


@pytest.mark.parametrize(
    ("said", "kind", "dialect", "meant"),
    [
        (None, "string", "sqlite", None),
        ("'it''s'", "string", "sqlite", "it's"),
        ("('a')", "text", "mysql", "a"),
        ("'a'::character varying", "string", "postgres", "a"),
        ("'-3'::integer", "integer", "postgres", -3),
        ("7", "big", "mysql", 7),
        ("7", "string", "sqlite", None),
        ("true", "boolean", "postgres", True),
        ("0", "boolean", "mysql", False),
        ("'2020-01-01'", "moment", "sqlite", None),
        ("current_timestamp(6)", "moment", "mysql", NOW),
        ("CURRENT_TIMESTAMP", "moment", "postgres", NOW),
        ("(1) + (2)", "integer", "sqlite", None),
        ("'a' || 'b'", "string", "sqlite", None),
    ],
)
def test_a_default_is_read_or_is_no_word_of_the_builder(
    said: str | None, kind: Kind, dialect: Dialect, meant: Default
) -> None:
    found = default_of(said, kind, dialect)

    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("said", "meant"),
    [("((a))", "a"), ("(a) + (b)", "(a) + (b)"), ("(')')", "')'"), (" a ", "a"), ("(a", "(a")],
)
def test_parentheses_around_all_of_it_fall_away(said: str, meant: str) -> None:
    assert bare(said) == meant
