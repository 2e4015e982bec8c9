from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.database import placed, statements, utc
from pkg.database.sql import stored

CHINA = timezone(timedelta(hours=8))
FUNCTION = "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql"
TRIGGER = "CREATE TEMP TRIGGER a AFTER UPDATE ON b BEGIN SELECT"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sql", "postgres", "mysql"),
    [
        ("SELECT 1", "SELECT 1", "SELECT 1"),
        ("a = ? AND b = ?", "a = $1 AND b = $2", "a = %s AND b = %s"),
        ("(?, ?), (?, ?)", "($1, $2), ($3, $4)", "(%s, %s), (%s, %s)"),
        ("a LIKE '5%?' OR a = ?", "a LIKE '5%?' OR a = $1", "a LIKE '5%%?' OR a = %s"),
        ("a = 'it''s ?' AND ?", "a = 'it''s ?' AND $1", "a = 'it''s ?' AND %s"),
        ('"a?" = ?', '"a?" = $1', '"a?" = %s'),
        ("`a?` = ?", "`a?` = $1", "`a?` = %s"),
        ("? -- why?\n = ?", "$1 -- why?\n = $2", "%s -- why?\n = %s"),
        ("? /* why?\n? */ = ?", "$1 /* why?\n? */ = $2", "%s /* why?\n? */ = %s"),
        ("$$ ? $$ || ?", "$$ ? $$ || $1", "$$ ? $$ || %s"),
        ("$x$ $$ ? $x$ || ?", "$x$ $$ ? $x$ || $1", "$x$ $$ ? $x$ || %s"),
        ("7 % ?", "7 % $1", "7 %% %s"),
    ],
)
def test_a_question_mark_outside_quotes_and_comments_is_a_place(
    sql: str, postgres: str, mysql: str
) -> None:
    assert placed(sql, "sqlite") == sql
    assert placed(sql, "postgres") == postgres
    assert placed(sql, "mysql") == mysql


@given(st.text(alphabet="a?%$'\"`-/* \n;", max_size=40))
def test_what_the_mysql_client_formats_back_is_what_was_written(sql: str) -> None:
    text = placed(sql, "mysql")

    assert text % (("?",) * text.replace("%%", "").count("%s")) == sql


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("", []),
        (" ;; \n ; ", []),
        ("-- only a word\n", []),
        ("/* nothing; */ ;", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1; SELECT 2;\n", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';'; SELECT \";\"", ["SELECT ';'", 'SELECT ";"']),
        ("SELECT 1 -- one; two\n; SELECT 2", ["SELECT 1 -- one; two", "SELECT 2"]),
        ("DO $$ a; b; $$; SELECT 1", ["DO $$ a; b; $$", "SELECT 1"]),
        (f"{TRIGGER}; SELECT 1; END; SELECT 2", [f"{TRIGGER}; SELECT 1; END", "SELECT 2"]),
        (f"{TRIGGER} CASE 1 END; END; SELECT 2", [f"{TRIGGER} CASE 1 END; END", "SELECT 2"]),
        ("CREATE TRIGGER a SET b = 1; SELECT 2", ["CREATE TRIGGER a SET b = 1", "SELECT 2"]),
        (f"{FUNCTION}; SELECT 2", [FUNCTION, "SELECT 2"]),
        ("INSERT INTO t VALUES ('it''s; so')", ["INSERT INTO t VALUES ('it''s; so')"]),
    ],
)
def test_a_script_is_cut_at_its_semicolons_and_no_others(script: str, found: list[str]) -> None:
    assert statements(script) == found


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON.astimezone(CHINA),
        NOON.replace(tzinfo=None),
        "2026-01-01 12:00:00+00:00",
        "2026-01-01 20:00:00+08:00",
        "2026-01-01 12:00:00",
    ],
)
def test_a_moment_is_read_in_whatever_shape_a_database_gives_it(value: datetime | str) -> None:
    assert utc(value) == NOON
    assert utc(value).tzinfo is UTC


def test_moments_are_stored_in_utc_and_all_else_as_it_is() -> None:
    kept = stored([NOON.astimezone(CHINA), "text", 5, None, b"\0"])

    assert kept == [NOON, "text", 5, None, b"\0"]
    assert isinstance(kept[0], datetime)
    assert kept[0].tzinfo is UTC


def test_a_moment_without_a_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="no zone"):
        stored([NOON.replace(tzinfo=None)])
