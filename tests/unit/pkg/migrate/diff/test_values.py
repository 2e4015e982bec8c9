"""What is written for a column's rows, read by the column's type."""

from __future__ import annotations

import pytest

from pkg.migrate import table
from pkg.migrate.diff.values import DIALECTS, nothing, numbered, read_value
from pkg.migrate.table import Column


@pytest.mark.parametrize(
    ("text", "column", "sql"),
    [
        ("-7", table.small("x"), "-7"),
        ("007", table.integer("x"), "7"),
        ("9223372036854775807", table.big("x"), "9223372036854775807"),
        ("1.50", table.decimal("x"), "'1.50'"),
        ("1e3", table.double("x"), "1000"),
        ("TRUE", table.boolean("x"), "TRUE"),
        ("it's", table.string("x", 4), "'it''s'"),
        ("", table.text("x"), "''"),
        ('{"a": "it\'s"}', table.json("x"), "'{\"a\": \"it''s\"}'"),
        ("2024-02-29", table.date("x"), "'2024-02-29'"),
        ("0" * 32, table.uuid("x"), "'00000000-0000-0000-0000-000000000000'"),
    ],
)
def test_a_value_is_read_as_its_columns_type_has_it(text: str, column: Column, sql: str) -> None:
    assert read_value(text, column) == dict.fromkeys(DIALECTS, sql)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("32768", table.small("x")),
        ("1_000", table.integer("x")),
        ("\u0661", table.big("x")),
        ("nan", table.decimal("x")),
        ("x", table.double("x")),
        ("yes", table.boolean("x")),
        ("too long", table.string("x", 3)),
        ("a\\b", table.text("x")),
        ("a\0b", table.text("x")),
        ("{", table.json("x")),
        ("2023-02-29", table.date("x")),
        ("1", table.uuid("x")),
        ("2024-01-01", table.moment("x")),
        ("x", table.binary("x")),
    ],
)
def test_what_is_no_value_of_its_type_is_told(text: str, column: Column) -> None:
    with pytest.raises(ValueError, match=r"is no|can only be|cannot be given"):
        read_value(text, column)


def test_now_is_said_to_each_database_in_its_own_words() -> None:
    assert len(set(read_value("now", table.moment("x")).values())) == 3


@pytest.mark.parametrize(
    "column",
    [
        *(table.small("x"), table.boolean("x"), table.text("x"), table.json("x"), table.date("x")),
        *(table.moment("x"), table.uuid("x"), table.binary("x"), table.decimal("x")),
    ],
)
def test_every_type_has_an_emptiest_value(column: Column) -> None:
    assert set(nothing(column)) == set(DIALECTS)


def test_rows_are_told_apart_where_the_type_has_so_many_values() -> None:
    assert numbered(table.string("x", 9)) == numbered(table.text("x"))
    assert numbered(table.decimal("x")) == dict.fromkeys(DIALECTS, "id")
    assert numbered(table.boolean("x")) is None
