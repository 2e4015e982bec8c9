"""make:pkg: a module with drivers, whole and in use."""

from __future__ import annotations

from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import changed, copied, files, lint, make, own_tests, script, tool
from tests.console.test_make_single import NEEDED
from tests.databases import kind_wanted

TOUCHED = (
    ".importlinter", "app/container.py", "config", "pkg/__init__.py", "pkg/errors.py",
    "pkg/helpers", "pkg/i18n", "resources/lang",
)  # fmt: skip
LONGEST = "extraordinarilylongmodulenames"


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    (root / "resources").unlink()
    copied(root, *TOUCHED)
    (root / "main.py").write_text("print('wrote docs')\n")


def everything(root: Path) -> dict[str, bytes]:
    """Answers every file of a project but for what generators remember and Python compiled."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {"storage", "__pycache__"} & set(path.parts)
    }


@pytest.mark.parametrize("name", ["atlas", "OpenWeather", "zoo", LONGEST])
def test_what_is_written_is_formatted_and_clean_whatever_its_name(
    run: Run, root: Path, name: str
) -> None:
    before = files(root)

    made = run("make:pkg", name)

    assert made.exit_code == Exit.DONE, made.output
    names = changed(before, root)
    assert len(names) == 15
    lint(root, names)


def test_it_has_its_line_wherever_modules_are_listed(run: Run, root: Path) -> None:
    run("make:pkg", "Weather")

    assert "    weather: WeatherConfig\n" in (root / "config/settings.py").read_text()
    assert (
        "            weather=open_weather(settings.weather),\n"
        in (root / "app/container.py").read_text()
    )
    assert " | validation | weather\n" in (root / ".importlinter").read_text()
    for locale in ("en", "zh_CN"):
        folder = root / "resources/lang" / locale / "LC_MESSAGES"
        assert 'msgid "weather.refused"\n' in (folder / "parley.po").read_text()
        assert b"weather.unavailable" in (folder / "parley.mo").read_bytes()


def test_a_floor_that_waits_for_it_is_left_as_it_is(run: Run, root: Path) -> None:
    before = (root / ".importlinter").read_bytes()

    made = run("make:pkg", "queue")

    assert made.exit_code == Exit.DONE, made.output
    assert (root / ".importlinter").read_bytes() == before


def test_a_plan_writes_nothing(run: Run, root: Path) -> None:
    before = everything(root)

    planned = run("make:pkg", "weather", "--plan")

    assert planned.exit_code == Exit.DONE
    assert "would make pkg/weather/contract.py" in planned.stdout
    assert "would change .importlinter" in planned.stdout
    assert everything(root) == before


def test_undo_takes_it_back_to_the_byte(run: Run, root: Path) -> None:
    before = everything(root)
    run("make:pkg", "weather")

    undone = run("undo")

    assert undone.exit_code == Exit.DONE, undone.output
    assert everything(root) == before
    assert not (root / "pkg/weather").exists()


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../x", "cannot be a name"),
        ("class", "a word of Python's own"),
        (f"{LONGEST}x", "at most 30"),
        ("i18n", "there is a pkg/i18n already"),
        ("errors", "there is a pkg/errors already"),
        ("contract", "means something else"),
        ("sms", "already"),
        ("root", "means something else"),
        ("env", "means something else"),
        ("hasher", "means something else"),
    ],
)
def test_what_cannot_be_is_one_message_and_no_file(
    run: Run, root: Path, name: str, problem: str
) -> None:
    before = everything(root)

    refused = run("make:pkg", name)

    assert refused.exit_code in {Exit.FAILED, Exit.USAGE}
    assert problem in refused.stderr
    assert everything(root) == before


@pytest.mark.slow
@pytest.mark.skipif(kind_wanted() != "sqlite", reason="no database is in it: once is enough")
@pytest.mark.timeout(900)  # mypy from nothing, on a busy machine
@pytest.mark.rule(100)
def test_a_whole_project_with_it_is_as_green_as_before(tmp_path: Path) -> None:
    pages = ("CHANGELOG.md", "LICENSE", "Makefile", "README.md", "README.zh-CN.md", ".env.example")
    project = copied(tmp_path / "project", *NEEDED, *pages)
    before = files(project)

    make(project, "make:pkg", "weather")

    names = changed(before, project)
    lint(project, names)
    tool(project, "mypy", *names)
    script(project, "lint-imports")
    laws = ("test_exports", "test_imports", "test_shape", "test_values")
    tool(
        project, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *own_tests(names),
        *(f"tests/architecture/{name}.py" for name in laws), "tests/unit/pkg/i18n",
        "tests/unit/config", "tests/console/test_docs.py", "tests/docs/test_pages.py",
        "tests/docs/test_settings.py", "tests/docs/test_examples.py",
    )  # fmt: skip
