"""user:sessions, user:logout, user:password."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app.container import open_services
from config.settings import load_settings
from pkg.console import Exit
from pkg.session import Device
from tests.console.conftest import KEY, Run

ADA = ("--name", "ada", "--email", "ada@example.com", "--password", "correct horse")
PHONE = Device(ip="203.0.113.9", name="phone")


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")
    run("user:create", *ADA)


async def _with_services(root: Path, work: Any) -> Any:
    settings = load_settings(root, environ={"APP_KEY": KEY})
    async with open_services(settings) as services:
        return await work(services)


def log_in(root: Path) -> None:
    async def work(services: Any) -> None:
        await services.auth.login(1, scheme="password", device=PHONE)

    asyncio.run(_with_services(root, work))


def opens(root: Path, password: str) -> bool:
    async def work(services: Any) -> bool:
        rows = await services.database.fetch("SELECT password FROM users")
        checked = await services.hasher.verify(password, rows[0]["password"])
        return bool(checked.ok)

    found: bool = asyncio.run(_with_services(root, work))
    return found


def shown(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("user:sessions", "ada", "--json").stdout)
    return found


def test_logins_are_shown_the_newest_first_and_without_a_secret(run: Run, root: Path) -> None:
    log_in(root)
    log_in(root)

    rows = shown(run)

    assert [row["id"] for row in rows] == ["2", "1"]
    assert {row["device"] for row in rows} == {"phone"}
    assert set(rows[0]) == {
        "id", "device", "ip", "user_agent", "scheme", "created_at", "last_seen_at", "expires_at",
    }  # fmt: skip
    assert "203.0.113.9" in run("user", "sessions", "ada").stdout


def test_one_login_is_ended_or_all_are(run: Run, root: Path) -> None:
    for _ in range(3):
        log_in(root)

    one, rest = run("user:logout", "ada", "--session", "2"), run("user:logout", "ada@example.com")

    assert one.stdout == "✓ ended 1 session of ada (u:1); their sockets close on every node\n"
    assert rest.stdout.startswith("✓ ended 2 sessions")
    assert shown(run) == []


def test_a_login_that_is_not_theirs_is_told(run: Run) -> None:
    ended = run("user:logout", "ada", "--session", "9")

    assert (ended.exit_code, ended.stderr) == (
        Exit.FAILED,
        "error: session 9 is none of theirs, or is over\n",
    )


@pytest.mark.rule(22)
def test_a_new_password_ends_every_login_and_opens_the_account(run: Run, root: Path) -> None:
    log_in(root)

    ended = run("user:password", "ada", "--stdin", stdin="another horse battery\n")

    assert ended.exit_code == Exit.DONE
    mailed, done = ended.stdout.splitlines()  # the first is of the log driver
    assert mailed.startswith("[mail] ada@example.com")
    assert done == "✓ ada (u:1) has a new password, and is signed out everywhere"
    assert opens(root, "another horse battery")
    assert not opens(root, "correct horse")
    assert shown(run) == []
    assert "ada@example.com" in (root / "storage" / "logs" / "outbox.log").read_text()


@pytest.mark.parametrize(
    ("password", "told"),
    [("short", "password: "), ("", "password: "), ("ada@example.com", "password: ")],
)
def test_a_password_that_is_none_is_told_in_words_and_changes_nothing(
    run: Run, root: Path, password: str, told: str
) -> None:
    log_in(root)

    ended = run("user:password", "ada", "--stdin", stdin=f"{password}\n")

    assert ended.exit_code == Exit.FAILED
    assert ended.stderr.startswith(f"error: {told}")
    assert "field." not in ended.stderr
    assert opens(root, "correct horse")
    assert len(shown(run)) == 1


def test_without_a_terminal_the_way_to_give_a_password_is_told(run: Run) -> None:
    ended = run("user:password", "ada")

    assert ended.exit_code == Exit.FAILED
    assert "--stdin" in ended.stderr
