"""completion: a command for a shell, and what its words may become."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.console.commands import COMMANDS
from app.console.completion.scripts import NAME, SCRIPTS, VARIABLE
from main import KERNEL
from pkg.console import Exit
from tests.console.conftest import ROOT, Run

# How each shell is asked, without a terminal, what `NAME $line` may become.
ASK = {
    "bash": f"""source "$1"; COMP_WORDS=({NAME} $2); COMP_CWORD=$3
        _{NAME}; printf '%s\\n' "${{COMPREPLY[@]}}" """,
    "zsh": f"""compdef() {{ : }}; compadd() {{ print -l -- $found }}; source "$1"
        words=({NAME} ${{=2}}); CURRENT=$(($3 + 1)); _{NAME}""",
    "fish": f"""source $argv[1]; complete -C "{NAME} $argv[2]" """,
}
START = {"bash": ("--norc", "-c"), "zsh": ("-f", "-c"), "fish": ("--no-config", "-c")}


def found(line: str, number: int) -> list[str]:
    """Answers what the word *number* of *line* may become, as the console tells bash."""
    environ = {
        **os.environ,
        "COMP_WORDS": line,
        "COMP_CWORD": str(number),
        VARIABLE: "bash_complete",
    }
    command = [sys.executable, "main.py"]
    ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    return [answer.partition(",")[2] for answer in ran.stdout.splitlines() if answer]


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        (f"{NAME} mig", 1, ["migrate"]),
        (f"{NAME} migrate r", 2, ["rollback", "reset", "refresh"]),
        (f"{NAME} migrate:ro", 1, ["migrate:rollback"]),
        (f"{NAME} migrate : ro", 3, ["rollback"]),  # as bash cuts it
        (f"{NAME} migrate up --st", 3, ["--step"]),
        (f"{NAME} migrate:up --st", 2, ["--step"]),
        (f"{NAME} cache:stats --store d", 3, ["database"]),
        (f"{NAME} completion f", 2, ["fish"]),
        (f"{NAME} nothing x", 2, []),
        (f"{NAME} --en", 1, ["--env"]),
    ],
)
def test_a_word_becomes_what_the_console_knows(line: str, number: int, words: list[str]) -> None:
    assert found(line, number) == words


def test_the_first_word_is_a_command_or_a_noun() -> None:
    assert found(f"{NAME} ", 1) == [*dict.fromkeys(name.partition(":")[0] for name in COMMANDS)]


def test_after_a_noun_come_its_verbs() -> None:
    verbs = [name.partition(":")[2] for name in COMMANDS if name.startswith("user:")]

    assert found(f"{NAME} user ", 2) == found(f"{NAME} user :", 2) == verbs


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_completes_and_runs_it_from_any_folder(
    run: Run, shell: str, tmp_path: Path
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(run("completion", shell).stdout.replace(str(tmp_path), str(KERNEL.root)))

    def told(source: str, *words: str) -> str:
        command = [program, *START[shell], source, *(() if shell == "fish" else (shell,))]
        asked = [*command, str(script), *words]
        return subprocess.run(
            asked, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    completed = told(ASK[shell], "migrate rol", "2")
    argument = "$argv[1]" if shell == "fish" else '"$1"'
    listed = told(f"source {argument}; {NAME} help completion")

    assert [line.split()[0] for line in completed.splitlines()] == ["rollback"]
    assert "Prints what teaches SHELL" in listed


def test_a_shell_nobody_knows_is_a_mistake_of_the_caller(run: Run) -> None:
    assert run("completion", "cmd").exit_code == Exit.USAGE
