"""--help: the same words whether the command is loaded or not, and it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app.console.commands import COMMANDS
from app.kernel import HELPS
from main import CONSOLE, KERNEL
from pkg.console import Entry, Exit, Helps, Table
from tests.console.conftest import ROOT, Run

# What makes a start slow; none of it is needed to say what a command does.
HEAVY = {"tortoise", "starlette", "pydantic", "app.container", "config.settings", "redis"}
SAY_ALL = f"""
import sys
from click.testing import CliRunner
from main import CONSOLE
from app.console.commands import COMMANDS

for name in COMMANDS:
    for words in ([name, "--help"], ["help", name]):
        said = CliRunner().invoke(CONSOLE, words)
        assert said.exit_code == 0 and said.stdout.startswith("Usage: "), (words, said.output)
assert not {HEAVY!r} & sys.modules.keys(), {HEAVY!r} & sys.modules.keys()
"""


def test_no_help_loads_what_its_command_needs() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SAY_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_kept_help_is_the_command_s_own(name: str, width: int) -> None:
    kept = Helps(ROOT, HELPS).find(name, COMMANDS[name].target)
    own = Table(COMMANDS).get_command(click.Context(CONSOLE), name)
    assert kept is not None, "run `make docs`"
    assert own is not None

    with click.Context(CONSOLE, info_name="main.py", help_option_names=["-h", "--help"]) as root:
        said = [
            command.get_help(
                click.Context(
                    command,
                    info_name=name,
                    parent=root,
                    terminal_width=width,
                    max_content_width=width,
                )
            )
            for command in (kept, own)
        ]

    assert said[0] == said[1]


TEAPOT = '''import click


@click.command()
@click.argument("cup")
@click.option("--milk", is_flag=True, help="White.")
def pour(cup, milk):
    """Pours tea."""
    click.echo(f"{cup} {milk}")
'''


@pytest.fixture
def teapot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module with a command `pour`, importable, and a console that has kept its help."""
    module = tmp_path / "teapot.py"
    module.write_text(TEAPOT)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "teapot", raising=False)
    return module


def console(root: Path) -> Table:
    return Table({"pour": Entry("teapot:pour", "Pours.")}, helps=Helps(root, "helps.json"))


def keep(root: Path) -> None:
    table = console(root)
    with click.Context(table, info_name="x") as ctx:
        command = table.get_command(ctx, "pour")
        assert command is not None
        text = Helps(root, "helps.json").text([("pour", "teapot:pour", command)], ctx)
    (root / "helps.json").write_text(text)
    del sys.modules["teapot"]


def test_a_kept_help_is_said_wherever_it_is_asked_for(teapot: Path) -> None:
    keep(teapot.parent)

    for given in ([], ["mug", "--milk"], ["--no"]):
        words = ["pour", *given, "--help"]
        said = CliRunner().invoke(console(teapot.parent), words)
        assert said.exit_code == Exit.DONE
        assert "Pours tea." in said.stdout
        assert "--milk  White." in said.stdout
        assert "teapot" not in sys.modules


@pytest.mark.parametrize(
    ("old", "new"),
    [("Pours tea.", "Pours coffee."), ('help="White."', 'help="Brown."'), ('"cup"', '"mug"')],
)
def test_what_is_kept_of_a_command_that_was_written_anew_is_not_believed(
    teapot: Path, old: str, new: str
) -> None:
    keep(teapot.parent)
    teapot.write_text(TEAPOT.replace(old, new))

    said = CliRunner().invoke(console(teapot.parent), ["pour", "--help"]).stdout

    assert new.split('"')[-2 if '"' in new else 0].lower() in said.lower()


def test_a_command_that_only_does_its_work_otherwise_has_the_same_help(teapot: Path) -> None:
    keep(teapot.parent)
    teapot.write_text(TEAPOT.replace("{cup} {milk}", "{milk} {cup}"))

    CliRunner().invoke(console(teapot.parent), ["pour", "--help"])

    assert "teapot" not in sys.modules


@pytest.mark.parametrize("text", [None, "", "{", "<<<<<<< HEAD\n", "{}"])
def test_without_a_file_that_can_be_read_the_command_says_it(
    teapot: Path, text: str | None
) -> None:
    if text is not None:
        (teapot.parent / "helps.json").write_text(text)

    assert "Pours tea." in CliRunner().invoke(console(teapot.parent), ["pour", "--help"]).stdout


def test_a_command_that_is_given_the_word_runs(teapot: Path) -> None:
    keep(teapot.parent)

    said = CliRunner().invoke(console(teapot.parent), ["pour", "--", "--help"])

    assert said.stdout == "--help False\n"


def test_the_file_is_where_the_console_looks(run: Run) -> None:
    assert (KERNEL.root / HELPS).exists()
    assert run("help", "nothing").exit_code == Exit.USAGE
