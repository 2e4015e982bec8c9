"""What is printed at the end: a line, or each broken promise and how to see it again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.console.stress.command import SHOWN, again, report
from app.console.stress.notes import Notes
from app.console.stress.plan import FAULTS, drawn
from app.console.stress.run import Outcome
from main import CONSOLE
from pkg.console import Exit, Stop

PLAN = drawn(7, nodes=2, seconds=2.5, faults=("cut", "kill"))


def test_the_repeating_line_has_every_option_and_no_password() -> None:
    url = "postgres://ada:sesame@db.example:5432/x"

    line = again(PLAN, ("cut", "kill"), url, "redis://127.0.0.1:6379/0")

    assert line == (
        "python main.py hub:stress --seed 7 --nodes 2 --faults cut,kill --seconds 2.5"
        " --database postgres://ada:***@db.example:5432/x --redis redis://127.0.0.1:6379/0"
    )


def test_without_faults_the_line_says_so() -> None:
    assert "--faults '' " in again(PLAN, (), None, None)


def test_a_run_that_kept_every_promise_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    report(PLAN, Outcome(Notes(), stored=3), "", Path("folder"))

    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert "seed 7: 3 messages" in out
    assert err == ""


def test_broken_promises_are_told_and_end_with_70(capsys: pytest.CaptureFixture[str]) -> None:
    broken = [f"G1: {number}" for number in range(SHOWN + 5)]

    with pytest.raises(Stop) as stopped:
        report(PLAN, Outcome(Notes(), broken=broken), "the line", Path("folder"))

    assert stopped.value.exit_code == Exit.BROKEN
    assert stopped.value.message == "25 broken promises; again: the line"
    err = capsys.readouterr().err
    assert "G1: 0\n" in err
    assert "and 5 more" in err
    assert f"G1: {SHOWN}\n" not in err
    assert "folder" in err


def test_without_a_redis_server_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    ran = CliRunner().invoke(CONSOLE, ["hub:stress", "--seconds", "2"])

    assert ran.exit_code == Exit.FAILED
    assert "--redis URL" in ran.stderr
    assert not list(tmp_path.iterdir())


def test_a_fault_that_is_unknown_is_told_with_those_that_are() -> None:
    ran = CliRunner().invoke(CONSOLE, ["hub:stress", "--faults", "flood"])

    assert ran.exit_code == Exit.USAGE
    assert all(name in ran.stderr for name in FAULTS)
