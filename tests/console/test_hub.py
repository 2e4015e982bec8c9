"""hub:top, hub:kick and hub:say where no server runs; beside running ones: tests/faults."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pkg.console import Exit
from tests.console.conftest import Run

ADA = ("--name", "ada", "--email", "ada@example.com", "--password", "correct horse")


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")
    run("user:create", *ADA)


def rows(root: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        return file.execute(query).fetchall()


def test_where_no_server_runs_top_has_nothing_to_show_and_leaves_nothing(
    run: Run, root: Path
) -> None:
    shown = run("hub:top", "--json")

    assert shown.exit_code == Exit.DONE
    assert json.loads(shown.stdout) == []
    assert rows(root, "SELECT * FROM node_answers") == []


def test_top_looks_no_more_often_than_nodes_can_answer(run: Run) -> None:
    assert run("hub:top", "--every", "0.1").exit_code == Exit.USAGE


def test_nobody_to_kick_and_no_server_to_do_it_are_told_apart(run: Run) -> None:
    nobody, nowhere = run("hub:kick", "ben"), run("hub", "kick", "ada")

    assert (nobody.exit_code, nobody.stderr) == (
        Exit.FAILED,
        "error: there is no account ben\n",
    )
    assert nowhere.exit_code == Exit.FAILED
    assert "no node answers" in nowhere.stderr


def test_a_session_that_is_not_theirs_is_told(run: Run) -> None:
    for more in ((), ("--end",)):
        ended = run("hub:kick", "ada", "--session", "99", *more)

        assert ended.exit_code == Exit.FAILED
        assert ended.stderr == "error: session 99 is none of theirs, or is over\n"


def test_to_end_the_sessions_needs_no_server(run: Run) -> None:
    ended = run("hub:kick", "ada@example.com", "--end")

    assert ended.exit_code == Exit.DONE
    assert ended.stdout.startswith("✓ ended 0 sessions of ada (u:1)")


@pytest.mark.parametrize(
    ("words", "sender"),
    [(("lobby", "hello"), 0), (("c:1", "hello"), 0), (("1", "hello", "--as", "ada"), 1)],
)
def test_what_is_said_is_stored_by_whom_it_should_be(
    run: Run, root: Path, words: tuple[str, ...], sender: int
) -> None:
    said = run("hub:say", *words)

    assert (said.exit_code, said.stdout) == (Exit.DONE, "✓ said in c:1, where it is message 1\n")
    assert rows(root, "SELECT sender_id, content FROM messages") == [(sender, "hello")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("c:999", "hello"), "conversation"),
        (("u:1", "hello"), "the system talks to conversations"),
        (("nowhere", "hello"), "conversation: "),
        (("lobby", ""), "content: "),
        (("lobby", "x" * 70_000), "content: "),
        (("lobby", "hello", "--as", "ben"), "there is no account ben"),
        (("c:999", "hello", "--as", "ada"), "nothing the sender may know of"),
    ],
)
def test_what_cannot_be_said_is_told_in_one_line_of_words(
    run: Run, root: Path, words: tuple[str, ...], told: str
) -> None:
    ended = run("hub:say", *words)

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith("error: ")
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "field." not in ended.stderr
    assert rows(root, "SELECT * FROM messages") == []
