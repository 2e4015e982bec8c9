"""One line of a .env file changes, the others stay as people wrote them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pkg.app import dotenv


def test_a_missing_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / ".env"

    dotenv.write(path, "APP_KEY", "abc")

    assert path.read_text() == "APP_KEY=abc\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.rule(102)
def test_a_file_open_to_others_is_closed(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)

    dotenv.write(path, "APP_KEY", "abc")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "line", ["APP_KEY=", "APP_KEY=old", "export APP_KEY = old # why", "  APP_KEY=x"]
)
def test_the_line_is_replaced_and_the_rest_stays(tmp_path: Path, line: str) -> None:
    path = tmp_path / ".env"
    path.write_text(f"# mine\nA=1\n{line}\nMY_APP_KEY=2\n")

    dotenv.write(path, "APP_KEY", r"a\1b")

    assert path.read_text() == "# mine\nA=1\nAPP_KEY=a\\1b\nMY_APP_KEY=2\n"


def test_a_new_line_goes_to_the_end_even_without_a_last_newline(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1")

    dotenv.write(path, "APP_KEY", "abc")

    assert path.read_text() == "A=1\nAPP_KEY=abc\n"


def test_current_answers_what_is_set(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert dotenv.current(path, "A") == ""

    path.write_text("A=1\nB=\n")
    assert dotenv.current(path, "A") == "1"
    assert dotenv.current(path, "B") == ""


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")

    with pytest.raises(UnicodeEncodeError):
        dotenv.write(path, "B", "\ud800")

    assert path.read_text() == "A=1\n"
    assert list(tmp_path.iterdir()) == [path]
