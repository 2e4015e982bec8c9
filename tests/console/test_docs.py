"""docs:write, and that what it would write is what stands here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.console.commands import COMMANDS
from app.console.docs.command import documents
from app.console.docs.settings_page import env_example, variables
from config.settings import load_settings
from main import KERNEL
from pkg.console import Exit
from tests.console.conftest import ROOT, Run

WRITTEN = documents(replace(KERNEL, root=ROOT))


@pytest.mark.parametrize("name", WRITTEN)
def test_what_stands_is_what_would_be_written(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == WRITTEN[name], "run `make docs`"


def test_every_file_is_written_once_and_then_left_alone(run: Run, root: Path) -> None:
    first, second = run("docs:write"), run("docs:write")

    assert first.stdout.count("✓ wrote ") == len(WRITTEN)
    assert second.stdout == "✓ everything is as it would be written\n"
    assert {name: (root / name).read_text() for name in WRITTEN} == WRITTEN


def test_a_plan_and_a_check_write_nothing(run: Run, root: Path) -> None:
    planned, checked = run("docs", "write", "--plan"), run("docs:write", "--check")

    assert planned.stdout.count("would write ") == len(WRITTEN)
    assert checked.exit_code == Exit.FAILED
    assert "stale: .env.example" in checked.stderr
    assert not (root / ".env.example").exists()


def test_what_this_machine_is_told_is_not_written_down(run: Run, root: Path) -> None:
    run("docs:write", APP_NAME="Zorro", DATABASE_URL="postgres://u:hunter2@db/app")

    assert {name: (root / name).read_text() for name in WRITTEN} == WRITTEN


def test_a_copy_of_the_example_changes_no_setting(root: Path) -> None:
    before = load_settings(root, environ={})
    (root / ".env").write_text(env_example(variables()))

    assert load_settings(root, environ={}) == before


def test_the_example_names_every_setting_with_a_word_about_it() -> None:
    lines = env_example(variables()).splitlines()

    for one in variables():
        at = lines.index(f"# {one.name}={one.default}")
        assert len(lines[at - 1]) > len("# .")


def test_the_pages_name_every_setting_command_and_route() -> None:
    for one in variables():
        assert f"| `{one.name}` |" in WRITTEN["docs/settings.md"]
    for name in COMMANDS:
        assert f"\n## {name}\n" in WRITTEN["docs/commands.md"]
    for row in KERNEL.load("routes"):
        assert f"`{row.method} {row.path}`" in WRITTEN["docs/routes.md"]
        assert f'"{row.path}"' in WRITTEN["docs/openapi.json"]
