"""schema:dump: what it writes, when it refuses, and that migrate:up starts from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.console.commands import COMMANDS
from main import CONSOLE, KERNEL
from pkg.console import Exit, Table
from tests.console.conftest import KEY
from tests.contract.migrations import migration, package

FILES = {"0001_shelves": migration('schema.create_table("shelves", table.id())')}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[str]:
    """A package of one migration; its schema would be kept beside it."""
    with package(tmp_path, FILES) as name:
        yield name


def run(root: Path, migrations: str, *words: str, database: str = "one") -> Result:
    kernel = replace(KERNEL, root=root, migrations=migrations)
    settings = {**CONSOLE.context_settings, "obj": kernel}
    console = Table(COMMANDS, name="main.py", context_settings=settings)
    env = {
        "APP_ENV": "local",
        "APP_KEY": KEY,
        "DATABASE_SYNCHRONOUS": "OFF",
        "DATABASE_URL": f"sqlite:///{root}/{database}.sqlite3",
    }
    return CliRunner(env=env).invoke(console, list(words))


def test_a_new_database_starts_from_what_was_written(made: str, tmp_path: Path) -> None:
    run(tmp_path, made, "migrate:up")

    written = run(tmp_path, made, "schema:dump")
    started = run(tmp_path, made, "migrate:up", database="two")
    again = run(tmp_path, made, "migrate:up", database="two")

    assert written.exit_code == started.exit_code == Exit.DONE
    assert "wrote schema/sqlite.sql, in place of 1 migration" in written.stdout
    assert "schema" in started.stdout
    assert "0001_shelves" not in started.stdout
    assert "nothing is pending" in again.stdout


def test_a_plan_writes_nothing(made: str, tmp_path: Path) -> None:
    run(tmp_path, made, "migrate:up")

    result = run(tmp_path, made, "schema:dump", "--plan")

    assert "would write schema/sqlite.sql" in result.stdout
    assert not (tmp_path / "schema").exists()


def test_what_is_pending_must_be_applied_first(made: str, tmp_path: Path) -> None:
    result = run(tmp_path, made, "schema:dump")

    assert result.exit_code == Exit.FAILED
    assert "`migrate:up` first" in result.stderr
    assert not (tmp_path / "schema").exists()
