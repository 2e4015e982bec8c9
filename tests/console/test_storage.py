"""storage:check, storage:prune."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from pkg.console import Exit
from pkg.file import SIZES
from pkg.file.name import fresh, sized
from tests.console.conftest import DEPLOYED, Run

ADA = ("--name", "ada", "--email", "ada@example.com", "--password", "correct horse")


@pytest.fixture(autouse=True)
def migrated(run: Run) -> None:
    run("migrate:up")
    run("user:create", *ADA)


def keep(root: Path, name: str, *, hours: float = 2) -> Path:
    """Stores a file as a server would have, so many hours ago."""
    path = root / "storage" / "uploads" / name.rpartition("/")[2].lstrip(".")[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    at = time.time() - hours * 3600
    os.utime(path, (at, at))
    return path


def wear(root: Path) -> list[Path]:
    """Gives ada an avatar; answers its files."""
    name = fresh("webp")
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.execute("UPDATE users SET avatar = ?", (name,))
        file.commit()
    return [keep(root, sized(name, size)) for size in SIZES]


def test_what_no_row_names_goes_and_what_one_names_stays(run: Run, root: Path) -> None:
    worn, orphan = wear(root), keep(root, sized(fresh("webp"), 64))
    part = keep(root, f".ab{'0' * 14}.part")

    pruned = run("storage:prune")

    assert (pruned.exit_code, pruned.stderr) == (Exit.DONE, "")
    assert pruned.stdout.endswith("✓ removed 1 files and 1 parts of uploads, 14 bytes\n")
    assert not orphan.exists()
    assert not part.exists()
    assert all(path.exists() for path in worn)
    assert run("storage:prune").stdout == "✓ there is nothing to remove\n"


def test_a_dry_run_shows_what_would_go_and_removes_nothing(run: Run, root: Path) -> None:
    orphan = keep(root, fresh("webp"))

    shown = run("storage:prune", "--dry-run", **DEPLOYED)

    assert shown.exit_code == Exit.DONE
    assert orphan.name in shown.stdout
    assert orphan.exists()


def test_what_was_written_a_moment_ago_stays(run: Run, root: Path) -> None:
    young = keep(root, fresh("webp"), hours=0.9)
    part = keep(root, f".ab{'0' * 14}.part", hours=0)

    assert run("storage:prune").stdout == "✓ there is nothing to remove\n"
    assert young.exists()
    assert part.exists()


def test_a_deployment_wants_force(run: Run, root: Path) -> None:
    orphan = keep(root, fresh("webp"))

    assert run("storage:prune", **DEPLOYED).exit_code == Exit.REFUSED
    assert orphan.exists()
    assert run("storage:prune", "--force", **DEPLOYED).exit_code == Exit.DONE
    assert not orphan.exists()


def test_a_storage_that_is_well_says_so_and_is_left_as_it_was(run: Run, root: Path) -> None:
    wear(root)

    checked = run("storage:check")

    assert (checked.exit_code, checked.stderr) == (Exit.DONE, "")
    assert "3 files, 21 bytes" in checked.stdout
    assert len(list((root / "storage" / "uploads").rglob("*.webp"))) == 3


def test_a_file_that_a_row_names_and_nobody_has_is_told(run: Run, root: Path) -> None:
    gone = wear(root)[0]
    gone.unlink()

    checked = run("storage:check")

    assert checked.exit_code == Exit.FAILED
    assert f"missing: u:1: {gone.name}" in checked.stderr
    assert "1 files that rows name are missing" in checked.stderr


def test_a_folder_that_cannot_be_written_to_is_told_with_its_setting(run: Run, root: Path) -> None:
    (root / "taken").write_text("a file, no folder")

    checked = run("storage:check", STORAGE_URL="file://taken")

    assert checked.exit_code == Exit.FAILED
    assert "STORAGE_URL" in checked.stderr
