"""key:rotate; what running servers make of it: tests/feature/test_signing_keys.py."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import KEY, Run

pytestmark = pytest.mark.rule(40)


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")


def kept(root: Path) -> list[str]:
    """Answers the row of the keys; the last word is a time."""
    query = "SELECT value FROM settings WHERE name = 'jwt_keys'"
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        return [value for (value,) in file.execute(query)]


def test_a_new_key_signs_and_the_old_one_is_named(run: Run, root: Path) -> None:
    turned = run("key:rotate")

    signs, verifies = turned.stdout.splitlines()
    assert turned.exit_code == Exit.DONE
    assert signs.endswith(" signs")
    assert verifies.endswith(" verifies what it signed until that runs out")
    assert signs.split()[1] != verifies.split()[0]
    assert [row.rpartition(" ")[0] for row in kept(root)] == ["1 0"]


def test_no_secret_is_kept_or_shown(run: Run, root: Path) -> None:
    turned = run("key:rotate")

    assert KEY not in turned.output
    assert len(kept(root)[0]) < 20


def test_an_old_key_is_retired_by_its_id(run: Run, root: Path) -> None:
    old = run("key:rotate").stdout.splitlines()[1].split()[0]

    retired = run("key", "rotate", "--retire", old)

    assert retired.exit_code == Exit.DONE
    assert retired.stdout.startswith(f"✓ what {old} signed holds no more\n")
    assert [row.rpartition(" ")[0] for row in kept(root)] == ["1 1"]


def test_a_key_that_is_none_and_a_turn_too_soon_are_told(run: Run, root: Path) -> None:
    unknown = run("key:rotate", "--retire", "0123456789abcdef")
    assert (unknown.exit_code, kept(root)) == (Exit.FAILED, [])
    assert unknown.stderr.startswith("error: no key whose tokens hold has the id 0123")
    run("key:rotate")

    again = run("key:rotate")

    assert again.exit_code == Exit.FAILED
    assert "rotated just now: try again in 5 s" in again.stderr
