"""Files planned, then all written or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.console.make.changes import Changes
from pkg.console import Exit, Stop


def tree(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.py")}


def test_nothing_is_written_before_the_end(tmp_path: Path) -> None:
    changes = Changes(tmp_path)
    changes.make("a/b.py", "1\n")
    assert tree(tmp_path) == {}

    changes.end(plan=False)

    assert tree(tmp_path) == {"a/b.py": "1\n"}


def test_a_file_is_changed_twice_in_one_go_and_an_empty_one_counts(tmp_path: Path) -> None:
    changes = Changes(tmp_path)
    changes.make("a.py", "")
    changes.change("a.py", lambda path, text: text + "1")
    changes.change("a.py", lambda path, text: text + "2")

    changes.end(plan=False)

    assert tree(tmp_path) == {"a.py": "12"}


def test_a_changed_file_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "a.py").chmod(0o750)
    changes = Changes(tmp_path)
    changes.change("a.py", lambda path, text: "2")

    changes.end(plan=False)

    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("name", ["blocked/b.py", "c.py"])
def test_what_cannot_be_written_leaves_all_as_it_was(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "blocked").write_text("a file where a folder belongs")
    changes = Changes(tmp_path)
    changes.change("a.py", lambda path, text: "2")
    changes.make("new/folder/a.py", "1")
    changes.make(name, "1")
    if name == "c.py":
        (tmp_path / name).mkdir()  # since it was planned
    before = {*tmp_path.rglob("*")}

    with pytest.raises(OSError, match=r"blocked|c\.py"):
        changes.end(plan=False)

    assert {*tmp_path.rglob("*")} == before
    assert (tmp_path / "a.py").read_text() == "1"


@pytest.mark.parametrize(("force", "said"), [(None, "is there already"), (False, "--force writes")])
def test_a_file_that_is_there_is_written_over_only_by_force(
    tmp_path: Path, force: bool | None, said: str
) -> None:
    (tmp_path / "a.py").write_text("1")

    with pytest.raises(Stop, match=said) as caught:
        Changes(tmp_path, force=force).make("a.py", "2")
    assert ("--force" in caught.value.message) == (force is not None)

    Changes(tmp_path, force=True).make("a.py", "2")


@pytest.mark.rule(100)
def test_nothing_is_planned_outside_of_the_project(tmp_path: Path) -> None:
    with pytest.raises(Stop) as caught:
        Changes(tmp_path).make("../a.py", "1")

    assert caught.value.exit_code == Exit.USAGE


def test_what_a_broken_stub_makes_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"a\.py:2 would be no Python: .*: mend its stub"):
        Changes(tmp_path).make("a.py", "x = 1\ndef (:\n")


def test_without_tests_nothing_below_them_is_made(tmp_path: Path) -> None:
    changes = Changes(tmp_path, tests=False)
    changes.make("tests/test_a.py", "1")
    changes.make("a.py", "1")

    assert [path.name for path in changes.texts] == ["a.py"]
