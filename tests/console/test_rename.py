"""app:rename: a clone is somebody's own after one run, and works as before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.console.rename.command import renamed
from app.console.rename.places import PLACES
from app.console.rename.product import Product, standing
from pkg.console import Exit
from tests.console.conftest import ROOT, Run
from tests.console.projects import copied, lint, make, tool

FOLDERS = ("app", "config", "database", "docs", "pkg", "resources", "routes", "tests")
FILES = ("main.py", "pyproject.toml", ".env.example", "README.md", "README.zh-CN.md")
# All that stays as it is, as it stands in the source; `STAYS` says why.
KEPT = re.compile(
    r"parley_(?:hub|http|loop|trial)_|[\"`]parley_[\"`]|urn:parley:|parley/v1|parley:lobby"
    r"|talk to parley|^ +0x7061726C6579  # \"parley\"|LC_MESSAGES/parley|parley\.(?:log|theme)"
    r"|(?:PREFIX|DOMAIN) = \"parley\.?\""
)
OTHER = Product("Other Name", "other-name")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of every file that a place is in."""
    return copied(tmp_path, *PLACES)


def texts(root: Path) -> dict[str, str]:
    return {file: (root / file).read_text(encoding="utf-8") for file in PLACES}


def test_every_place_is_where_it_is_declared(run: Run) -> None:
    told = run("app:rename", OTHER.name, "--plan")

    assert told.exit_code == Exit.DONE, told.output
    assert told.stderr == ""
    assert told.stdout.count("would change ") == len(PLACES)


def test_nothing_else_in_the_source_is_called_like_the_product() -> None:
    """A new mention becomes a place, or something that stays and says why."""
    old = standing(ROOT)
    found = [path for top in FOLDERS[:-1] if top != "docs" for path in (ROOT / top).rglob("*.*")]
    left = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in [*found, ROOT / "main.py", ROOT / "pyproject.toml"]
        if path.suffix in {".py", ".toml", ".js", ".html", ".txt", ".css", ".svg", ".stub"}
        and not path.is_relative_to(ROOT / "app/console/rename")
        for line in after(path, old).splitlines()
        if "parley" in KEPT.sub("", line).lower()
    ]

    assert left == []


def after(path: Path, old: Product) -> str:
    """Answers what would stand in *path* under another name."""
    text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
    return renamed(text, PLACES.get(name, ()), old, OTHER)


def test_a_plan_writes_nothing(run: Run, root: Path) -> None:
    before = texts(root)

    run("app:rename", OTHER.name, "--plan")

    assert texts(root) == before
    assert not (root / "storage").exists()


def test_what_keeps_its_name_is_listed_with_the_reason(run: Run) -> None:
    told = run("app:rename", OTHER.name, "--plan").stdout

    for kept in ("chat.v1", "close codes", "urn:parley:problem:", "parley_*", "LICENSE"):
        assert kept in told


def test_a_place_that_somebody_rewrote_is_named_and_left_alone(run: Run, root: Path) -> None:
    (root / "README.md").write_text("# Something of mine\n")

    told = run("app:rename", OTHER.name, "--plan")

    assert told.exit_code == Exit.DONE
    assert f"README.md: # {standing(root).name}" in told.stderr
    assert "would change README.md" not in told.stdout


def test_the_name_it_has_already_changes_nothing(run: Run, root: Path) -> None:
    now, before = standing(root), texts(root)

    told = run("app:rename", now.name, "--slug", now.slug)

    assert told.exit_code == Exit.DONE
    assert texts(root) == before


@pytest.mark.parametrize(
    "words",
    [
        [""],
        ['A "quoted" one'],
        ["<b>"],
        ["{name}"],
        ["two  spaces"],
        ["line\nbreak"],
        ["a" * 25],
        ["聊天"],  # no letters for a cookie
        ["2048"],
        ["Fine", "--slug", "Not fine"],
        ["Fine", "--slug", "9lives"],
    ],
)
def test_a_name_that_would_break_a_file_is_refused(run: Run, root: Path, words: list[str]) -> None:
    before = texts(root)

    assert run("app:rename", *words).exit_code == Exit.USAGE

    assert texts(root) == before


def test_a_name_in_any_script_goes_with_a_slug(run: Run) -> None:
    told = run("app:rename", "聊天", "--slug", "liaotian", "--plan")

    assert told.exit_code == Exit.DONE, told.output
    assert "<title>聊天</title>" in told.stdout
    assert '"liaotian_session"' in told.stdout


def test_a_name_that_is_a_word_of_the_source_takes_that_word_no_further() -> None:
    text = 'session: str = "chat_session"  # webchat_session, chat_sessions'

    assert (
        renamed(text, ["{snake}_session"], Product("Chat", "chat"), OTHER)
        == 'session: str = "other_name_session"  # webchat_session, chat_sessions'
    )


@pytest.mark.slow  # a whole project, its tests, and its references written four times
@pytest.mark.timeout(300)
def test_a_renamed_copy_passes_its_tests_is_renamed_again_and_taken_back(tmp_path: Path) -> None:
    project = copied(tmp_path / "project", *FOLDERS, *FILES)
    before = texts(project)

    make(project, "app:rename", "My Chat")

    once = texts(project)
    make(project, "docs:write", "--check")
    lint(project, [file for file in PLACES if file.endswith(".py")])
    tests = [file for file in PLACES if file.startswith("tests/") and "test_serve" not in file]
    quick = ["tests/console/test_rename.py", "tests/console/test_completion.py"]
    more = ["tests/docs/test_settings.py", "tests/unit/pkg/mail"]
    tool(project, "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests, *quick, *more)

    make(project, "app:rename", "Chat")
    assert standing(project) == Product("Chat", "chat")
    make(project, "docs:write", "--check")
    make(project, "undo")
    assert texts(project) == once
    make(project, "undo")
    assert texts(project) == before
    make(project, "docs:write", "--check")
