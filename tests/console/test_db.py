"""db: what there is in the database, told to people and to scripts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.console.db.show import readable
from pkg.console import Exit
from tests.console.conftest import Run


def told(run: Run, *words: str, **environment: str) -> Any:
    return json.loads(run(*words, "--json", **environment).stdout)


def test_show_tells_rows_size_and_shape_of_every_table(run: Run) -> None:
    run("migrate:up")
    run("seed", "users", "--count", "3")

    shown, rows = run("db:show"), told(run, "db:show")

    users = next(row for row in rows if row["table"] == "users")
    assert (users["rows"], users["columns"], users["keys"], users["references"]) == (3, 21, 4, 0)
    assert users["size"] is None or users["size"] > 4096
    assert "storage/app.sqlite3" in shown.stdout
    assert [row["table"] for row in rows] == sorted(row["table"] for row in rows)
    assert all(row["table"] in shown.stdout for row in rows)


def test_table_tells_columns_keys_and_references(run: Run) -> None:
    run("migrate:up")

    shown, one = run("db:table", "conversations"), told(run, "db", "table", "conversations")

    assert shown.exit_code == Exit.DONE
    assert "conversations_owner_id_foreign" in shown.stdout
    assert "Checks" not in shown.stdout  # there are none
    assert one["primary"] == ["id"]
    assert one["rows"] == 1
    assert one["references"][0]["on_delete"] == "set null"
    columns = {column["name"]: column for column in one["columns"]}
    assert columns["kind"]["raw"] == "VARCHAR(8)"
    assert columns["created_at"]["default"] == "now"
    assert columns["owner_id"]["null"]


def test_what_somebody_else_made_is_shown_too(run: Run, root: Path) -> None:
    run("migrate:up", "--step", "1")
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.execute(
            'CREATE TABLE "Odd ""one""" (a INT PRIMARY KEY, b INT AS (a + 1), CHECK (a > 0))'
        )
        file.execute('CREATE TRIGGER t AFTER INSERT ON "Odd ""one""" BEGIN SELECT 1; END')
        file.execute('CREATE INDEX k ON "Odd ""one""" (abs(a))')

    shown = run("db:table", 'Odd "one"').stdout

    for said in ("a > 0", "CREATE TRIGGER", "generated", "(expression)"):
        assert said in shown
    assert 'Odd "one"' in run("db:show").stdout


@pytest.mark.parametrize("made", [True, False])
def test_a_table_that_is_not_there_is_told_with_the_nearest(run: Run, made: bool) -> None:
    if made:
        run("migrate:up")

    missed = run("db:table", "usrs")

    assert missed.exit_code == Exit.FAILED
    assert ("users" in missed.stderr) == made
    assert "there is no table usrs" in missed.stderr


@pytest.mark.parametrize(
    ("size", "read"),
    [
        (None, ""),
        (0, "0 B"),
        (1023, "1023 B"),
        (4096, "4 KiB"),
        (3 * 2**20, "3.0 MiB"),
        (5 * 2**40, "5.0 TiB"),
        (2**52, "4096.0 TiB"),
    ],
)
def test_a_size_is_read_in_units(size: int | None, read: str) -> None:
    assert readable(size) == read
