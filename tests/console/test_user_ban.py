"""user:ban, user:unban, user:vip; what running servers make of it: tests/feature/test_ban.py."""

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
VERBS = ("user:ban", "user:unban", "user:vip", "user:sessions", "user:logout")


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")
    run("user:create", *ADA, "--mobile", "13812345678")


def account(root: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.row_factory = sqlite3.Row
        return dict(file.execute("SELECT * FROM users").fetchone())


def audit(root: Path) -> list[tuple[str, Any]]:
    query = "SELECT kind, detail FROM audit_events ORDER BY id"
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        return [(kind, json.loads(detail)) for kind, detail in file.execute(query)]


@pytest.mark.parametrize("whom", ["1", "u:1", "ADA", "ada@example.com", "138 1234 5678"])
def test_somebody_is_banned_by_whatever_they_are_known_by(run: Run, root: Path, whom: str) -> None:
    banned = run("user:ban", whom, "--reason", "spam")

    assert (banned.exit_code, banned.stdout) == (
        Exit.DONE,
        "✓ ada (u:1) is banned; ended 0 sessions\n",
    )
    assert account(root)["disabled_at"]
    assert audit(root) == [("user.banned", {"reason": "spam"})]


def test_a_ban_until_a_moment_says_until_when(run: Run, root: Path) -> None:
    banned = run("user:ban", "ada", "--until", "2999-12-24T18:00+01:00")

    assert banned.stdout == (
        "✓ ada (u:1) is banned, until 2999-12-24T17:00:00.000Z; ended 0 sessions\n"
    )
    assert account(root)["disabled_until"].startswith("2999-12-24 17:00:00")
    assert audit(root) == [
        ("user.banned", {"reason": "", "until": "2999-12-24T17:00:00.000Z"}),
    ]


@pytest.mark.parametrize("when", ["2020-01-01", "soon", "", "-1h", "2999-12-24T18:00"])
def test_a_moment_that_is_none_or_over_bans_nobody(run: Run, root: Path, when: str) -> None:
    refused = run("user:ban", "ada", "--until", when)

    assert refused.exit_code == Exit.USAGE
    assert "--until" in refused.stderr
    assert account(root)["disabled_at"] is None


def test_a_ban_is_taken_back_once(run: Run, root: Path) -> None:
    told = [run("user", verb, "ada").stdout for verb in ("unban", "ban", "ban", "unban", "unban")]

    assert [line.partition("(u:1) ")[2].strip() for line in told] == [
        "was not banned",
        "is banned; ended 0 sessions",
        "was banned already; ended 0 sessions",
        "may sign in again",
        "was not banned",
    ]
    assert account(root)["disabled_at"] is None


def test_a_reason_nobody_would_read_is_refused(run: Run, root: Path) -> None:
    assert run("user:ban", "ada", "--reason", "x" * 201).exit_code == Exit.USAGE
    assert account(root)["disabled_at"] is None


def test_a_vip_is_made_and_unmade_and_told_of_once(run: Run, root: Path) -> None:
    assert run("user:vip", "ada").stdout == "✓ ada (u:1) is a vip\n"
    run("user:vip", "ada")
    assert account(root)["type"] == 1

    assert run("user:vip", "ada", "--off").stdout == "✓ ada (u:1) is no vip\n"

    assert account(root)["type"] == 0
    assert [kind for kind, _ in audit(root)] == ["user.vip", "user.vip_ended"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("whom", "told"),
    [
        ("ben", "there is no account ben"),
        ("u:2", "there is no account u:2"),
        ("", " is no id, name, mobile or e-mail"),
    ],
)
def test_who_is_nobody_is_told_in_one_line(run: Run, verb: str, whom: str, told: str) -> None:
    ended = run(verb, whom)

    assert (ended.exit_code, ended.stderr) == (Exit.FAILED, f"error: {told}\n")
