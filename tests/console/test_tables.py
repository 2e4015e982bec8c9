"""list, help, about, route:list, key:generate: what only tells, and the rules of all commands."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import click
import pytest

from app.console.commands import COMMANDS
from main import CONSOLE, KERNEL
from pkg.console import Exit
from routes.ws import OPS
from tests.console.conftest import KEY, Run


def routes(run: Run, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("route:list", "--json", *words).stdout)
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(run: Run, name: str) -> None:
    told, helped = run(name, "--help"), run("help", *name.split(":"))

    assert told.exit_code == helped.exit_code == Exit.DONE
    assert "Usage:" in told.stdout
    assert told.stdout.splitlines()[2].strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_line_of_its_own(name: str) -> None:
    with click.Context(CONSOLE) as ctx:
        command = CONSOLE.get_command(ctx, name)

    assert command is not None
    assert command.help
    assert COMMANDS[name].line.endswith(".")


def test_the_list_names_every_command(run: Run) -> None:
    listed = run("list").stdout
    rows = json.loads(run("list", "--json").stdout)

    assert all(name in listed for name in COMMANDS)
    assert [row["name"] for row in rows] == list(COMMANDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(("migrat:up",), "migrate:up"), (("sede",), "seed"), (("make", "modle"), "make:model")],
)
def test_what_was_mistyped_gets_the_three_nearest(
    run: Run, typed: tuple[str, ...], meant: str
) -> None:
    missed = run(*typed)

    assert missed.exit_code == Exit.USAGE
    nearest = missed.stderr.rpartition("the nearest are ")[2].strip().split(", ")
    assert len(nearest) == 3
    assert meant in nearest


def test_every_part_the_kernel_names_is_there() -> None:
    for part in KERNEL.strings():
        assert KERNEL.load(part) is not None


def test_routes_are_shown_with_guard_and_limit(run: Run) -> None:
    shown = run("route:list")
    by_name = {row["action"]: row for row in routes(run)}

    assert shown.exit_code == Exit.DONE
    assert "/api/v1/users/me" in shown.stdout
    assert by_name["login.by_password"]["guard"] == "guest"
    assert by_name["login.by_password"]["limit"] == "login"
    assert by_name["users.index"]["answer"] == "Page[UserCard]"


def test_routes_are_picked_by_verb_path_and_guard(run: Run) -> None:
    assert {row["method"] for row in routes(run, "--method", "patch")} == {"PATCH"}
    assert all("signup" in row["path"] for row in routes(run, "--path", "signup"))
    assert {row["guard"] for row in routes(run, "--public")} <= {"anyone", "guest"}
    assert len(routes(run, "--unlimited")) < len(routes(run))


def test_no_route_of_the_api_is_without_a_limit(run: Run) -> None:
    assert routes(run, "--unlimited", "--path", "/api/") == []


def test_about_tells_versions_drivers_and_counts(run: Run) -> None:
    run("migrate:up")
    run("seed", "users", "--count", "3")

    shown, told = run("about"), json.loads(run("about", "--json").stdout)

    assert shown.exit_code == Exit.DONE
    assert told["versions"]["parley"]
    assert told["drivers"]["cache"] == "memory"
    assert told["database"]["users"] == 3
    assert told["database"]["pending"] == 0
    assert told["application"]["routes"] > 20


def test_about_tells_no_secret_and_lives_without_a_database(run: Run) -> None:
    away = run(
        "about",
        DATABASE_URL="postgres://u:hunter2@127.0.0.1:1/app",
        MAIL_URL="smtp://u:hunter3@mail.example.com?tls=starttls",
    )

    assert away.exit_code == Exit.DONE
    assert "away" in away.stdout
    assert "smtp" in away.stdout
    for secret in ("hunter2", "hunter3", KEY):
        assert secret not in away.output


@pytest.mark.rule(102)
def test_a_key_is_written_once_and_only_its_owner_reads_it(run: Run, root: Path) -> None:
    first, second = run("key:generate"), run("key:generate")
    env = root / ".env"

    assert first.exit_code == Exit.DONE
    assert second.exit_code == Exit.REFUSED
    assert env.read_text().startswith("APP_KEY=base64:")
    assert env.read_text().split("=", 1)[1].strip() not in first.output
    if os.name == "posix":
        assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_a_key_is_shown_planned_or_replaced_when_asked_to(run: Run, root: Path) -> None:
    assert run("key:generate", "--show").stdout.startswith("base64:")
    assert "mode 600" in run("key:generate", "--plan").stdout
    assert not (root / ".env").exists()

    run("key:generate")
    old = (root / ".env").read_text()
    assert run("key:generate", "--force").exit_code == Exit.DONE
    assert (root / ".env").read_text() != old
    assert run("key:generate", "-e", "night").exit_code == Exit.DONE
    assert (root / ".env.night").exists()


def test_every_frame_of_the_socket_is_listed(run: Run) -> None:
    rows = json.loads(run("frame:list", "--json").stdout)

    assert [row["type"] for row in rows] == [op.name for op in OPS]
    assert {"type": "message", "frame": "PostMessage", "answer": "", "limit": "message",
            "action": "chat.post"} in rows  # fmt: skip
    assert "unsubscribe" in run("frame", "list").stdout


def test_frames_that_no_limit_counts_can_be_picked(run: Run) -> None:
    rows = json.loads(run("frame:list", "--unlimited", "--json").stdout)

    assert {row["limit"] for row in rows} == {""}
    assert {row["type"] for row in rows} == {op.name for op in OPS if not op.limit}
