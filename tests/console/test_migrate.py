"""migrate: what it prints, what it leaves behind, and how it ends."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.console.tables import Teller
from pkg.clock import SystemClock
from pkg.console import Exit
from pkg.database import Database, DatabaseConfig
from pkg.migrate import Began, Ran, Running
from pkg.migrate.files import Files
from pkg.migrate.ledger import Ledger
from pkg.migrate.lock import Lock
from tests.console.conftest import DEPLOYED, Run

ALL = len(Files("database.migrations").names())


def tables(root: Path) -> set[str]:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        rows = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Holds the migrations' lock, as another node would."""
    url = f"sqlite:///{root}/storage/app.sqlite3"
    config = DatabaseConfig.model_validate({"url": url})

    async def write(statement: str) -> None:
        database = Database.from_config(config, root=root, models=())
        await database.open()
        try:
            await Ledger(database).ensure()
            lock = Lock(database, SystemClock(), lease=3600, owner="other:1")
            if statement == "take":
                assert await lock._take()
            else:
                await database.execute("DELETE FROM migration_lock")
        finally:
            await database.close()

    asyncio.run(write("take"))
    yield
    asyncio.run(write("give"))


def test_up_makes_the_tables_and_a_second_one_finds_nothing_to_do(run: Run, root: Path) -> None:
    first, second = run("migrate:up"), run("migrate:up")

    assert first.exit_code == second.exit_code == Exit.DONE
    assert "0001_accounts" in first.stdout
    assert f"{ALL} applied" in first.stdout
    assert "nothing is pending" in second.stdout
    assert {"users", "messages", "settings"} <= tables(root)


@pytest.mark.parametrize("words", [("migrate", "up"), ("migrate:up",)])
def test_both_spellings_are_one_command(run: Run, words: tuple[str, ...]) -> None:
    assert "1 applied" in run(*words, "--step", "1").stdout


def test_status_ends_with_1_while_something_is_pending(run: Run) -> None:
    before = run("migrate:status")
    run("migrate:up")
    after = run("migrate:status")

    assert before.exit_code == Exit.FAILED
    assert before.stdout.count("pending") == ALL
    assert after.exit_code == Exit.DONE
    assert after.stdout.count("applied") == ALL


def test_status_as_json_and_of_what_is_pending_alone(run: Run) -> None:
    run("migrate:up", "--to", "0002_chat")

    rows = json.loads(run("migrate:status", "--json").stdout)
    pending = json.loads(run("migrate:status", "--pending", "--json").stdout)

    assert [row["state"] for row in rows] == ["applied"] * 2 + ["pending"] * (ALL - 2)
    assert next(row["name"] for row in pending) == "0003_stores"


def test_rollback_takes_the_last_batch_and_down_n_files(run: Run, root: Path) -> None:
    run("migrate:up", "--to", "0001_accounts")
    run("migrate:up")

    rolled = run("migrate:rollback")
    assert f"{ALL - 1} taken back" in rolled.stdout
    assert "users" in tables(root)
    assert "messages" not in tables(root)

    assert "1 taken back" in run("migrate", "down", "--step", "1").stdout
    assert "there is nothing to take back" in run("migrate:down").stdout


def test_down_takes_the_batch_that_is_named(run: Run) -> None:
    run("migrate:up")
    run("migrate:down", "--step", "1")
    run("migrate:up")

    assert "1 taken back" in run("migrate:down", "--batch", "2").stdout
    assert "nothing" in run("migrate:down", "--batch", "9").stdout


def test_pretend_prints_the_statements_and_runs_none(run: Run, root: Path) -> None:
    planned = run("migrate:up", "--pretend")

    assert planned.exit_code == Exit.DONE
    assert "-- 0001_accounts (up)" in planned.stdout
    assert 'CREATE TABLE "users"' in planned.stdout
    assert "users" not in tables(root)

    run("migrate:up")
    assert 'DROP TABLE "users"' in run("migrate:down", "--pretend").stdout
    assert "users" in tables(root)
    assert "there is nothing to run" in run("migrate:up", "--pretend").stdout


def test_reset_takes_everything_back_and_refresh_makes_it_again(run: Run, root: Path) -> None:
    run("migrate:up")

    assert f"{ALL} taken back" in run("migrate:reset").stdout
    assert "users" not in tables(root)

    run("migrate:up")
    assert run("migrate:refresh").stdout.endswith(f"{ALL} applied\n")
    assert run("migrate:refresh", "--step", "1").stdout.endswith("1 applied\n")
    assert "users" in tables(root)


def test_fresh_drops_tables_that_no_migration_made(run: Run, root: Path) -> None:
    run("migrate:up")
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.execute("CREATE TABLE strange (id INTEGER)")

    assert f"{ALL} applied" in run("migrate:fresh").stdout
    assert "strange" not in tables(root)


@pytest.mark.parametrize("verb", ["up", "down", "rollback", "reset", "refresh", "fresh"])
def test_a_deployment_refuses_without_force_and_obeys_with_it(run: Run, verb: str) -> None:
    refused = run(f"migrate:{verb}", **DEPLOYED)
    forced = run(f"migrate:{verb}", "--force", **DEPLOYED)

    assert refused.exit_code == Exit.REFUSED
    assert refused.stdout == ""
    assert refused.stderr == "error: refused in this environment: say --force to mean it\n"
    assert forced.exit_code == Exit.DONE


def test_a_deployment_shows_and_pretends_without_being_forced(run: Run) -> None:
    assert run("migrate:up", "--pretend", **DEPLOYED).exit_code == Exit.DONE
    assert run("migrate:status", **DEPLOYED).exit_code == Exit.FAILED


def test_who_finds_the_lock_held_ends_with_75_and_names_the_holder(run: Run, root: Path) -> None:
    run("migrate:status")

    with held(root):
        locked = run("migrate:up", "--wait", "0")
    after = run("migrate:up", "--wait", "0")

    assert locked.exit_code == Exit.LOCKED
    assert locked.stderr.startswith("error: other:1 has been migrating for ")
    assert "users" in tables(root)
    assert after.exit_code == Exit.DONE


def test_an_unknown_file_is_one_line(run: Run) -> None:
    missed = run("migrate:up", "--to", "0999_nowhere")

    assert missed.exit_code == Exit.FAILED
    assert missed.stderr == "error: 0999_nowhere is not pending\n"


def test_a_database_that_is_away_is_one_line(run: Run) -> None:
    away = run("migrate:up", DATABASE_URL="postgres://u:secret@127.0.0.1:1/app")

    assert away.exit_code == Exit.FAILED
    assert away.stderr.startswith("error: cannot open ")
    assert away.stderr.count("\n") == 1
    assert "secret" not in away.stderr


def test_a_bare_migrate_shows_its_commands(run: Run) -> None:
    shown = run("migrate")

    assert shown.exit_code == Exit.USAGE
    assert "migrate:rollback" in shown.stdout


@pytest.mark.parametrize("words", [("--step", "0"), ("--step", "x"), ("--wait", "-1")])
def test_a_number_that_is_none_is_a_mistake_in_use(run: Run, words: tuple[str, ...]) -> None:
    assert run("migrate:up", *words).exit_code == Exit.USAGE


def test_who_waits_is_told_for_whom(run: Run, root: Path) -> None:
    run("migrate:status")

    with held(root):
        locked = run("migrate:up", "--wait", "0.3")

    assert locked.stderr.startswith("  waiting for other:1, 0 s\n")
    assert "waiting" not in locked.stdout


def test_each_file_is_printed_with_its_place_among_all(run: Run) -> None:
    printed = run("migrate:up").stdout

    assert f"  up   1/{ALL} 0001_accounts\n" in printed
    assert f"  up   {ALL}/{ALL} " in printed


def test_what_takes_long_is_told_beside_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Teller()

    tell(Began("0007_ages", "up", 2, 3, done=4))
    tell(Running("INSERT INTO\n  people", 5, 12, 120_000))
    tell(Running("DROP TABLE people", 6, 7))
    tell(Ran("0007_ages", "up", 1, ()))

    told = capsys.readouterr()
    assert told.out == "  up   2/3 0007_ages\n"
    assert told.err.splitlines() == [
        "  0007_ages goes on behind 4 statements that an earlier run did",
        "  statement 5, 12 s, moving 120,000 rows: INSERT INTO people",
        "  statement 6, 7 s: DROP TABLE people",
    ]
