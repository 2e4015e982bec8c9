from __future__ import annotations

import io
import sys

import pytest

from app.console.db.bar import Bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_elsewhere_there_is_one_line_a_table_when_it_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bar = Bar()

    for done in (500, 1000, 1500, 1500):
        bar("copies", "users", done, 1500)
    bar("copies", "members", 0, 0)

    assert capsys.readouterr().out == "  copies users: 1,500\n  copies members: 0\n"


def test_on_a_terminal_a_line_is_painted_over_itself_and_ends_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "100")
    bar = Bar()

    bar("copies", "users", 500, 1000)
    bar("copies", "users", 600, 1000)  # at once: too soon to be painted
    bar("copies", "users", 1000, 1000)

    first, second = terminal.getvalue().split("\r")[1:]
    assert " 50%  500 of 1,000" in first
    assert "[############------------]" in first
    assert "100%  1,000 of 1,000" in second
    assert second.endswith("\n")


def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "40")

    Bar()("copies", "users", 1, 1)

    assert len(terminal.getvalue().strip("\r\n").removesuffix("\x1b[K")) < 40
