"""make:model, make:migration: what they write, what they leave alone, what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import changed, copied, files, lint, make, own_tests, tool

EVERY_KIND = (
    "title:string:40!", "body:text", "author:ref:users", "status:enum:draft,live", "n:int",
    "price:decimal:10,2", "published_at:datetime?", "born:date", "data:json", "small_one:small?",
    "big_one:big", "is_open:bool", "rate:float?", "token:uuid!", "parent:ref:blog_posts?",
    "a_rather_long_name_for_a_field:ref:conversations",
    "another_rather_long_name_for_a_field:ref:conversations?",
)  # fmt: skip
ADDED = ("order:int", "subtitle:string:80?", "best:ref:users?", "slug:string:20!?", "when:date?")
NEEDED = (
    "app", "config", "database", "main.py", "pkg", "pyproject.toml", "resources", "routes",
    "tests/conftest.py", "tests/databases.py", "tests/redises.py",
    "tests/unit/database/conftest.py",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    """The folders that generators write into, as they are here."""
    copied(root, "app/models", "database", "tests/unit/database")


def test_a_model_is_written_with_its_line_and_its_test(run: Run, root: Path) -> None:
    before = files(root)

    made = run("make:model", "Tag", "label:string:40!")

    assert made.exit_code == Exit.DONE
    assert changed(before, root) == [
        "app/models/__init__.py",
        "app/models/tag.py",
        "tests/unit/app/models/test_tag.py",
    ]
    assert "✓ made app/models/tag.py" in made.stdout
    assert "from app.models.tag import Tag\n" in files(root)["app/models/__init__.py"]
    assert (
        "    label = fields.CharField(max_length=40, unique=True)\n"
        in (files(root)["app/models/tag.py"])
    )


@pytest.mark.parametrize(
    ("letters", "made"),
    [
        (["-m"], {"database/migrations/", "tests/unit/database/migrations/"}),
        (["-f"], {"database/factories/"}),
        (["-m", "-s"], {"database/factories/", "database/seeders/", "database/migrations/"}),
        (["-a"], {"database/factories/", "database/seeders/", "database/migrations/"}),
    ],
)
def test_the_letters_add_files(run: Run, root: Path, letters: list[str], made: set[str]) -> None:
    before = files(root)

    assert run("make:model", "Tag", "label:string", *letters).exit_code == Exit.DONE

    names = changed(before, root)
    assert all(any(name.startswith(folder) for name in names) for folder in made)


@pytest.mark.rule(100)
def test_inherited_generated_code_broken_no_more_but_formatted_and_clean(
    run: Run, root: Path
) -> None:
    before = files(root)

    run("make:model", "BlogPost", *EVERY_KIND, "-a")
    run("make:model", "Empty")
    run("make:model", "Lonely", "-a")
    run("make:migration", "add_things_to_users", *ADDED)
    run("make:migration", "drop_locale_from_users", "locale:string:16")
    run("make:migration", "tidy_up")

    names = changed(before, root)
    assert len(names) > 20
    lint(root, names)


@pytest.mark.slow
@pytest.mark.timeout(900)  # mypy from nothing, on a busy machine
@pytest.mark.rule(100)
def test_what_is_written_type_checks_and_passes_its_own_tests(tmp_path: Path) -> None:
    project = copied(tmp_path / "project", *NEEDED)
    before = files(project)

    for words in (
        ("make:model", "BlogPost", *EVERY_KIND, "-a"),
        ("make:model", "Comment", "post:ref:blog_posts", "text:text", "-a"),
        ("make:model", "Empty"),
        ("make:migration", "add_things_to_users", *ADDED),
        ("make:migration", "drop_things_from_users", *ADDED),
        ("make:migration", "tidy_up"),
    ):
        make(project, *words)

    names = changed(before, project)
    lint(project, names)
    tool(project, "mypy", *names)
    tool(project, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *own_tests(names))


@pytest.mark.parametrize(
    "words", [("make:model", "Tag", "label:string", "-a"), ("make:migration", "create_tags")]
)
def test_a_plan_shows_everything_and_writes_nothing(
    run: Run, root: Path, words: tuple[str, ...]
) -> None:
    before = files(root)

    planned = run(*words, "--plan")

    assert planned.exit_code == Exit.DONE
    assert "would make database/migrations/" in planned.stdout
    assert '  + """Create tags."""' in planned.stdout
    assert files(root) == before


def test_a_second_time_is_refused_and_forced_writes_over(run: Run, root: Path) -> None:
    run("make:model", "Tag", "label:string")
    before = files(root)

    refused = run("make:model", "Tag", "other:int")
    assert refused.exit_code == Exit.FAILED
    assert "app/models/tag.py is there already" in refused.stderr
    assert files(root) == before

    forced = run("make:model", "Tag", "other:int", "--force")
    assert forced.exit_code == Exit.DONE
    assert "other: int" in files(root)["app/models/tag.py"]
    assert files(root)["app/models/__init__.py"] == before["app/models/__init__.py"]


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    "words",
    [
        ("User",), ("Base",), ("key_of",), ("DirectKey",), ("Row",), ("../../etc/x",), ("class",),
        ("Tag", "a:b"),
        ("Tag", "a:ref:ghosts"), ("Tag", "parent:ref:tags"), ("Tag", "made:ref:users"),
        ("Tag", "row:ref:users"),
        ("Tag", "class:int"), ("Tag", "a:int", "a:text"), ("Tag", "-s"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_message_and_no_file(
    run: Run, root: Path, words: tuple[str, ...]
) -> None:
    before = files(root)

    refused = run("make:model", *words)

    assert refused.exit_code in {Exit.FAILED, Exit.USAGE}
    assert refused.stdout == ""
    assert refused.stderr.startswith("error: ")
    assert "Traceback" not in refused.output
    assert files(root) == before


def test_a_half_edited_file_is_named_with_its_line_and_nothing_is_written(
    run: Run, root: Path
) -> None:
    init = root / "app/models/__init__.py"
    init.write_text(init.read_text() + "\nfrom app.models.half import (\n")
    before = files(root)

    refused = run("make:model", "Tag", "-a")

    assert refused.exit_code == Exit.FAILED
    assert "app/models/__init__.py:" in refused.stderr
    assert "mend this file first" in refused.stderr
    assert files(root) == before


def test_a_file_that_cannot_be_written_leaves_the_others_as_they_were(run: Run, root: Path) -> None:
    (root / "tests/unit/app").write_text("a file where a folder belongs")
    before = files(root)

    failed = run("make:model", "Tag")

    assert failed.exit_code == Exit.FAILED
    assert failed.stderr.count("\n") == 1
    assert files(root) == before


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("create_tags", (), 'schema.create_table(\n        "tags"'),
        ("create_tags_table", (), 'schema.create_table(\n        "tags"'),
        ("make_tags", ("--create", "tags"), 'schema.create_table(\n        "tags"'),
        ("add_bio_to_users", ("bio:text?",), 'schema.add_column("users", table.text("bio"'),
        ("bio", ("bio:text?", "--table", "users"), 'schema.add_column("users", table.text("bio"'),
        ("drop_exp_from_users", ("exp:big",), 'await schema.drop_column("users", "exp")'),
        ("remove_exp_from_users_table", ("exp:big",), 'schema.drop_column("users", "exp")'),
        ("tidy-up", (), "return schema.sql()"),
    ],
)
def test_a_migration_reads_its_own_name(
    run: Run, root: Path, name: str, more: tuple[str, ...], said: str
) -> None:
    before = files(root)

    assert run("make:migration", name, *more).exit_code == Exit.DONE

    migration, test = changed(before, root)
    upgrade = files(root)[migration].partition("async def downgrade")[0]
    assert said in upgrade
    assert Path(migration).stem == Path(test).stem.removeprefix("test_")


def test_migrations_are_numbered_on(run: Run, root: Path) -> None:
    last = max(path.stem for path in (root / "database/migrations").glob("0*.py"))

    run("make:migration", "tidy_up")
    run("make:migration", "tidy_more")

    stems = sorted(path.stem for path in (root / "database/migrations").glob("0*.py"))
    assert [int(stem[:4]) - int(last[:4]) for stem in stems[-2:]] == [1, 2]
    assert run("make:migration", "tidy_up").exit_code == Exit.FAILED


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("../x",), "cannot be a name"),
        (("Create Tags",), "cannot be a name"),
        (("x" * 61,), "cannot be a name"),
        (("tidy", "--create", "a b"), "cannot be a table"),
        (("tidy", "--table", "../b"), "cannot be a table"),
        (("tidy", "a:int"), "say which table"),
        (("add_bio_to_users",), "say which fields"),
        (("drop_exp_from_users",), "say which fields"),
        (("add_bio_to_users", "bio:text"), "rows that are there have no value"),
        (("add_no_to_users", "no:int!"), "rows that are there have no value"),
        (("create_tags", "a:what"), "there is no type"),
    ],
)
def test_a_migration_that_cannot_be_is_told(
    run: Run, root: Path, words: tuple[str, ...], problem: str
) -> None:
    before = files(root)

    refused = run("make:migration", *words)

    assert refused.exit_code in {Exit.FAILED, Exit.USAGE}
    assert problem in refused.stderr
    assert files(root) == before
