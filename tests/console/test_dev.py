"""dev: every process in one terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.console.commands import COMMANDS
from app.console.dev.command import PROCESSES
from pkg.console import Exit
from tests.console.conftest import DEPLOYED, KEY, ROOT, Run

PATIENCE = 60  # seconds, on a busy machine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are handed on")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`dev` over a database and a port of its own."""
    environ = {
        **os.environ,
        "APP_ENV": "local",
        "APP_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{tmp_path}/app.sqlite3",
        "DATABASE_SYNCHRONOUS": "OFF",
        "SERVE_PORT": "0",
    }
    environ.pop("REDIS_URL", None)
    with subprocess.Popen(
        [sys.executable, "main.py", "dev"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.terminate()  # not killed: it has to end the server, too
        process.communicate(timeout=PATIENCE)


def until(process: subprocess.Popen[str], text: str) -> str:
    """Reads to the line that holds *text*, and answers it; the suite's own time-out bounds it."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"it ended before it said {text!r}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_runs_under_its_name_and_ends_in_good_order(
    running: subprocess.Popen[str], number: int
) -> None:
    line = until(running, "http://127.0.0.1:")
    assert line.startswith("serve | ")

    running.send_signal(number)

    assert running.wait(PATIENCE) == Exit.DONE


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux who its children are")
def test_how_a_process_ended_is_told(running: subprocess.Popen[str]) -> None:
    until(running, "http://127.0.0.1:")
    (child,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()

    os.kill(int(child), signal.SIGKILL)

    assert "ended with -9" in until(running, "ended with")


def test_there_is_a_command_for_every_process() -> None:
    assert {words[0] for words in PROCESSES.values()} <= set(COMMANDS)


@pytest.mark.parametrize("names", ["queue,nothing", "", "serve,,"])
def test_only_what_there_is_can_be_picked(run: Run, names: str) -> None:
    ended = run("dev", "--only", names)

    assert ended.exit_code == Exit.USAGE
    assert "it is serve" in ended.stderr


def test_a_deployment_is_refused(run: Run) -> None:
    assert run("dev", **DEPLOYED).exit_code == Exit.REFUSED
