"""play: statements on standard input, as a script gives them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import DEPLOYED, Run

ADA = ("--name", "ada", "--email", "ada@example.com", "--password", "correct horse")
RENAME = 'await User.filter(name="ada").update(nickname="Countess")\n'


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")
    run("user:create", *ADA)


def nickname(root: Path) -> str:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        found: str = file.execute("SELECT nickname FROM users").fetchone()[0]
        return found


def test_models_and_services_are_at_hand_and_may_be_awaited(run: Run) -> None:
    said = (
        "(await User.get(name='ada')).email\n"
        "await services.cache.put('a', 41, ttl=60)\n"
        "one = 1 + await services.cache.get('a')\n"
        "one\n"
        "settings.app.env\n"
    )

    played = run("play", stdin=said)

    assert played.exit_code == Exit.DONE, played.output
    assert played.stdout.replace(">>> ", "").split() == ["'ada@example.com'", "42", "'local'"]
    assert "services, settings, " in played.stderr


def test_statements_of_several_lines_are_taken(run: Run) -> None:
    said = (
        "async def double(n):\n    return 2 * n\n\n"
        "for n in range(2):\n    print(await double(n))\n\n"
    )

    played = run("play", stdin=said)

    assert played.exit_code == Exit.DONE, played.output
    assert "0\n2\n" in played.stdout.replace(">>> ", "").replace("... ", "")


def test_what_is_written_stays_unless_it_is_a_sandbox(run: Run, root: Path) -> None:
    said = f"{RENAME}(await User.get(name='ada')).nickname\n"

    played = run("play", "--sandbox", stdin=said)

    assert (played.exit_code, nickname(root)) == (Exit.DONE, "")
    assert "'Countess'" in played.stdout  # within it
    assert "SQLite has one writer" in played.stderr
    run("play", stdin=RENAME)
    assert nickname(root) == "Countess"


def test_a_statement_that_fails_is_told_the_next_one_runs_and_the_end_is_1(
    run: Run, root: Path
) -> None:
    played = run("play", stdin=f"1 / 0\nawait nothing()\n)\n{RENAME}")

    assert played.exit_code == Exit.FAILED
    for name in ("ZeroDivisionError", "NameError", "SyntaxError"):
        assert name in played.stderr
    assert nickname(root) == "Countess"


def test_it_can_be_left(run: Run, root: Path) -> None:
    played = run("play", stdin=f"exit()\n{RENAME}")

    assert played.exit_code == Exit.DONE
    assert nickname(root) == ""


def test_a_deployment_wants_force_or_a_sandbox(run: Run, root: Path) -> None:
    assert run("play", stdin=RENAME, **DEPLOYED).exit_code == Exit.REFUSED
    assert run("play", "--sandbox", stdin=RENAME, **DEPLOYED).exit_code == Exit.DONE
    assert nickname(root) == ""
    assert run("play", "--force", stdin=RENAME, **DEPLOYED).exit_code == Exit.DONE
    assert nickname(root) == "Countess"


def test_a_database_that_is_away_is_told_in_one_line(run: Run) -> None:
    ended = run("play", stdin="", DATABASE_URL="postgres://x@127.0.0.1:1/none")

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: ")


def test_a_statement_that_is_cancelled_leaves_the_prompt_alive(run: Run, root: Path) -> None:
    played = run("play", stdin=f"import asyncio\nraise asyncio.CancelledError\n{RENAME}")

    assert "CancelledError" in played.stderr
    assert nickname(root) == "Countess"
