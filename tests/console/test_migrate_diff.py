"""migrate:diff: what it writes, what it asks or demands first, and drift as CI sees it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from app.console.commands import COMMANDS
from app.console.migrations.ask import Sides, settled
from app.console.migrations.diff import sides
from main import CONSOLE, KERNEL
from pkg.console import Exit, Table
from pkg.database import Dialect
from pkg.migrate.diff import Choices, Plan, Shape
from tests.console.conftest import KEY, Run
from tests.console.projects import lint
from tests.console.test_migrate_trial import database
from tests.contract.drafts import HEAD, Project, model, project
from tests.databases import run_on

Diff = Callable[..., Result]
TITLE = "title = fields.CharField(max_length=40)"
POST = model("Post", "posts", TITLE)
BARE = "\n\nBARE_TABLES = {'logs': 'made by hand'}\n"


@pytest.fixture
def made(root: Path) -> Iterator[Project]:
    with project(root) as one:
        (one.path / "__init__.py").write_text("")
        yield one


@pytest.fixture
def diff(made: Project, root: Path) -> Diff:
    """Runs a command in a project whose models are those given last."""
    count = iter(range(100))
    current = ""

    def run(*words: str, models: tuple[str, ...] | None = None, **environment: str) -> Result:
        nonlocal current
        if models is not None:
            current = f"models_{made.package}_{next(count)}"
            (root / f"{current}.py").write_text(HEAD + "".join(models) + BARE)
        kernel = replace(KERNEL, root=root, models=current, migrations=made.package)
        console = Table(
            COMMANDS, name="main.py", context_settings={**CONSOLE.context_settings, "obj": kernel}
        )
        env = {"APP_ENV": "local", "APP_KEY": KEY, "DATABASE_SYNCHRONOUS": "OFF", **environment}
        return CliRunner(env={"DATABASE_URL": None, "REDIS_URL": None, **env}).invoke(
            console, list(words)
        )

    return run


def lint_migration(root: Path, file: Path) -> None:
    """Lints *file* where the project has its migrations, which may begin with a number."""
    place = root / "database" / "migrations"
    place.mkdir(parents=True)
    (place / "__init__.py").touch()
    (place / file.name).write_text(file.read_text())
    lint(root, [str(place / file.name)])


def files(made: Project) -> list[str]:
    return sorted(path.stem for path in made.path.glob("0*.py"))


def test_the_projects_own_models_and_migrations_agree(run: Run, root: Path) -> None:
    checked = run("migrate:diff", "--check")

    assert checked.exit_code == Exit.DONE, checked.output
    assert not (root / "storage").exists()  # it needs no database


def test_every_table_said_to_have_no_model_is_made_by_a_migration_and_has_none() -> None:
    both = sides(KERNEL)

    assert both.bare <= both.there.keys() - both.wanted.keys()


def test_a_change_is_written_once_formatted_clean_and_with_its_test(
    diff: Diff, made: Project, root: Path
) -> None:
    first = diff("migrate:diff", "create_posts", models=(POST,))
    again = diff("migrate:diff", "create_posts")
    checked = diff("migrate", "diff", "--check")

    assert first.exit_code == again.exit_code == checked.exit_code == Exit.DONE
    assert files(made) == ["0001_create_posts"]
    assert "nothing to write" in again.stdout
    assert "agree" in checked.stdout
    test = root / "tests/unit/database/migrations/test_0001_create_posts.py"
    lint_migration(root, made.path / "0001_create_posts.py")
    lint(root, [str(test)])


@pytest.mark.parametrize("name", ["add_views_to_posts", "drop_title_from_posts", "create_tags"])
def test_a_name_that_says_what_to_do_elsewhere_is_only_a_name(
    diff: Diff, made: Project, name: str
) -> None:
    told = diff("migrate:diff", name, models=(POST,))

    assert told.exit_code == Exit.DONE, told.output
    assert files(made) == [f"0001_{name}"]


def test_what_is_written_is_laid_out_however_long_it_is(
    diff: Diff, made: Project, root: Path
) -> None:
    long = "a_rather_long_name_for_a_column_of_a_table"
    fields = [f"{long}_{n}: int = fields.IntField(default=0)" for n in range(3)]
    names = ", ".join(f'"{long[:30]}_{n}"' for n in range(3))
    short = [line.replace(long, long[:30]) for line in fields]
    rule = "id > 0 AND title IN ('a, b', 'c') OR title = 'a rather long text, for a check'"
    meta = [
        f"unique_together = (({names}),)",
        f'constraints = (CheckConstraint("{rule}", "posts_title_check"),)',
    ]
    diff("migrate:diff", "one", models=(model("Post", "posts", TITLE),))

    wider = model(
        "Post", "posts", TITLE, *fields, *short, "seen_at = fields.DatetimeField(auto_now=True)",
        f"{long} = fields.TextField()", "told: dict[str, int] = fields.JSONField()", meta=meta,
    )  # fmt: skip
    told = diff(
        "migrate:diff", "two", "--default", f"posts.{long}=it's \"so\" {'and so ' * 30}",
        "--default", 'posts.told={"a": "b"}', models=(wider,),
    )  # fmt: skip

    assert told.exit_code == Exit.DONE, told.output
    lint_migration(root, made.path / "0002_two.py")
    assert diff("migrate:diff", "--check").exit_code == Exit.DONE


def test_drift_is_told_and_ends_with_1(diff: Diff, made: Project) -> None:
    diff("migrate:diff", "one", models=(POST,))
    other = model("Post", "posts", "title = fields.CharField(max_length=80, null=True)")

    shown = diff("migrate:diff", "--check", models=(other, model("Tag", "tags")))
    told = json.loads(diff("migrate:diff", "--check", "--json").stdout)

    assert shown.exit_code == Exit.FAILED
    assert told == [
        {
            "what": "posts.title",
            "models": "string 80, null",
            "migrations": "string 40, not null",
        },
        {"what": "tags", "models": "table tags", "migrations": "-"},
    ]
    assert all(row["what"] in shown.stdout for row in told)
    assert files(made) == ["0001_one"]


def test_a_database_changed_by_hand_is_told(diff: Diff, made: Project, root: Path) -> None:
    diff("migrate:diff", "one", models=(POST,))
    before = diff("migrate:diff", "--check", "--live")  # nothing is applied, nothing is there
    diff("migrate:up")
    clean = diff("migrate:diff", "--check", "--live")
    with closing(sqlite3.connect(root / "storage" / "app.sqlite3")) as file:
        file.execute("CREATE INDEX mine ON posts (title)")
        file.execute("ALTER TABLE posts ADD COLUMN note VARCHAR(9) DEFAULT 'x'")

    told = diff("migrate:diff", "--check", "--live", "--json")

    assert before.exit_code == clean.exit_code == Exit.DONE
    assert told.exit_code == Exit.FAILED
    assert [(row["what"], row["migrations"]) for row in json.loads(told.stdout)] == [
        ("posts.note", "-"),
        ("posts: index (title)", "-"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_servers_database_changed_by_hand_is_told(run: Run, root: Path, kind: Dialect) -> None:
    with database(kind, root) as url:
        run("migrate:up", DATABASE_URL=url)
        clean = run("migrate:diff", "--check", "--live", DATABASE_URL=url)
        asyncio.run(run_on(url, "CREATE INDEX mine ON users (nickname)"))
        asyncio.run(run_on(url, "ALTER TABLE users DROP COLUMN birthday"))

        told = run("migrate:diff", "--check", "--live", DATABASE_URL=url)

        assert clean.exit_code == Exit.DONE, clean.output
        assert told.exit_code == Exit.FAILED
        assert "users: index (nickname)" in told.stdout
        assert "users.birthday" in told.stdout


def test_a_table_without_a_model_is_left_alone_where_that_is_said(
    diff: Diff, made: Project
) -> None:
    made.add("0001_logs", LOGS.format(name="logs"))
    assert diff("migrate:diff", "--check", models=()).exit_code == Exit.DONE

    made.add("0002_others", LOGS.format(name="others"))
    missed = diff("migrate:diff", "gone")

    assert missed.exit_code == Exit.FAILED
    assert "others goes, with all its rows" in missed.stderr
    assert "logs" not in missed.stderr


LOGS = """from __future__ import annotations

from typing import Any

from pkg.migrate import Schema, table


async def upgrade(db: Any) -> str:
    schema = Schema(db)
    schema.create_table("{name}", table.id(), table.text("line"))
    return schema.sql()


async def downgrade(db: Any) -> str:
    schema = Schema(db)
    schema.drop_table("{name}")
    return schema.sql()
"""


@pytest.mark.parametrize(
    ("changed", "told", "way"),
    [
        (
            (model("Post", "posts", "head = fields.CharField(max_length=40)"),),
            "posts.title goes and head comes, alike",
            ("--rename", "posts.title=head"),
        ),
        (
            (model("Article", "articles", TITLE),),
            "posts goes and articles comes, alike",
            ("--rename", "posts=articles"),
        ),
        ((model("Post", "posts"),), "posts.title goes, with its values", ("--drop",)),
        ((), "posts goes, with all its rows", ("--drop",)),
        (
            (model("Post", "posts", "title = fields.CharField(max_length=9)"),),
            "posts.title gets narrower",
            ("--drop",),
        ),
        (
            (model("Post", "posts", TITLE, "rank: int = fields.IntField()"),),
            "posts.rank is new and has to have a value",
            ("--default", "posts.rank=0"),
        ),
        (
            (model("Post", "posts", TITLE, "rank: int = fields.IntField()"),),
            "posts.rank is new and has to have a value",
            ("--split",),
        ),
    ],
    ids=["column", "table", "drop", "drop-table", "narrow", "default", "split"],
)
def test_what_no_comparison_can_know_is_refused_until_it_is_said(
    diff: Diff, made: Project, changed: tuple[str, ...], told: str, way: tuple[str, ...]
) -> None:
    diff("migrate:diff", "one", models=(POST,))

    refused = diff("migrate:diff", "two", models=changed)
    assert refused.exit_code == Exit.FAILED
    assert told in refused.stderr
    assert way[0] in refused.stderr
    assert files(made) == ["0001_one"]

    assert diff("migrate:diff", "two", *way).exit_code == Exit.DONE
    assert diff("migrate:diff", "--check").exit_code == Exit.DONE
    assert len(files(made)) == 2 + ("--split" in way)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("title = fields.DatetimeField()", "cannot be made a moment out of a string"),
        ("title = fields.TimeField()", "Post.title is a TimeField"),
        ("other = fields.ForeignKeyField('models.No', related_name=False)", "refers to models.No"),
        (
            "post = fields.ForeignKeyField('models.Post', null=True, on_delete=fields.SET_DEFAULT)",
            "on_delete=SET_DEFAULT",
        ),
    ],
)
def test_what_cannot_be_written_for_every_database_is_told(
    diff: Diff, made: Project, changed: str, told: str
) -> None:
    diff("migrate:diff", "one", models=(POST,))

    refused = diff("migrate:diff", "two", models=(model("Post", "posts", changed),))

    assert refused.exit_code == Exit.FAILED
    assert told in refused.stderr
    assert files(made) == ["0001_one"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say a NAME"),
        (("name", "--check"), "say a NAME"),
        (("name", "--live"), "say a NAME"),
        (("No Name",), "cannot be a name"),
        (("two", "--rename", "posts"), "posts=articles for a table"),
        (("two", "--default", "posts"), "write posts.rank=0"),
        (("two", "--default", "posts.no=1"), "no model has posts.no"),
        (("two", "--default", f"posts.title={'x' * 41}"), "is no string"),
    ],
)
def test_what_cannot_be_meant_is_called_wrongly(
    diff: Diff, made: Project, words: tuple[str, ...], told: str
) -> None:
    refused = diff("migrate:diff", *words, models=(POST,))

    assert refused.exit_code == Exit.USAGE
    assert told in refused.stderr
    assert files(made) == []


@pytest.mark.parametrize(
    ("rename", "told"),
    [
        ("tags=posts", "a table posts already"),
        ("no=articles", "no no"),
        ("posts.no=head", "no posts.no"),
        ("posts.title=id", "a id there already"),
    ],
)
def test_a_rename_of_what_is_not_there_is_told(
    diff: Diff, made: Project, rename: str, told: str
) -> None:
    diff("migrate:diff", "one", models=(POST, model("Tag", "tags")))

    refused = diff("migrate:diff", "two", "--rename", rename)

    assert refused.exit_code == Exit.FAILED
    assert told in refused.stderr


def test_an_empty_file_is_written_whatever_differs(diff: Diff, made: Project) -> None:
    planned = diff("migrate:diff", "nothing", "--empty", "--plan", models=(POST,))
    assert "would make" in planned.stdout
    assert files(made) == []

    assert diff("migrate:diff", "nothing", "--empty").exit_code == Exit.DONE
    assert files(made) == ["0001_nothing"]
    assert diff("migrate:diff", "nothing", "--empty").exit_code == Exit.FAILED
    assert diff("migrate:up").exit_code == Exit.DONE


@pytest.mark.parametrize(
    ("answers", "moves"),
    [
        ("y\n", ["RenameColumn"]),
        ("n\ny\n", ["AddColumn", "DropColumn"]),
        ("n\nn\n", []),
    ],
    ids=["renamed", "dropped", "no"],
)
def test_on_a_terminal_it_is_asked(made: Project, answers: str, moves: list[str]) -> None:
    was = made.wanted(model("Post", "posts", "title = fields.CharField(max_length=4, null=True)"))
    now = made.wanted(model("Post", "posts", "head = fields.CharField(max_length=4, null=True)"))

    asked, plan = ask(was, now, answers)

    assert [type(move).__name__ for move in (plan.files[0].up if plan else ())] == moves
    assert "is it renamed?" in asked.stdout
    assert asked.exit_code == (Exit.DONE if moves else Exit.FAILED)


def ask(was: dict[str, Shape], now: dict[str, Shape], answers: str) -> tuple[Result, Plan | None]:
    settled_on: list[Plan] = []

    @click.command()
    def command() -> None:
        both = Sides(now, was, frozenset())
        settled_on.append(settled(both, Choices(), asks=True))

    result: Any = CliRunner().invoke(command, [], input=answers)
    return result, settled_on[0] if settled_on else None
