"""What is asked on a terminal, with a real one."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import KEY, ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "login_tty"), reason="needs a terminal of its own")
PATIENCE = 60  # seconds, on a busy machine


@dataclass(frozen=True)
class Talk:
    """What stood on the terminal in the end, and how the command ended."""

    shown: str
    exit_code: int


def talk(folder: Path, *words: str, answers: Sequence[tuple[str, str]] = ()) -> Talk:
    """Runs a command on a terminal, giving each answer when its question has come."""
    master, slave = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            "APP_ENV": "local",
            "APP_KEY": KEY,
            "DATABASE_URL": f"sqlite://{folder}/app.sqlite3",
            "TERM": "xterm",
        },
        preexec_fn=lambda: os.login_tty(slave),  # noqa: PLW1509  no thread of ours is running
    )
    os.close(slave)
    shown = ""
    for question, answer in answers:
        shown += until(master, question)
        os.write(master, f"{answer}\n".encode())
    shown += until(master, None)
    os.close(master)
    return Talk(shown, process.wait(PATIENCE))


def until(terminal: int, wanted: str | None) -> str:
    """Answers what the terminal shows until *wanted* stands there, or until its end."""
    shown, deadline = "", time.monotonic() + PATIENCE
    while wanted is None or wanted not in shown:
        assert select.select([terminal], [], [], deadline - time.monotonic())[0], shown
        try:
            read = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side is gone
            read = b""
        if not read:
            assert wanted is None, shown
            return shown
        shown += read.decode()
    return shown


@pytest.fixture(autouse=True)
def migrated(tmp_path: Path) -> None:
    assert talk(tmp_path, "migrate:up").exit_code == Exit.DONE


def test_an_account_s_facts_are_asked_for_and_its_password_stays_unseen(tmp_path: Path) -> None:
    answers = [
        ("Name: ", "ada"),
        ("Mobile or e-mail: ", "ada@example.com"),
        ("Password: ", "correct horse"),
        ("Repeat for confirmation: ", "correct horse"),
    ]

    made = talk(tmp_path, "user:create", answers=answers)

    assert made.exit_code == Exit.DONE
    assert "made the user ada" in made.shown
    assert "correct horse" not in made.shown


def test_before_tables_are_dropped_somebody_is_asked(tmp_path: Path) -> None:
    no = talk(tmp_path, "migrate:fresh", answers=[("[y/N]: ", "n")])
    yes = talk(tmp_path, "migrate:fresh", answers=[("[y/N]: ", "y")])
    unasked = talk(tmp_path, "migrate:fresh", "-n")

    assert (no.exit_code, yes.exit_code, unasked.exit_code) == (Exit.FAILED, 0, 0)
    assert "nothing was changed" in no.shown
    assert "[y/N]" not in unasked.shown


def test_there_are_colours_on_a_terminal(tmp_path: Path) -> None:
    assert "\x1b[32m✓" in talk(tmp_path, "config:check").shown
