"""Statements of three dialects, read into what they do; whatever else is called unread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.migrate.contract import Dialect
from pkg.migrate.lint.act import Act
from pkg.migrate.lint.reader import read
from tests.databases import DIALECTS

SAID = (
    "CREATE ALTER DROP TABLE INDEX UNIQUE ADD COLUMN CONSTRAINT PRIMARY KEY FOREIGN REFERENCES "
    "CHECK NOT NULL DEFAULT SET TYPE USING RENAME TO MODIFY CHANGE ON IF EXISTS CASCADE UPDATE "
    "DELETE FROM INSERT INTO WHERE WITH LIMIT GENERATED ALWAYS AS IDENTITY STORED ENUM VALIDATE "
    "CONCURRENTLY PARTITION PRAGMA LOCK VACUUM a b INT VARCHAR ( ( ) ) , , . ; = 1 20 ² 'x' ' "
    '" ` [ ] $$ -- /* */ ::'
)


def one(statement: str, dialect: Dialect = "postgres") -> Act:
    (act,) = read(statement, dialect)
    return act


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("ALTER TABLE a ADD b INT, ADD COLUMN c INT, DROP d", ["add column"] * 2 + ["drop column"]),
        ("ALTER TABLE a ADD b INT REFERENCES p (id)", ["add column", "add foreign"]),
        ("ALTER TABLE a ADD b INT UNIQUE", ["add column", "add key"]),
        ("ALTER TABLE a ALTER b TYPE TEXT, ALTER b SET NOT NULL", ["change type", "set not null"]),
        ("DROP TABLE IF EXISTS a, public.b", ["drop table", "drop table"]),
        ("DROP INDEX a, b", ["drop key", "drop key"]),
        ("TRUNCATE a, b", ["truncate", "truncate"]),
    ],
)
def test_each_thing_a_statement_does_is_an_act(statement: str, kinds: list[str]) -> None:
    assert [act.kind for act in read(statement, "postgres")] == kinds


@pytest.mark.parametrize(
    "statement",
    [
        "CALL mend()",
        "DO $$ BEGIN PERFORM 1; END $$",
        "COPY a FROM STDIN",
        "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
        "ALTER TABLE a DO SOMETHING",
        "ALTER TABLE a ADD COLUMN b INT NOT NULL SOMEHOW",
        "CREATE SOMETHING a",
        "DROP SOMETHING a",
        "ALTER TABLE",
        "(",
        "",
    ],
)
def test_what_is_not_known_is_said_to_be(statement: str) -> None:
    assert one(statement).kind == "unread"


def test_comments_quotes_and_dollars_are_no_keywords() -> None:
    said = """-- DROP TABLE a
    UPDATE /* WHERE */ "Where" SET x = 'WHERE', y = $$ WHERE $$"""

    act = one(said)

    assert (act.kind, act.table, act.options) == ("update", "Where", frozenset())


@pytest.mark.parametrize(
    ("dialect", "text"),
    [("mysql", r"'it\'s; DROP'"), ("mysql", "'it''s'"), ("postgres", r"'c:\'"), ("sqlite", "'a'")],
)
def test_a_text_ends_where_its_dialect_ends_it(dialect: Dialect, text: str) -> None:
    act = one(f"ALTER TABLE a ADD COLUMN b VARCHAR(9) DEFAULT {text} NOT NULL", dialect)

    assert act.column is not None
    assert (act.column.default, act.column.null) == (text, False)


@pytest.mark.parametrize(
    ("dialect", "name"), [("mysql", "`a`"), ("sqlite", "[a]"), ("postgres", '"a"'), ("mysql", "A")]
)
def test_a_name_is_read_without_its_quotes_and_schema(dialect: Dialect, name: str) -> None:
    assert one(f"DROP TABLE main.{name}", dialect).table == "a"


@pytest.mark.parametrize(
    ("statement", "some"),
    [
        ("UPDATE a SET x = 1 WHERE id = 1", True),
        ("UPDATE a SET x = (SELECT 1 WHERE true)", False),
        ("UPDATE OR IGNORE a SET x = 1", False),
        ("DELETE FROM a LIMIT 10", True),
        ("DELETE FROM a USING b WHERE a.id = b.id", True),
    ],
)
def test_rows_are_chosen_by_a_where_that_is_the_statements_own(statement: str, some: bool) -> None:
    act = one(statement)

    assert act.table == "a"
    assert ("WHERE" in act.options) is some


def test_a_column_is_read_with_all_it_says() -> None:
    act = one(
        "ALTER TABLE a ADD COLUMN b DECIMAL(10, 2) UNSIGNED CHARACTER SET latin1 "
        "COLLATE latin1_bin NOT NULL DEFAULT CURRENT_TIMESTAMP(6) "
        "ON UPDATE NOW(6) COMMENT 'x' AFTER c",
        "mysql",
    )

    assert act.column is not None
    assert (act.column.type, act.column.size) == ("DECIMAL UNSIGNED", (10, 2))
    assert act.column.default == "CURRENT_TIMESTAMP ( 6 )"
    assert act.column.marks == {"CHARSET", "AFTER"}
    assert not act.column.required


def test_a_table_is_read_with_columns_keys_and_references() -> None:
    act = one(
        "CREATE TABLE a (id BIGSERIAL PRIMARY KEY, tags TEXT[] DEFAULT '{}'::TEXT[], "
        "p_id BIGINT REFERENCES p (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, "
        "CONSTRAINT u UNIQUE NULLS NOT DISTINCT (tags), EXCLUDE USING gist (r WITH &&), "
        "FOREIGN KEY (p_id, q) REFERENCES q (a, b) MATCH FULL ON UPDATE NO ACTION, LIKE other)"
    )

    assert [field.name for field in act.fields] == ["id", "tags", "p_id"]
    assert act.fields[2].to == "p"
    assert [part.kind for part in act.parts] == ["add key", "add exclude", "add foreign"]
    assert act.parts[2].columns == ("p_id", "q")


@pytest.mark.parametrize(
    ("keyed", "columns"),
    [
        ("(x, y DESC)", ("x", "y")),
        ("(x(10))", ("x",)),
        ("(lower(x), y)", ("", "y")),
        ("((x + 1))", ("",)),
    ],
)
def test_the_columns_of_a_key_are_told_from_its_expressions(
    keyed: str, columns: tuple[str, ...]
) -> None:
    assert one(f"CREATE INDEX i ON a {keyed}").columns == columns


def test_the_way_that_is_asked_for_holds_for_each_act_of_the_statement() -> None:
    acts = read("ALTER TABLE a ADD (b INT, c INT), ALGORITHM=COPY, LOCK=SHARED", "mysql")

    assert [act.name for act in acts] == ["b", "c"]
    assert all({"ALGORITHM=COPY", "LOCK=SHARED"} <= act.options for act in acts)


@pytest.mark.parametrize(
    ("dialect", "statement", "kind"),
    [
        ("mysql", "ALTER TABLE a ADD PARTITION (PARTITION p VALUES LESS THAN (10))", "partition"),
        ("mysql", "ALTER TABLE a DROP PARTITION p", "partition"),
        ("mysql", "ALTER TABLE a REMOVE PARTITIONING", "partition"),
        ("mysql", "ALTER TABLE a ALTER INDEX k INVISIBLE", "harmless"),
        ("mysql", "ALTER TABLE a RENAME INDEX x TO y", "harmless"),
        ("mysql", "ALTER TABLE a RENAME AS b", "rename table"),
        ("mysql", "ALTER TABLE a DROP CHECK c", "drop constraint"),
        ("mysql", "ALTER TABLE a ALTER COLUMN x SET DEFAULT 'y'", "set default"),
        ("mysql", "CREATE UNIQUE INDEX i USING BTREE ON a (x)", "add key"),
        ("mysql", "INSERT IGNORE a VALUES (1)", "insert"),
        ("sqlite", "INSERT OR REPLACE INTO a VALUES (1)", "insert"),
        ("sqlite", "ALTER TABLE a RENAME x TO y", "rename column"),
        ("postgres", "ALTER TABLE a SET SCHEMA other", "rename table"),
        ("postgres", "ALTER TABLE a SET ACCESS METHOD heap", "option"),
        ("postgres", "ALTER TABLE a OWNER TO me", "option"),
        ("postgres", "ALTER TABLE a ALTER b SET STATISTICS 100", "harmless"),
        ("mysql", "ALTER TABLE a RENAME b", "rename table"),
        ("postgres", "ALTER TABLE a ALTER b SOMETHING", "unread"),
        ("postgres", "ALTER TABLE a SET SOMETHING", "unread"),
        ("postgres", "ALTER INDEX i RENAME TO j", "harmless"),
        ("postgres", "ALTER SOMETHING a", "unread"),
        ("postgres", "CREATE DOMAIN d AS INT", "harmless"),
        ("postgres", "WITH a AS (SELECT 1) SELECT * FROM a", "harmless"),
    ],
)
def test_each_dialects_own_statements_are_known(
    dialect: Dialect, statement: str, kind: str
) -> None:
    assert one(statement, dialect).kind == kind


@given(st.lists(st.sampled_from(SAID.split(" ")), max_size=12), st.sampled_from(DIALECTS))
def test_whatever_is_said_is_read_or_called_unread(said: list[str], dialect: Dialect) -> None:
    acts = read(" ".join(said), dialect)

    assert all(act.statement or act.kind == "unread" for act in acts)
