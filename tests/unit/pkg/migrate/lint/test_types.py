"""What a change of type loses, and where it has the table written anew."""

from __future__ import annotations

import pytest

from pkg.migrate.contract import Dialect
from pkg.migrate.lint.act import Field
from pkg.migrate.lint.reader import read
from pkg.migrate.lint.types import alike, appends, longer_length, narrower, written_anew
from tests.unit.pkg.migrate.lint.examples import ANEW, KEPT


def of(type: str, dialect: Dialect = "postgres") -> Field:
    (act,) = read(f"ALTER TABLE t ADD COLUMN c {type}", dialect)
    assert act.column is not None
    return act.column


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("INT", "SMALLINT"),
        ("BIGINT", "INT"),
        ("VARCHAR(20)", "VARCHAR(10)"),
        ("TEXT", "VARCHAR(10)"),
        ("VARCHAR", "VARCHAR(10)"),
        ("NUMERIC(10, 2)", "NUMERIC(10, 1)"),
        ("TIMESTAMP", "DATE"),
        ("INT", "TEXT"),
        ("UUID", "BYTEA"),
    ],
)
def test_a_value_may_not_fit_the_narrower_type_and_does_the_wider(old: str, new: str) -> None:
    assert narrower(of(old), of(new))
    assert not alike(of(old), of(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SMALLINT", "INT"),
        ("INT", "BIGINT"),
        ("VARCHAR(20)", "VARCHAR(40)"),
        ("VARCHAR(20)", "TEXT"),
        ("NUMERIC(8, 2)", "NUMERIC(10, 2)"),
        ("DATE", "TIMESTAMPTZ"),
    ],
)
def test_a_value_fits_the_wider_type(old: str, new: str) -> None:
    assert not narrower(of(old), of(new))


def test_an_alias_is_the_type_it_stands_for() -> None:
    for old, new in (("INT4", "INTEGER"), ("DECIMAL(8, 2)", "NUMERIC(8, 2)"), ("BOOL", "BOOLEAN")):
        assert alike(of(old), of(new))
    assert alike(of("INT(11)", "mysql"), of("INT", "mysql"))


@pytest.mark.parametrize(("old", "new"), KEPT)
def test_postgres_keeps_the_bytes(old: str, new: str) -> None:
    assert not written_anew(of(old), of(new), "")
    assert not written_anew(of(old), of(new), f"c :: {new}")
    assert written_anew(of(old), of(new), "upper ( c )")


@pytest.mark.parametrize(("old", "new"), ANEW)
def test_postgres_writes_the_table_anew(old: str, new: str) -> None:
    assert written_anew(of(old), of(new), "")


@pytest.mark.parametrize(
    ("old", "new", "mysql", "mariadb"),
    [(20, 63, False, False), (20, 64, True, False), (60, 64, True, True), (64, 99, False, False)],
)
def test_a_length_takes_a_second_byte_from_64_characters_on(
    old: int, new: int, mysql: bool, mariadb: bool
) -> None:
    before, after = of(f"VARCHAR({old})"), of(f"VARCHAR({new})")

    assert longer_length(before, after, mariadb=False) is mysql
    assert longer_length(before, after, mariadb=True) is mariadb


def test_values_at_the_end_of_an_enum_renumber_none() -> None:
    old = of("ENUM('a', 'b')", "mysql")

    assert appends(old, of("ENUM('a', 'b', 'c')", "mysql"))
    assert not appends(old, of("ENUM('c', 'a', 'b')", "mysql"))
    assert narrower(old, of("ENUM('a')", "mysql"))
