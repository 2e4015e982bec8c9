"""migrate:lint: what it prints, with which exit code, and that it needs no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.console.commands import COMMANDS
from main import CONSOLE, KERNEL
from pkg.console import Exit, Table
from tests.console.conftest import KEY, Run
from tests.contract.migrations import migration, package

FILES = {
    "0001_made": migration('schema.create_table("t", table.id(), table.integer("n", null=True))'),
    "0002_indexed": migration('schema.add_key("t", table.index("n"))'),
    "0003_dropped": migration(
        '# lint: allow DB001 it was never used\nschema.drop_table("t")',
    ),
}
NOWHERE = "postgres://nobody@127.0.0.1:1/none"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[str]:
    """A package with a table, an index over it, and its end, which is allowed."""
    with package(tmp_path, FILES) as name:
        yield name


def lint(root: Path, migrations: str, *words: str, **environment: str) -> Result:
    kernel = replace(KERNEL, root=root, migrations=migrations)
    settings = {**CONSOLE.context_settings, "obj": kernel}
    console = Table(COMMANDS, name="main.py", context_settings=settings)
    env = {"APP_ENV": "local", "APP_KEY": KEY, "DATABASE_SYNCHRONOUS": "OFF", **environment}
    return CliRunner(env=env).invoke(console, ["migrate:lint", *words])


def test_the_migrations_of_this_project_are_clean(run: Run) -> None:
    result = run("migrate:lint", "--json")

    assert result.exit_code == Exit.DONE
    assert [one for one in json.loads(result.stdout) if not one["allowed"]] == []


def test_it_names_place_statement_reason_and_the_safe_way(made: str, tmp_path: Path) -> None:
    result = lint(tmp_path, made, DATABASE_URL=NOWHERE)

    assert result.exit_code == Exit.FAILED
    assert f"{made}/0002_indexed.py:12: error PG106 on postgres" in result.stdout
    assert 'CREATE INDEX "t_n_index" ON "t" ("n")' in result.stdout
    assert "lock: SHARE; rows: build" in result.stdout
    assert "online=True" in result.stdout
    assert "1 error, 2 notices, 1 allowed with a reason" in result.stdout


def test_one_database_and_one_file_may_be_asked_for(made: str, tmp_path: Path) -> None:
    one = lint(tmp_path, made, "--database", "mariadb", "0002_indexed")
    clean = lint(tmp_path, made, "0001_made.py")

    assert one.exit_code == clean.exit_code == Exit.DONE
    assert "MY218 on mariadb" in one.stdout
    assert "PG106" not in one.stdout
    assert "nothing dangerous was found" in clean.stdout


def test_json_holds_all_of_a_rule_and_what_was_allowed(made: str, tmp_path: Path) -> None:
    rows = json.loads(lint(tmp_path, made, "--json").stdout)

    by_code = {row["code"]: row for row in rows}
    assert by_code["DB001"]["allowed"] == "it was never used"
    assert by_code["PG106"]["databases"] == ["postgres"]
    assert by_code["PG106"]["severity"] == "error"
    assert {"file", "line", "statement", "lock", "rows", "why", "recipe", "source"} <= {*rows[0]}


def test_pending_alone_asks_the_database_what_is_not_applied(made: str, tmp_path: Path) -> None:
    (tmp_path / "resources").mkdir()
    url = f"sqlite:///{tmp_path}/app.sqlite3"

    result = lint(tmp_path, made, "--pending", "--database", "postgres", DATABASE_URL=url)

    assert result.exit_code == Exit.FAILED
    assert "PG106" in result.stdout


def test_a_file_that_is_not_there_is_an_error(made: str, tmp_path: Path) -> None:
    result = lint(tmp_path, made, "0009_none")

    assert result.exit_code == Exit.FAILED
    assert "0009_none" in str(result.exception) + result.stderr
