"""seed: what it adds, what it prints, where it refuses."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from database.seeders import demo
from pkg.console import Exit
from tests.console.conftest import DEPLOYED, Run


def count(root: Path, table: str) -> int:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        found: int = file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found


@pytest.fixture
def migrated(run: Run) -> None:
    run("migrate:up")


@pytest.mark.usefixtures("migrated")
def test_all_seeders_run_and_the_demo_login_is_told(run: Run, root: Path) -> None:
    sown = run("seed")

    assert sown.exit_code == Exit.DONE
    assert "users: 50 added" in sown.stdout
    assert demo.NOTE in sown.stdout.splitlines()[-1]
    assert count(root, "users") > 50
    assert count(root, "messages") >= 50


@pytest.mark.usefixtures("migrated")
def test_a_second_run_adds_nothing_and_tells_the_login_again(run: Run, root: Path) -> None:
    run("seed")
    before = count(root, "users"), count(root, "messages")

    again = run("seed")

    assert "users: 0 added" in again.stdout
    assert demo.PASSWORD in again.stdout
    assert (count(root, "users"), count(root, "messages")) == before


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("name", ["users", "SeedUsersTable"])
def test_one_seeder_goes_by_both_its_names(run: Run, root: Path, name: str) -> None:
    sown = run("seed", name, "--count", "3")

    assert sown.stdout.startswith("✓ users: 3 added")
    assert "demo" not in sown.stdout
    assert count(root, "users") == 3


@pytest.mark.usefixtures("migrated")
def test_another_random_seed_makes_other_people(run: Run, root: Path) -> None:
    run("seed", "users", "--count", "3")

    assert "users: 3 added" in run("seed", "users", "--count", "3", "--random-seed", "2").stdout


def test_the_seeders_are_listed_and_none_runs(run: Run, root: Path) -> None:
    listed, rows = run("seed", "--list"), json.loads(run("seed", "--list", "--json").stdout)

    assert listed.exit_code == Exit.DONE
    assert [row["name"] for row in rows][:3] == ["users", "demo", "lobby"]
    assert not (root / "storage").exists()


def test_without_tables_it_says_what_to_run(run: Run) -> None:
    sown = run("seed")

    assert sown.exit_code == Exit.FAILED
    assert sown.stderr.endswith("run `python main.py migrate up` first\n")


def test_an_unknown_name_is_told_before_anything_is_dropped(run: Run, root: Path) -> None:
    run("migrate:up")
    run("seed", "users", "--count", "1")

    missed = run("seed", "ghosts", "--fresh")

    assert missed.exit_code == Exit.FAILED
    assert "no seeder 'ghosts'; there are users, demo, lobby" in missed.stderr
    assert count(root, "users") == 1


def test_fresh_begins_with_empty_tables(run: Run, root: Path) -> None:
    run("migrate:up")
    run("seed", "users", "--count", "5")

    sown = run("seed", "users", "--count", "2", "--fresh")

    assert "users: 2 added" in sown.stdout
    assert count(root, "users") == 2


@pytest.mark.parametrize("words", [("migrate:up", "--seed"), ("migrate:fresh", "--seed")])
def test_migrating_may_seed_at_once(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)

    assert done.exit_code == Exit.DONE
    assert demo.NOTE in done.stdout


def test_a_deployment_refuses_and_forced_gets_no_login_that_all_know(run: Run, root: Path) -> None:
    run("migrate:up")

    refused, forced = run("seed", **DEPLOYED), run("seed", "--force", **DEPLOYED)

    assert refused.exit_code == Exit.REFUSED
    assert forced.exit_code == Exit.DONE
    assert "demo is for local and testing only" in forced.stderr
    assert demo.PASSWORD not in forced.output
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        assert not file.execute("SELECT * FROM users WHERE name = 'demo'").fetchall()
