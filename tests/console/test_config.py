"""config:show and config:check: what is set where, what is wrong with it, and no secret told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import KEY, Run


def row(run: Run, name: str, *words: str, **environment: str) -> dict[str, str]:
    rows = json.loads(run("config:show", name, "--json", *words, **environment).stdout)
    return next(row for row in rows if row["name"] == name)


def test_every_setting_is_shown_with_its_default(run: Run) -> None:
    shown = run("config:show")

    assert shown.exit_code == Exit.DONE
    assert "SERVE_PORT" in shown.stdout
    assert row(run, "SERVE_PORT") == {"name": "SERVE_PORT", "value": "8000", "from": "default"}


@pytest.mark.parametrize("words", [("config", "show"), ("config:show",)])
def test_a_name_or_its_beginning_picks_settings(run: Run, words: tuple[str, ...]) -> None:
    one, several = run(*words, "serve_port"), run(*words, "SERVE_")

    assert one.stdout.count("SERVE_") == 1
    assert several.stdout.count("SERVE_") > 5


def test_a_name_that_no_setting_has_is_told(run: Run) -> None:
    missed = run("config:show", "SRVE")

    assert missed.exit_code == Exit.FAILED
    assert "no setting is named SRVE" in missed.stderr


def test_the_places_a_value_was_set_in_are_shown_the_one_that_counts_first(
    run: Run, root: Path
) -> None:
    (root / ".env").write_text("SERVE_PORT=1111\n")
    (root / ".env.local").write_text("SERVE_PORT=2222\n")

    shown = row(run, "SERVE_PORT", "--sources", SERVE_PORT="3333")

    assert shown["value"] == "3333 < 2222 < 1111"
    assert shown["from"] == "environment < .env.local < .env"
    assert row(run, "SERVE_PORT")["value"] == "2222"


@pytest.mark.rule(102)
@pytest.mark.parametrize("words", [(), ("--sources",), ("--json",), ("--sources", "--json")])
def test_no_secret_is_shown_wherever_it_was_set(
    run: Run, root: Path, words: tuple[str, ...]
) -> None:
    (root / ".env").write_text("DATABASE_URL=postgres://u:hunter2@db/app\n")

    shown = run("config:show", *words, MAIL_URL="smtp://u:hunter3@mail:25")

    assert shown.exit_code == Exit.DONE
    for secret in ("hunter2", "hunter3", KEY):
        assert secret not in shown.output
    assert "********" in shown.stdout


def test_settings_that_hold_are_counted(run: Run) -> None:
    checked = run("config:check")

    assert checked.exit_code == Exit.DONE
    assert "settings hold (local)" in checked.stdout


def test_every_fault_is_told_at_once_without_its_value(run: Run, root: Path) -> None:
    (root / ".env").write_text("SERVE_PORT=hunter2\nLOG_LEVEL=loud\nBROKEN\n")

    checked = run("config:check", DATABASE_URL="ftp://hunter3")

    assert checked.exit_code == Exit.FAILED
    assert checked.stdout == ""
    lines = checked.stderr.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("error: ") for line in lines)
    assert "SERVE_PORT (from .env)" in checked.stderr
    assert "line 3 is not NAME=value" in checked.stderr
    assert "hunter" not in checked.stderr


def test_what_production_refuses_is_told_for_the_environment_that_is_named(run: Run) -> None:
    checked = run("config:check", "-e", "production", APP_DEBUG="true", APP_HOSTS="*")

    assert checked.exit_code == Exit.FAILED
    assert "APP_DEBUG" in checked.stderr
    assert "APP_HOSTS" in checked.stderr


def test_settings_with_faults_can_still_be_looked_at(run: Run) -> None:
    shown = run("config:show", "LOG_LEVEL", LOG_LEVEL="loud")

    assert shown.exit_code == Exit.DONE
    assert "loud" in shown.stdout
    assert shown.stderr == "warning: 1 of the settings do not hold: see `config:check`\n"


def test_another_command_tells_the_same_faults_and_no_traceback(run: Run) -> None:
    ended = run("migrate:status", SERVE_PORT="x", LOG_LEVEL="loud")

    assert ended.exit_code == Exit.FAILED
    assert len(ended.stderr.splitlines()) == 2
    assert "Traceback" not in ended.output
