"""Progress: a bar that moves on a terminal, few lines elsewhere, nothing on stdout."""

from __future__ import annotations

import io

import click
import pytest

from pkg.console import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(terminal: Terminal) -> list[str]:
    """Answers what stood on the terminal's line, one after another."""
    return [one.strip() for one in click.unstyle(terminal.getvalue()).split("\r") if one.strip()]


def breaks(terminal: Terminal) -> None:
    with Progress("users", 10, out=terminal) as progress:
        progress.on(3)
        raise OSError("the disk is full")


def test_a_terminal_shows_a_bar_that_reaches_its_end() -> None:
    terminal = Terminal()

    with Progress("users", 200, out=terminal) as progress:
        progress.to(100)
        progress.on(100)

    assert shown(terminal)[0].startswith("users")
    assert any("100/200" in line for line in shown(terminal))
    assert "200/200" in shown(terminal)[-1]


def test_elsewhere_there_is_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("users", 100_000) as progress:
        for done in range(500, 100_001, 500):
            progress.to(done)

    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 10
    assert told.err.splitlines()[-1] == "  users: 100,000 of 100,000"


def test_work_that_fails_keeps_what_was_shown() -> None:
    terminal = Terminal()

    with pytest.raises(OSError, match="full"):
        breaks(terminal)

    assert "3/10" in shown(terminal)[-1]


def test_more_than_was_expected_is_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("users", 10) as progress:
        progress.on(25)

    assert capsys.readouterr().err == "  users: 10 of 10\n"


def test_nothing_to_do_is_no_fault() -> None:
    with Progress("users", 0) as progress:
        progress.to(0)
