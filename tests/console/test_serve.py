"""serve: up, drained and down again as people see it, and one clear line for whatever is wrong."""

from __future__ import annotations

import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import DEPLOYED, ROOT, Run
from tests.server import Server


@pytest.fixture
def taken() -> Iterator[str]:
    """A port on which something listens already."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


def one_line(stderr: str) -> str:
    """Answers the one line of *stderr* that says why it ended."""
    assert "Traceback" not in stderr
    lines = [line for line in stderr.splitlines() if not line.startswith("warning: ")]
    assert len(lines) == 1, stderr
    return lines[0]


def test_a_port_that_is_taken_is_told_with_the_way_out(run: Run, taken: str) -> None:
    ended = run("serve", "--port", taken)

    assert ended.exit_code == Exit.FAILED
    assert one_line(ended.stderr) == (
        f"error: port {taken} is taken on 127.0.0.1: stop what has it, or use --port"
    )


def test_a_database_that_was_not_moved_whole_is_not_served(run: Run, root: Path) -> None:
    run("migrate:up")
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.execute("CREATE TABLE transfer_progress (table_name TEXT, done INTEGER)")

    ended = run("serve", "--port", "0")

    assert ended.exit_code == Exit.FAILED
    assert "db:transfer into this database has not ended" in one_line(ended.stderr)


@pytest.mark.parametrize(
    ("host", "said"),
    [("192.0.2.1", "cannot listen on 192.0.2.1"), ("host.invalid", "no address of this machine")],
)
def test_an_address_of_another_machine_is_told(run: Run, host: str, said: str) -> None:
    ended = run("serve", "--host", host, "--port", "0")

    assert ended.exit_code == Exit.FAILED
    assert said in one_line(ended.stderr)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://u:hunter2@127.0.0.1:1/app", "cannot open postgres://127.0.0.1:1/app"),
        ("mysql://u:hunter2@127.0.0.1:1/app", "cannot open mysql://127.0.0.1:1/app"),
        ("ftp://u:hunter2@host/app", "DATABASE_URL"),
        ("sqlite://storage/text.sqlite3", "file is not a database"),
        ("sqlite://storage/folder", "unable to open database file"),
    ],
)
def test_a_database_that_does_not_answer_is_told(run: Run, root: Path, url: str, said: str) -> None:
    (root / "storage" / "folder").mkdir(parents=True)
    (root / "storage" / "text.sqlite3").write_text("no database, a text " * 10)

    ended = run("serve", "--port", "0", DATABASE_URL=url)

    assert ended.exit_code == Exit.FAILED
    assert said in one_line(ended.stderr)
    assert "hunter2" not in ended.output


def test_a_folder_that_cannot_be_written_to_is_told(run: Run, root: Path) -> None:
    (root / "storage").write_text("a file where a folder belongs")

    ended = run("serve", "--port", "0")

    assert ended.exit_code == Exit.FAILED
    assert str(root / "storage") in one_line(ended.stderr)


def test_every_fault_of_a_bad_env_is_told_and_nothing_is_made(run: Run, root: Path) -> None:
    (root / ".env").write_text("not a line\nSERVE_PORT=many\n")

    ended = run("serve")

    assert ended.exit_code == Exit.FAILED
    assert len(ended.stderr.splitlines()) == 2
    assert "Traceback" not in ended.output
    assert not (root / "storage").exists()


def test_several_workers_are_refused_before_anything_is_made(run: Run, root: Path) -> None:
    ended = run("serve", "--workers", "2", APP_KEY="")

    assert ended.exit_code == Exit.FAILED
    assert "set HUB_BUS=redis" in one_line(ended.stderr)
    assert not (root / ".env").exists()


@pytest.mark.rule(101)
def test_several_workers_of_a_deployment_share_everything(run: Run) -> None:
    ended = run("serve", "--workers", "2", **DEPLOYED)

    assert ended.exit_code == Exit.FAILED
    for name in ("HUB_BUS", "DATABASE_URL", "CACHE_STORE", "LIMITER_STORE"):
        assert name in one_line(ended.stderr)


def test_a_deployment_with_pending_migrations_does_not_start(run: Run) -> None:
    ended = run("serve", "--port", "0", **DEPLOYED)

    assert ended.exit_code == Exit.FAILED
    assert "pending: 0001_accounts" in one_line(ended.stderr)
    assert "migrate up --force" in ended.stderr


@pytest.mark.rule(101)
def test_a_deployment_is_told_everything_it_must_not_have_at_once(run: Run) -> None:
    ended = run("serve", APP_ENV="production", APP_KEY="", APP_DEBUG="true", APP_HOSTS="*")

    assert ended.exit_code == Exit.FAILED
    for name in ("APP_KEY", "APP_DEBUG", "APP_HOSTS"):
        assert name in ended.stderr


def test_an_interpreter_without_the_packages_is_told_what_to_do(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-S", str(ROOT / "main.py"), "serve"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == Exit.FAILED
    assert "run `make serve` once" in one_line(ended.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGINT for others")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_answers_and_ends_with_0(
    tmp_path: Path, number: signal.Signals
) -> None:
    with Server(tmp_path) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/health/live")
        assert connection.getresponse().status == 200
        connection.close()
        assert server.stop(number=number) == Exit.DONE

    said = "\n".join(server.lines)
    assert f"Parley is at {server.url}/ (local)" in said
    assert "python main.py seed" in said
    assert "Traceback" not in said


def test_a_redis_that_does_not_answer_is_told_and_serving_goes_on(tmp_path: Path) -> None:
    with Server(tmp_path, REDIS_URL="redis://127.0.0.1:1/0") as server:
        said = "\n".join(server.lines)

    assert "Redis does not answer" in said
    assert "Traceback" not in said


def test_from_nothing_it_makes_key_database_and_tables(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("app", "config", "database", "pkg", "resources", "routes", "main.py"):
        (shutil.copytree if (ROOT / name).is_dir() else _copy)(ROOT / name, project / name)

    with Server(tmp_path, root=project, APP_KEY="", DATABASE_URL="") as server:
        said = "\n".join(server.lines)
        assert server.stop() == Exit.DONE

    assert "made .env with a fresh APP_KEY" in said
    assert "migrated: 0001_accounts" in said
    assert (project / "storage" / "app.sqlite3").exists()


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, to)
