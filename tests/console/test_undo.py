"""undo: what a generator wrote is gone without a trace, and nobody's work with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.console.make.manifest import KEPT
from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import copied, make


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    copied(root, "app/models", "database", "tests/unit/database")


def everything(root: Path) -> dict[str, bytes | None]:
    """Answers every file and folder of a project but for what the generators remember."""
    found = (path for path in root.rglob("*") if "resources" not in path.parts)
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None
        for path in found
        if path.relative_to(root).parts[0] != "storage"
    }


def test_the_last_run_is_taken_back_with_its_folders(run: Run, root: Path) -> None:
    before = everything(root)
    run("make:model", "Tag", "label:string:40!", "-a")
    assert everything(root) != before

    undone = run("undo")

    assert undone.exit_code == Exit.DONE, undone.output
    assert "removed app/models/tag.py" in undone.stdout
    assert "put back app/models/__init__.py" in undone.stdout
    assert everything(root) == before


def test_runs_are_taken_back_one_after_another_the_latest_first(run: Run, root: Path) -> None:
    before = everything(root)
    run("make:model", "Tag", "label:string:40!", "-a")
    run("make:model", "Note", "text:text", "-m")
    run("make:migration", "tidy_up")

    said = [run("undo").stdout.splitlines()[-1] for _ in range(3)]

    assert said == [
        "✓ make:migration tidy_up: taken back",
        "✓ make:model Note text:text --migration: taken back",
        "✓ make:model Tag label:string:40! --all: taken back",
    ]
    assert everything(root) == before
    assert "no generator has written anything" in run("undo").stderr


def test_what_was_changed_since_is_left_alone_and_so_is_all_the_rest(run: Run, root: Path) -> None:
    run("make:model", "Tag", "label:string:40!", "-a")
    model = root / "app/models/tag.py"
    model.write_text(model.read_text() + "\n# mine\n")
    before = everything(root)

    refused = run("undo")

    assert refused.exit_code == Exit.FAILED
    assert "app/models/tag.py was changed since" in refused.stderr
    assert everything(root) == before


def test_what_was_removed_since_counts_as_changed(run: Run, root: Path) -> None:
    run("make:model", "Tag", "label:string:40!")
    (root / "app/models/tag.py").unlink()

    assert "app/models/tag.py was changed since" in run("undo").stderr


def test_an_earlier_run_waits_for_a_later_one_that_changed_the_same_file(
    run: Run, root: Path
) -> None:
    run("make:model", "Tag", "label:string:40!")
    run("make:model", "Note", "text:text")
    before = everything(root)

    refused = run("undo", "1")

    assert "make:model Note text:text changed app/models/__init__.py too" in refused.stderr
    assert "`undo 0002` first" in refused.stderr
    assert everything(root) == before


def test_an_earlier_run_that_nobody_built_upon_may_go_alone(run: Run, root: Path) -> None:
    run("make:migration", "tidy_up")
    run("make:model", "Note", "text:text")

    undone = run("undo", "0001")

    assert undone.exit_code == Exit.DONE, undone.output
    assert not list((root / "database/migrations").glob("*tidy_up*"))
    assert (root / "app/models/note.py").exists()


def test_a_migration_that_is_applied_is_not_taken_away(run: Run, root: Path) -> None:
    made = run("make:migration", "create_tags", "label:string:40!")
    stem = Path(made.stdout.split()[2]).stem
    stays = (root / f"database/migrations/{stem}.py", root / "storage/app.sqlite3")
    project = ("import sys; sys.path.insert(0, sys.argv[1])\n") + APPLY
    subprocess.run([sys.executable, "-c", project, str(root), stem], check=True)

    refused = run("undo")

    assert refused.exit_code == Exit.FAILED
    assert f"{stem} is applied: `python main.py migrate down`" in refused.stderr
    assert all(path.exists() for path in stays)


APPLY = """
import asyncio
from pathlib import Path
from pydantic import SecretStr
from pkg.database import Database, DatabaseConfig
from pkg.migrate import Migrator

async def main():
    config = DatabaseConfig(url=SecretStr("sqlite://storage/app.sqlite3"))
    database = Database.from_config(config, root=Path(sys.argv[1]), models=())
    await database.open()
    with database.active():
        await Migrator(database, "database.migrations").up()
    await database.close()

asyncio.run(main())
"""


def test_no_database_is_made_to_ask_whether_it_has_a_migration(run: Run, root: Path) -> None:
    run("make:migration", "create_tags", "label:string:40!")

    assert run("undo").exit_code == Exit.DONE
    assert not (root / "storage/app.sqlite3").exists()


def test_what_can_be_taken_back_is_listed_the_latest_first(run: Run) -> None:
    run("make:migration", "one")
    run("make:migration", "two")

    rows = json.loads(run("undo", "--list", "--json").stdout)

    assert [(row["id"], row["command"], row["files"]) for row in rows] == [
        ("0002", "make:migration two", 2),
        ("0001", "make:migration one", 2),
    ]


def test_a_plan_and_a_refusal_leave_nothing_to_take_back(run: Run) -> None:
    run("make:model", "Tag", "label:string", "--plan")
    run("make:model", "User")

    assert json.loads(run("undo", "--list", "--json").stdout) == []


@pytest.mark.parametrize("id", ["7", "x", "-1"])
def test_a_run_that_never_was_is_told(run: Run, id: str) -> None:
    run("make:migration", "one")

    told = run("undo", "--", id)

    assert told.exit_code == Exit.USAGE
    assert f"there is no run {id}" in told.stderr


def test_a_manifest_that_somebody_wrote_into_is_named(run: Run, root: Path) -> None:
    run("make:migration", "one")
    (root / "storage/generated/0001.json").write_text('{"number": 1}')

    assert "0001.json cannot be read: remove it" in run("undo").stderr


def test_only_so_many_are_kept(run: Run, root: Path) -> None:
    run("make:migration", "one")
    folder = root / "storage/generated"
    text = (folder / "0001.json").read_text()
    for number in range(2, KEPT + 1):
        copy = text.replace('"number": 1', f'"number": {number}')
        (folder / f"{number:04}.json").write_text(copy)

    run("make:migration", "two")

    assert len(list(folder.iterdir())) == KEPT
    assert not (folder / "0001.json").exists()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_a_whole_resource_was_taken_back_git_has_nothing_to_say(tmp_path: Path) -> None:
    project = copied(
        tmp_path / "project", ".importlinter", ".env.example", ".gitignore", "app", "config",
        "database", "docs", "main.py", "pkg", "pyproject.toml", "resources", "routes", "tests",
    )  # fmt: skip
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "all")

    make(project, "make:crud", "Topic", "title:string:80!", "--owner")
    assert len(git(project, "status", "--porcelain").splitlines()) >= 20
    make(project, "undo")

    assert git(project, "status", "--porcelain", "--untracked-files=all") == ""
    assert not (project / "app/actions/topics").exists()


def git(project: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=project, capture_output=True, text=True, check=True)
    return done.stdout
