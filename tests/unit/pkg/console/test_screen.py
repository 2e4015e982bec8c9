from __future__ import annotations

import fcntl
import io
import os
import struct
import termios

import click
import pytest

from pkg.console.output import width
from pkg.console.screen import ENTER, LEAVE, Screen, clip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    monkeypatch.setenv("LINES", "3")


@pytest.mark.usefixtures("small")
def test_what_does_not_fit_is_cut_at_the_edges() -> None:
    out = io.StringIO()

    Screen(out).paint(["short", "far too long for it", "third", "fourth"])

    shown = out.getvalue()
    assert "far too lo\x1b[K" in shown
    assert "third" in shown
    assert "fourth" not in shown
    assert not shown.endswith("\r\n")  # the last line would scroll the first one away


@pytest.mark.usefixtures("small")
def test_its_size_is_asked_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(io.StringIO())
    assert screen.size == (10, 3)

    monkeypatch.setenv("COLUMNS", "20")

    assert screen.size == (20, 3)


@pytest.mark.usefixtures("small")
def test_a_terminal_knows_its_size_better_than_its_environment() -> None:
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 7, 70, 0, 0))

    with os.fdopen(slave, "w") as out:
        assert Screen(out).size == (70, 7)
    os.close(master)


def test_the_terminal_is_given_back_whatever_happens() -> None:
    out = io.StringIO()

    with pytest.raises(KeyboardInterrupt), Screen(out).taken():
        raise KeyboardInterrupt

    assert out.getvalue() == ENTER + LEAVE


@pytest.mark.parametrize("columns", range(8))
def test_a_wide_character_is_never_cut_in_two(columns: int) -> None:
    assert width(clip("ab中文cd", columns)) <= columns


def test_without_colour_a_line_is_shown_without_its_style() -> None:
    out = io.StringIO()

    Screen(out, color=False).paint([click.style("bold", bold=True)])

    assert out.getvalue() == "\x1b[Hbold\x1b[K\x1b[J"


def test_a_style_stays_around_what_is_left() -> None:
    assert clip(click.style("abcdef", bold=True), 3) == click.style("abc", bold=True)
