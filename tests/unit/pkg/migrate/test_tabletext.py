from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from pkg.migrate.tabletext import (
    TableText,
    clauses,
    constraint_name,
    foreign_columns,
    mentions,
)

ODD = """CREATE TABLE "odd" ( -- what, (odd)
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the id, of course
  "a b" TEXT NOT NULL DEFAULT 'x,(' COLLATE NOCASE
    CONSTRAINT pos CHECK (length("a b") > 0) UNIQUE ON CONFLICT IGNORE,
  p BIGINT NULL DEFAULT NULL REFERENCES odd(id) ON DELETE SET NULL NOT DEFERRABLE,
  q BIGINT DEFAULT (1 + (2)) REFERENCES odd(id) ON UPDATE SET DEFAULT /* , */ NOT NULL,
  [g] TEXT GENERATED ALWAYS AS ("a b" || ',') VIRTUAL,
  h INT AS (id * 2) STORED NOT NULL,
  CONSTRAINT "odd_p_foreign" FOREIGN KEY (p, q) REFERENCES odd (id, q),
  CONSTRAINT rule CHECK (p > 0 OR id IN (1, 2)),
  UNIQUE (p, "a b") -- the last
)"""


def test_a_table_is_cut_at_its_own_commas_alone() -> None:
    text = TableText.read(ODD)

    assert list(text.columns) == ["id", "a b", "p", "q", "g", "h"]
    assert [foreign_columns(rule) for rule in text.rules] == [("p", "q"), (), ()]
    assert [constraint_name(rule) for rule in text.rules] == ["odd_p_foreign", "rule", ""]


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("id", ["primary"]),
        ("a b", ["null", "default", "collate", "check", "unique"]),
        ("p", ["null", "default", "references"]),
        ("q", ["default", "references", "null"]),
        ("g", ["generated"]),
        ("h", ["generated", "null"]),
    ],
)
def test_each_rule_of_a_column_is_known_by_its_kind(column: str, kinds: list[str]) -> None:
    assert [one.kind for one in clauses(TableText.read(ODD).columns[column])] == kinds


def test_a_rule_keeps_its_name_and_its_words() -> None:
    rules = {one.kind: one for one in clauses(TableText.read(ODD).columns["a b"])}

    assert rules["check"].name == "pos"
    assert rules["check"].text == 'CONSTRAINT pos CHECK (length("a b") > 0)'
    assert rules["unique"].text == "UNIQUE ON CONFLICT IGNORE"


@pytest.mark.parametrize("options", ["", " WITHOUT ROWID", " STRICT", " STRICT, WITHOUT ROWID"])
def test_what_is_said_again_is_the_same_table(options: str) -> None:
    plain = 'CREATE TABLE t (a INTEGER PRIMARY KEY, -- one\n b TEXT /* , */, "c,d" INT)'
    with closing(sqlite3.connect(":memory:")) as file:
        for name, sql in (("odd", ODD), ("t", plain + options)):
            file.execute(sql)
            columns = file.execute("SELECT * FROM pragma_table_xinfo(?)", [name]).fetchall()
            file.execute(TableText.read(sql).said('"again"'))

            again = file.execute("SELECT * FROM pragma_table_xinfo('again')").fetchall()
            assert again == columns
            (said,) = file.execute("SELECT sql FROM sqlite_master WHERE name = 'again'").fetchone()
            assert said.endswith(")" + options if name == "t" else ")")
            file.execute("DROP TABLE again")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("CHECK (Age > 0)", True),
        ('CHECK ("age" > 0)', True),
        ("CHECK ([age] > 0)", True),
        ("CHECK (aged > 0)", False),
        ("CHECK (name <> 'age') -- age", False),
    ],
)
def test_a_name_is_found_whatever_its_quotes_but_not_in_texts(sql: str, found: bool) -> None:
    assert mentions(sql, "age") is found


@pytest.mark.parametrize("bare", ["a", "a INT", '"a" VARCHAR(40)', "a UNSIGNED BIG INT"])
def test_a_column_without_rules_has_none(bare: str) -> None:
    assert clauses(bare) == []
