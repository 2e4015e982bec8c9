"""doctor: what is wrong, what mends it, and what it mends itself."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app.console.doctor.examine import CHECKS
from pkg.console import Exit
from tests.console.conftest import DEPLOYED, Run
from tests.faults.own_redis import free_port, running


@pytest.fixture
def port() -> str:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    return str(number)


@pytest.fixture
def healthy(run: Run, root: Path, port: str) -> dict[str, Any]:
    """An installation of which nothing is wrong."""
    run("migrate:up")
    for folder in ("logs", "uploads"):
        (root / "storage" / folder).mkdir(parents=True, exist_ok=True)
    return {"SERVE_PORT": port}


def found(ended: Result) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in json.loads(ended.stdout)}


def test_a_healthy_installation_ends_with_0(run: Run, healthy: dict[str, Any]) -> None:
    shown, told = run("doctor", **healthy), run("doctor", "--json", **healthy)

    assert (shown.exit_code, told.exit_code) == (Exit.DONE, Exit.DONE), shown.output
    assert list(found(told)) == [check.name for check in CHECKS]
    assert {row["level"] for row in found(told).values()} <= {"well", "odd", "skipped"}
    assert "✗" not in shown.stdout


@pytest.mark.parametrize("words", [(), ("--fix",)])
def test_a_database_that_was_not_moved_whole_is_told_and_left_alone(
    run: Run, root: Path, healthy: dict[str, Any], words: tuple[str, ...]
) -> None:
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.execute("CREATE TABLE transfer_progress (table_name TEXT, done INTEGER)")

    ended = run("doctor", "--json", *words, **healthy)

    row = found(ended)["migrations"]
    assert ended.exit_code == Exit.FAILED
    assert (row["level"], row["done"]) == ("wrong", "")
    assert row["says"] == "db:transfer into it has not ended"


def test_everything_that_is_wrong_is_told_at_once_with_what_mends_it(
    run: Run, root: Path, port: str
) -> None:
    (root / ".env").write_text("APP_NAME=x\n")
    (root / ".env").chmod(0o644)

    ended = run("doctor", "--json", SERVE_PORT=port, APP_KEY="")

    rows = found(ended)
    wrong = {name: row["mend"] for name, row in rows.items() if row["level"] == "wrong"}
    assert ended.exit_code == Exit.FAILED
    assert wrong[".env"] == "chmod 600 .env"
    assert wrong["key"] == "python main.py key:generate"
    assert wrong["migrations"] == "python main.py migrate up"
    assert wrong["storage"].startswith("mkdir -p ")
    assert rows["doors"]["says"] == "not before migrations"


def test_fix_mends_what_harms_nobody_and_says_what_it_did(run: Run, root: Path, port: str) -> None:
    (root / ".env").write_text("APP_NAME=x\n")
    (root / ".env").chmod(0o644)

    ended = run("doctor", "--fix", "--json", SERVE_PORT=port, APP_KEY=None)

    rows = found(ended)
    assert ended.exit_code == Exit.DONE, ended.output
    assert [name for name, row in rows.items() if row["done"]] == [
        ".env",
        "key",
        "storage",
        "migrations",
    ]
    assert stat.S_IMODE((root / ".env").stat().st_mode) == 0o600
    assert "APP_NAME=x\nAPP_KEY=base64:" in (root / ".env").read_text()
    again = run("doctor", "--fix", SERVE_PORT=port, APP_KEY=None)
    assert "mended" not in again.stdout


def test_without_fix_nothing_is_changed(run: Run, root: Path, port: str) -> None:
    (root / ".env").write_text("APP_NAME=x\n")
    (root / ".env").chmod(0o644)

    run("doctor", SERVE_PORT=port, APP_KEY=None)

    assert stat.S_IMODE((root / ".env").stat().st_mode) == 0o644
    assert (root / ".env").read_text() == "APP_NAME=x\n"
    assert not (root / "storage" / "uploads").exists()


def test_fix_leaves_the_tables_of_a_deployment_alone(run: Run, root: Path, port: str) -> None:
    ended = run("doctor", "--fix", "--json", SERVE_PORT=port, **DEPLOYED)

    row = found(ended)["migrations"]
    assert (row["level"], row["done"]) == ("wrong", "")
    assert row["mend"] == "python main.py migrate up --force"


@pytest.mark.rule(101)
@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"AUTH_TEST_HOOKS": "true"}, "AUTH_TEST_HOOKS"),
        ({"APP_DEBUG": "true"}, "APP_DEBUG"),
        ({"MAIL_URL": "log://"}, "MAIL_URL"),
        ({"LIMITER_ENABLED": "false"}, "LIMITER_ENABLED"),
        ({"APP_KEY": "short"}, "APP_KEY"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_deployment_is_refused_with_is_told_by_its_name(
    run: Run, unsafe: dict[str, Any], named: str
) -> None:
    ended = run("doctor", "--json", **DEPLOYED | unsafe)

    rows = found(ended)
    assert ended.exit_code == Exit.FAILED
    assert (rows["settings"]["level"], rows["settings"]["mend"]) == (
        "wrong",
        "python main.py config:check",
    )
    assert named in rows["settings"]["says"]
    assert rows["database"]["level"] == "skipped"


def test_inherited_limit_that_never_acts_is_told(run: Run, healthy: dict[str, Any]) -> None:
    idle = run("doctor", "--json", LIMITER_CAPTCHA="4000-M", **healthy)
    acts = run("doctor", "--json", LIMITER_CAPTCHA="2999-M", **healthy)

    assert found(idle)["limits"]["level"] == "odd"
    assert "LIMITER_CAPTCHA=4000-M/ip never acts" in found(idle)["limits"]["says"]
    assert found(acts)["limits"]["level"] == "well"


def test_a_database_that_is_not_there_is_told_and_what_needs_it_is_not_looked_at(
    run: Run,
) -> None:
    ended = run("doctor", "--json", DATABASE_URL="postgres://nobody:hunter2@127.0.0.1:1/none")

    rows = found(ended)
    assert ended.exit_code == Exit.FAILED
    assert rows["database"]["level"] == "wrong"
    assert "DATABASE_URL" in rows["database"]["mend"]
    assert {rows[name]["level"] for name in ("migrations", "clock", "doors")} == {"skipped"}
    assert "hunter2" not in ended.output


def test_a_server_database_tells_what_time_it_is(
    run: Run, stores: dict[str, str], healthy: dict[str, Any]
) -> None:
    rows = found(run("doctor", "--json", **healthy | stores))

    assert rows["migrations"]["level"] == "well"
    expected = "skipped" if stores["DATABASE_URL"].startswith("sqlite") else "well"
    assert rows["clock"]["level"] == expected, rows["clock"]


@pytest.mark.rule(102)
def test_no_secret_is_told(run: Run, healthy: dict[str, Any]) -> None:
    ended = run("doctor", REDIS_URL="redis://:hunter2@127.0.0.1:1/0", **healthy)

    assert ended.exit_code == Exit.FAILED
    assert "REDIS_URL" in ended.stdout
    assert "hunter2" not in ended.output


async def test_a_redis_that_throws_living_keys_away_is_wrong(
    run: Run, healthy: dict[str, Any], tmp_path: Path
) -> None:
    where = free_port()
    told = healthy | {"REDIS_URL": f"redis://127.0.0.1:{where}/0"}
    lossy = ("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")
    async with running(where, tmp_path):
        kept = found(await asyncio.to_thread(run, "doctor", "--json", **told))["redis"]
    async with running(where, tmp_path, *lossy):
        lost = found(await asyncio.to_thread(run, "doctor", "--json", **told))["redis"]

    assert kept["level"] == "well"
    assert lost["level"] == "wrong"
    assert "noeviction" in lost["mend"]


def test_a_port_that_something_else_has_is_odd(run: Run, healthy: dict[str, Any]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = run("doctor", "--json", SERVE_PORT=str(other.getsockname()[1]))

    assert found(told)["port"]["level"] == "odd"


def test_closed_doors_are_told(run: Run, healthy: dict[str, Any]) -> None:
    run("down")

    row = found(run("doctor", "--json", **healthy))["doors"]

    assert (row["level"], row["mend"]) == ("odd", "python main.py up")


def test_a_file_that_e_asks_for_and_nobody_wrote_is_told(run: Run, healthy: dict[str, Any]) -> None:
    row = found(run("doctor", "--json", "-e", "blue", **healthy))[".env"]

    assert (row["level"], row["mend"]) == ("odd", "cp .env.example .env.blue")
