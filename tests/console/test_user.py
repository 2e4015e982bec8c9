"""user:create."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pkg.console import Exit
from tests.console.conftest import Run

ADA = ("--name", "Ada", "--email", "Ada@Example.com", "--password", "correct horse")


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def accounts(root: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute("SELECT * FROM users")]


def test_an_account_is_made_with_verified_addresses_and_a_hash(run: Run, root: Path) -> None:
    made = run("user:create", *ADA, "--mobile", "13812345678")

    account = accounts(root)[0]
    assert made.exit_code == Exit.DONE
    assert made.stdout == f"✓ made the user Ada (u:{account['id']})\n"
    assert (account["name"], account["email"]) == ("Ada", "ada@example.com")
    assert account["mobile"] == "+8613812345678"
    assert account["email_verified_at"]
    assert account["mobile_verified_at"]
    assert account["password"].startswith("$argon2id$")
    assert not account["is_admin"]


def test_an_administrator_is_made_only_when_asked_for(run: Run, root: Path) -> None:
    made = run("user", "create", *ADA, "--admin")

    assert "made the administrator Ada" in made.stdout
    assert accounts(root)[0]["is_admin"]


def test_every_fault_is_told_in_words_and_nothing_is_made(run: Run, root: Path) -> None:
    ended = run("user:create", "--name", "a", "--email", "nowhere", "--password", "short")

    assert ended.exit_code == Exit.FAILED
    assert [line.split()[1] for line in ended.stderr.splitlines()] == [
        "name:",
        "password:",
        "email:",
    ]
    assert "short" not in ended.output
    assert accounts(root) == []


def test_one_address_is_needed(run: Run) -> None:
    ended = run("user:create", "--name", "ada", "--password", "correct horse")

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: ")
    assert "field." not in ended.stderr


def test_a_name_that_is_taken_is_told_in_words(run: Run, root: Path) -> None:
    run("user:create", *ADA)

    ended = run("user:create", "--name", "ADA", "--mobile", "13812345678", *ADA[4:])

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.count("\n") == 1
    assert "name.taken" not in ended.stderr
    assert len(accounts(root)) == 1


def test_without_a_terminal_nothing_is_asked_for(run: Run) -> None:
    ended = run("user:create", "--name", "ada")

    assert ended.exit_code == Exit.FAILED
    assert "password" in ended.stderr
