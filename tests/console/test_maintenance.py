"""down, up; what running servers make of it: tests/feature/test_maintenance.py."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import Run


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def decided(root: Path) -> list[str]:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        query = "SELECT value FROM settings WHERE name = 'maintenance'"
        return [value for (value,) in file.execute(query)]


def test_doors_are_closed_for_as_long_as_they_are_told(run: Run, root: Path) -> None:
    first, second = run("down"), run("down", "--retry", "300")

    assert (first.exit_code, second.exit_code) == (Exit.DONE, Exit.DONE)
    assert first.stdout == (
        "✓ the doors are closed: callers get 503 and are told to come back in 60 s\n"
    )
    assert decided(root) == ["300"]


def test_a_secret_is_shown_once_and_kept_as_a_digest(run: Run, root: Path) -> None:
    closed = run("down", "--secret", APP_URL="https://chat.example.com")

    url, header = closed.stdout.splitlines()[1:]
    secret = url.rpartition("/")[2]
    assert re.fullmatch(r"  in a browser  https://chat\.example\.com/[\w-]{32}", url)
    assert header == f"  elsewhere     X-Maintenance-Secret: {secret}"
    assert decided(root) == [f"60 {hashlib.sha256(secret.encode()).hexdigest()}"]


def test_each_secret_is_another(run: Run) -> None:
    assert run("down", "--secret").stdout != run("down", "--secret").stdout


def test_doors_are_opened_and_were_not_closed_the_second_time(run: Run, root: Path) -> None:
    run("down")

    first, second = run("up"), run("up")

    assert (first.stdout, second.stdout) == (
        "✓ the doors are open\n",
        "the doors were not closed\n",
    )
    assert first.exit_code == second.exit_code == Exit.DONE
    assert decided(root) == []


def test_up_says_that_a_setting_keeps_them_closed(run: Run) -> None:
    ended = run("up", APP_MAINTENANCE="true")

    assert "APP_MAINTENANCE keeps them closed" in ended.stderr


@pytest.mark.parametrize("seconds", ["0", "-1", "86401", "soon"])
def test_nobody_is_told_to_come_back_at_once_or_next_week(
    run: Run, root: Path, seconds: str
) -> None:
    assert run("down", "--retry", seconds).exit_code == Exit.USAGE
    assert decided(root) == []
