"""make:crud: what it writes is green at once, and what it cannot write it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import changed, copied, files, lint, make, own_tests, script, tool
from tests.console.schemas import words
from tests.databases import kind_wanted

WHOLE = (
    ".importlinter", "app", "config", "database", "docs", "main.py", "pkg", "pyproject.toml",
    "resources", "routes", "tests",
)  # fmt: skip
CATEGORY = ("make:crud", "Category", "name:string:40!", "parent:ref:categories?")
TOPIC = (
    "make:crud", "Topic", "title:string:80!", "body:text", "category:ref:categories",
    "second_category:ref:categories?", "status:enum:draft,live", "is_open:bool?",
    "price:decimal:10,2?", "rate:float", "size:small", "born:date", "data:json", "token:uuid!?",
    "published_at:datetime?", "--owner", "--frames",
)  # fmt: skip
LIKE = ("make:crud", "Like", "topic:ref:topics", "--owner", "--only", "index,create,delete")
PYTEST = ("pytest", "-q", "-n", "0", "-p", "no:cacheprovider")
# What is said of every form, file and function.
ABOUT_ALL = (
    "tests/architecture/test_exports.py", "tests/architecture/test_shape.py",
    "tests/architecture/test_values.py",
)  # fmt: skip
# A law of two resources together, which neither of them can state alone.
IN_USE = """
from __future__ import annotations

from app.models import Category, Topic, User
from tests.site import Site


def test_what_others_refer_to_stays(site: Site) -> None:
    admin = site.admin()
    category = Category(name="a")
    site.run(category.save)
    topic = Topic(
        title="a", body="a", category=category, status="live", rate=1.0, size=1,
        born="2026-01-01", data={}, user_id=admin.id,
    )
    site.run(topic.save)
    path = f"/categories/{category.id}"

    refused = site.ask("DELETE", path, headers={"If-Match": "*"}, by=admin)
    site.run(topic.delete)
    deleted = site.ask("DELETE", path, headers={"If-Match": "*"}, by=admin)

    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert deleted.status_code == 204
"""


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    """What the generator reads and writes, and a program that only says it was called."""
    copied(root, "app/models", "database", "routes", "tests/unit/database")
    (root / "main.py").write_text(
        "import sys\nfrom pathlib import Path\nPath('told').write_text(' '.join(sys.argv[1:]))\n"
    )


def test_a_resource_is_written_from_its_routes_to_its_table(run: Run, root: Path) -> None:
    before = files(root)

    made = run(*CATEGORY)

    names = changed(before, root)
    assert made.exit_code == Exit.DONE, made.output
    assert names == [
        "app/actions/categories/__init__.py",
        "app/actions/categories/create_category.py",
        "app/actions/categories/delete_category.py",
        "app/actions/categories/find_category.py",
        "app/actions/categories/list_categories.py",
        "app/actions/categories/update_category.py",
        "app/http/controllers/categories.py",
        "app/models/__init__.py",
        "app/models/category.py",
        "app/requests/categories.py",
        "app/resources/category.py",
        "database/factories/__init__.py",
        "database/factories/category.py",
        next(name for name in names if name.startswith("database/migrations/")),
        "database/seeders/categories.py",
        "database/seeders/order.py",
        "routes/api.py",
        "tests/feature/test_categories.py",
        "tests/unit/app/models/test_category.py",
        next(name for name in names if name.startswith("tests/unit/database/migrations/")),
        "tests/unit/database/seeders/test_categories.py",
    ]
    lint(root, names)
    assert (root / "told").read_text() == "docs:write"
    assert "migrate up" in made.stdout


def test_its_frames_come_where_they_are_asked_for(run: Run, root: Path) -> None:
    before = files(root)

    made = run(*CATEGORY, "--frames", "--only", "index,create")

    names = changed(before, root)
    assert made.exit_code == Exit.DONE, made.output
    assert {name for name in names if "ws" in name.split("/")[:2] or name.endswith("ws.py")} == {
        "app/ws/handlers/categories.py",
        "routes/ws.py",
        "tests/ws/test_categories.py",
    }
    rows = (root / "routes/ws.py").read_text()
    assert 'op("categories.index", categories.index, frame=Asked' in rows
    assert "categories.update" not in rows
    lint(root, names)
    assert run("undo").exit_code == Exit.DONE
    assert files(root) == before


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("OPS = (\n", "mend this file first"),
        ("from app.ws import frames\n\nOPS = 1\n", "has no OPS"),
    ],
)
def test_a_table_of_frames_that_cannot_be_added_to_stops_all_of_it(
    run: Run, root: Path, text: str, said: str
) -> None:
    (root / "routes/ws.py").write_text(text)
    before = files(root)

    refused = run(*CATEGORY, "--frames")

    assert (refused.exit_code, files(root)) == (Exit.FAILED, before)
    assert said in refused.stderr


def test_a_plan_shows_everything_and_writes_nothing(run: Run, root: Path) -> None:
    before = files(root)

    planned = run(*CATEGORY, "--plan")

    assert planned.exit_code == Exit.DONE
    assert "would make app/http/controllers/categories.py" in planned.stdout
    assert '  +     get("/categories", categories.index' in planned.stdout
    assert files(root) == before
    assert not (root / "told").exists()


def test_a_second_time_is_refused_and_changes_nothing(run: Run, root: Path) -> None:
    run(*CATEGORY)
    before = files(root)

    refused = run(*CATEGORY)

    assert refused.exit_code == Exit.FAILED
    assert "there is a model of the table categories already" in refused.stderr
    assert files(root) == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("routes/api.py", "API = (\n", "mend this file first"),
        ("routes/api.py", "from app.errors import Gone\n\nAPI = 1\n", "has no API with group"),
        ("app/models/__init__.py", "from app.models.x import (\n", "mend this file first"),
        ("database/seeders/order.py", "ORDER = 1\n", "database/seeders/order.py"),
        ("app/http/controllers/categories.py", "", "is there already"),
        ("tests/feature/test_categories.py", "", "is there already"),
    ],
)
def test_a_file_in_the_way_is_named_and_nothing_is_written(
    run: Run, root: Path, name: str, text: str, said: str
) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    before = files(root)

    refused = run(*CATEGORY)

    assert refused.exit_code == Exit.FAILED
    assert name in refused.stderr
    assert said in refused.stderr
    assert "--force" not in refused.stderr
    assert files(root) == before


def test_a_file_that_cannot_be_written_leaves_files_and_folders_as_they_were(
    run: Run, root: Path
) -> None:
    (root / "tests/feature").write_text("a file where a folder belongs")
    before = {*root.rglob("*")}

    failed = run(*CATEGORY)

    assert failed.exit_code == Exit.FAILED
    assert failed.stderr.count("\n") == 1
    assert {*root.rglob("*")} == before


def test_references_that_cannot_be_written_are_told_with_the_cause(run: Run, root: Path) -> None:
    (root / "main.py").write_text("raise SystemExit('error: half of it is missing')\n")

    failed = run(*CATEGORY)

    assert failed.exit_code == Exit.FAILED
    assert "all files are done" in failed.stderr
    assert "half of it is missing" in failed.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)  # mypy from nothing, on a busy machine
@pytest.mark.rule(100)
def test_inherited_generated_code_broken_by_resources_that_refer_to_each_other(
    tmp_path: Path,
) -> None:
    project = copied(tmp_path / "project", *WHOLE)
    before = files(project)

    for asked in (CATEGORY, TOPIC, LIKE):
        make(project, *asked)

    names = changed(before, project)
    lint(project, names)
    (project / "tests/feature/test_in_use.py").write_text(IN_USE.lstrip())
    own = [*own_tests(names), "tests/feature/test_in_use.py"]
    tool(project, *PYTEST, *own)
    if kind_wanted() == "sqlite":  # what follows asks no database: once is enough
        tool(project, "mypy", *names)
        script(project, "lint-imports", "--no-cache")
        make(project, "docs:write", "--check")
        tool(project, *PYTEST, *ABOUT_ALL)
        rows = "topics or categories or likes or document or name"
        tool(project, *PYTEST, "tests/feature/test_route_table.py", "-k", rows)


def is_green(folder: Path, asked: list[str]) -> None:
    """Makes what is *asked* for in a fresh copy, and fails unless it is green at once."""
    project = copied(folder / f"p{len([*folder.iterdir()])}", *WHOLE)
    before = files(project)

    make(project, "make:crud", *asked)

    names = changed(before, project)
    lint(project, names)
    tool(project, "mypy", "--cache-dir", str(folder / "mypy"), *names)
    tool(project, *PYTEST, *own_tests(names))


# What is left over from an example hurts nobody: each has a folder of its own.
PATIENT = settings(
    max_examples=2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes half a minute
)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.rule(100)
@PATIENT
@given(words("thing"))
def test_whatever_schema_is_asked_for_is_green_at_once(tmp_path: Path, asked: list[str]) -> None:
    is_green(tmp_path, asked)


@pytest.mark.night
@pytest.mark.timeout(7200)
@settings(PATIENT, max_examples=60)
@given(words("thing"))
def test_sixty_schemas_are_green_at_once(tmp_path: Path, asked: list[str]) -> None:
    is_green(tmp_path, asked)
