"""A lazy table of commands: both spellings, near names, exit codes, one line for what fails."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from pkg.console import Entry, Exit, Flags, Stop, Table, consent, ok, show, table, warn
from pkg.errors import Misconfigured, Unavailable

HERE = __name__
sys.modules.setdefault(HERE, sys.modules[__name__])


@dataclass(frozen=True)
class Subject:
    flags: Flags = Flags()  # noqa: RUF009  frozen

    def told(self, flags: Flags) -> Subject:
        return replace(self, flags=flags)


@click.command("x")
@click.option("--step", type=int, default=1)
@click.argument("words", nargs=-1)
@click.pass_obj
def echo(subject: Subject, step: int, words: tuple[str, ...]) -> None:
    """Says what it was told."""
    click.echo(f"{step} {' '.join(words)} {subject.flags}")


@click.command("x")
@click.option("-n", "--number", type=int)
@click.pass_obj
def own(subject: Subject, number: int) -> None:
    """Has an option of a global's letter."""
    click.echo(f"{number} {subject.flags.interactive}")


@click.command("x")
@click.argument("kind")
def breaks(kind: str) -> None:
    """Fails in some way."""
    failures: dict[str, Exception] = {
        "misconfigured": Misconfigured("set X"),
        "unavailable": Unavailable(""),
        "file": PermissionError(13, "Permission denied", "/data"),
        "errno": OSError(28, "No space left on device"),
        "bare": OSError("odd"),
        "stop": Stop("enough", Exit.LOCKED),
        "bug": ZeroDivisionError("a bug"),
    }
    raise failures[kind]


class Faulty(Misconfigured):
    """Has gathered reasons."""

    code = "test.faulty"
    faults = ("one", "two")


@click.command("x")
def faulty() -> None:
    """Fails for several reasons."""
    raise Faulty("both")


@click.command("x")
@click.option("--force", is_flag=True)
@click.option("--deployed", is_flag=True)
@click.pass_obj
def wipe(subject: Subject, force: bool, deployed: bool) -> None:
    """Wants consent."""
    consent("Really?", force=force, deployed=deployed, flags=subject.flags)
    ok("wiped")


CONSOLE = Table(
    {
        name: Entry(f"{HERE}:{attribute}", f"Line of {name}.")
        for name, attribute in {
            "migrate:up": "echo",
            "migrate:down": "echo",
            "make:model": "own",
            "break": "breaks",
            "faulty": "faulty",
            "wipe": "wipe",
        }.items()
    },
    name="main.py",
)


def run(*words: str, **options: str) -> Result:
    return CliRunner().invoke(CONSOLE, list(words), obj=Subject(), env=options)


@pytest.mark.parametrize("words", [["migrate:up"], ["migrate", "up"]])
def test_both_spellings_are_one_command(words: list[str]) -> None:
    answer = run(*words, "--step", "3", "a", "b")

    assert answer.exit_code == Exit.DONE
    assert answer.stdout.startswith("3 a b ")


@pytest.mark.parametrize(
    "words",
    [
        ["-e", "testing", "-n", "-v", "migrate", "up"],
        ["migrate", "up", "-e", "testing", "-n", "-v"],
        ["--env", "testing", "migrate:up", "--no-interaction", "--verbose"],
    ],
)
def test_global_options_may_stand_before_or_after_the_name(words: list[str]) -> None:
    flags = Flags(env="testing", interactive=False, verbose=True)

    assert str(flags) in run(*words).stdout


def test_a_command_may_keep_a_letter_for_itself() -> None:
    assert run("make", "model", "-n", "5").stdout == "5 True\n"


def test_an_unknown_name_exits_2_and_tells_the_three_nearest() -> None:
    answer = run("migrat:up")

    assert answer.exit_code == Exit.USAGE
    assert "there is no command 'migrat:up'" in answer.stderr
    assert "migrate:up, " in answer.stderr
    assert answer.stderr.count(", ") == 2


def test_an_unknown_verb_of_a_known_noun_is_told_as_one_name() -> None:
    assert "'migrate:upp'; the nearest are migrate:up," in run("migrate", "upp").stderr


def test_a_bare_noun_lists_its_verbs() -> None:
    answer = run("migrate")

    assert answer.exit_code == Exit.USAGE
    assert answer.stdout.splitlines() == [
        "migrate:up  Line of migrate:up.",
        "migrate:down  Line of migrate:down.",
    ]
    assert run("migrate", "--help").exit_code == Exit.DONE


def test_help_lists_the_table_without_loading_a_command() -> None:
    lonely = Table({"a:b": Entry("no.such.module:x", "A line.")}, name="main.py")

    answer = CliRunner().invoke(lonely, ["--help"])

    assert answer.exit_code == Exit.DONE
    assert "a:b  A line." in answer.stdout


def test_a_command_shows_its_own_help() -> None:
    assert "Says what it was told." in run("migrate", "up", "--help").stdout


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("misconfigured", "error: set X"),
        ("unavailable", "error: unavailable"),
        ("file", "error: /data: Permission denied"),
        ("errno", "error: No space left on device"),
        ("bare", "error: odd"),
    ],
)
def test_what_is_not_a_bug_is_one_line_and_exit_1(kind: str, line: str) -> None:
    answer = run("break", kind)

    assert answer.exit_code == Exit.FAILED
    assert answer.stderr == f"{line}\n"
    assert answer.stdout == ""


def test_verbose_shows_where_it_came_from() -> None:
    answer = run("break", "misconfigured", "-v")

    assert "Traceback" in answer.stderr
    assert answer.stderr.endswith("error: set X\n")


def test_each_gathered_fault_has_its_line() -> None:
    assert run("faulty").stderr == "error: one\nerror: two\n"


def test_a_stop_ends_with_its_own_code() -> None:
    answer = run("break", "stop")

    assert (answer.exit_code, answer.stderr) == (75, "error: enough\n")


def test_a_bug_is_not_hidden() -> None:
    assert isinstance(run("break", "bug").exception, ZeroDivisionError)


def test_a_deployment_refuses_without_force() -> None:
    answer = run("wipe", "--deployed")

    assert answer.exit_code == Exit.REFUSED
    assert "--force" in answer.stderr
    assert run("wipe", "--deployed", "--force").exit_code == Exit.DONE


def test_elsewhere_a_script_is_not_asked() -> None:
    assert run("wipe").stdout == "✓ wiped\n"


@pytest.mark.parametrize(("answer", "code"), [("y\n", Exit.DONE), ("n\n", Exit.FAILED)])
def test_a_terminal_is_asked(monkeypatch: pytest.MonkeyPatch, answer: str, code: Exit) -> None:
    runner = CliRunner()
    with runner.isolation(input=answer):
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        try:
            consent("Really?", force=False, deployed=False, flags=Flags())
            got = Exit.DONE
        except Stop as stop:
            got = Exit(stop.exit_code)

    assert got is code


def test_colours_need_a_terminal_and_no_color_unset() -> None:
    coloured = CliRunner().invoke(CONSOLE, ["wipe"], obj=Subject(), color=True)
    plain = CliRunner().invoke(CONSOLE, ["wipe"], obj=Subject(), color=True, env={"NO_COLOR": "1"})

    assert "\x1b[" in coloured.stdout
    assert "\x1b[" not in plain.stdout


def test_a_table_is_as_wide_as_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    table(["name", "n"], [["大厅", 1], ["lobby", 22]])

    assert capsys.readouterr().out == "name   n\n大厅   1\nlobby  22\n"


def test_rows_may_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": "大厅", "n": 1}]

    show(rows, ["name"], as_json=True)
    assert '"name": "大厅",\n    "n": 1' in capsys.readouterr().out

    show(rows, ["name"], as_json=False)
    assert capsys.readouterr().out == "name\n大厅\n"


def test_a_warning_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    warn("look")

    assert capsys.readouterr().err == "warning: look\n"


@pytest.mark.parametrize(
    ("words", "incomplete", "found"),
    [
        ([], "mig", ["migrate"]),
        (["migrate"], "", ["up", "down"]),
        (["migrate"], "d", ["down"]),
        (["migrate", ":"], "d", ["down"]),
        (["migrate"], ":", ["up", "down"]),
        ([], "migrate:d", ["migrate:down"]),
        (["migrate", "up"], "--st", ["--step"]),
        (["migrate:up"], "--st", ["--step"]),
        (["nowhere"], "", []),
        ([], "--en", ["--env"]),
    ],
)
def test_a_line_that_is_being_typed_is_completed(
    words: list[str], incomplete: str, found: list[str]
) -> None:
    two = {
        "migrate:up": Entry(f"{HERE}:echo", "Applies."),
        "migrate:down": Entry(f"{HERE}:echo", "Takes back."),
    }
    asked = ShellComplete(Table(two, name="x"), {}, "x", "X")

    assert [item.value for item in asked.get_completions(words, incomplete)] == found


def test_completing_commands_loads_none() -> None:
    asked = ShellComplete(Table({"a": Entry("no.such:thing", "A line.")}, name="x"), {}, "x", "X")

    assert [(item.value, item.help) for item in asked.get_completions([], "")] == [("a", "A line.")]
