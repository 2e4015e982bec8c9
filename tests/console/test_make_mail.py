"""make:mail: a mail in both languages, and what sends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import changed, copied, files, lint, make, own_tests, tool
from tests.console.test_make_pkg import everything
from tests.console.test_make_single import NEEDED
from tests.databases import kind_wanted

TABLE = "tests/unit/pkg/mail/test_templates.py"
LONGEST = "a" + "_long" * 7


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    (root / "resources").unlink()
    copied(root, "resources/mail", TABLE)


@pytest.mark.parametrize("name", ["NewTopic", "zoo", LONGEST])
def test_what_is_written_is_formatted_and_clean(run: Run, root: Path, name: str) -> None:
    before = files(root)

    made = run("make:mail", name)

    assert made.exit_code == Exit.DONE, made.output
    assert len(changed(before, root)) == 4
    lint(root, changed(before, root))


def test_each_language_has_its_text_and_its_page(run: Run, root: Path) -> None:
    run("make:mail", "NewTopic")

    for locale in ("en", "zh_CN"):
        for kind in ("html", "txt"):
            assert (root / f"resources/mail/{locale}/new_topic.{kind}").exists()


def test_a_plan_writes_nothing_and_undo_takes_all_back(run: Run, root: Path) -> None:
    before = everything(root)

    assert run("make:mail", "NewTopic", "--plan").exit_code == Exit.DONE
    assert everything(root) == before
    run("make:mail", "NewTopic")
    assert everything(root) != before
    assert run("undo").exit_code == Exit.DONE
    assert everything(root) == before


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../x", "cannot be a name"),
        ("base", "other mails are made of it"),
        ("login", "already"),
        ("class", "a word of Python's own"),
    ],
)
def test_what_cannot_be_is_one_message_and_no_file(
    run: Run, root: Path, name: str, problem: str
) -> None:
    before = everything(root)

    refused = run("make:mail", name)

    assert refused.exit_code in {Exit.FAILED, Exit.USAGE}
    assert problem in refused.stderr
    assert everything(root) == before


@pytest.mark.slow
@pytest.mark.skipif(kind_wanted() != "sqlite", reason="no database is in it: once is enough")
@pytest.mark.timeout(900)  # mypy from nothing, on a busy machine
@pytest.mark.rule(100)
def test_it_type_checks_and_is_held_by_the_laws_of_mails(tmp_path: Path) -> None:
    project = copied(tmp_path / "project", *NEEDED)
    before = files(project)

    make(project, "make:mail", "NewTopic")

    names = changed(before, project)
    lint(project, names)
    tool(project, "mypy", *names)
    tool(project, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *own_tests(names))
