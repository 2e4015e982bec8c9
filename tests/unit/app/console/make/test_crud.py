"""make:crud: whatever is asked for, what is written is in order, and what cannot be is told."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from app.console.make.changes import Changes
from app.console.make.crud.command import plan_crud
from app.console.make.crud.resource import Asked, read_resource
from pkg.console import Exit, Stop
from tests.console.schemas import words

ROOT = Path(__file__).resolve().parents[5]
TITLE = "title:string:40!"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a generator reads of a project, as it is here."""
    root = tmp_path_factory.mktemp("project")
    for name in ("app/models", "database", "routes"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def asked(given: Sequence[str]) -> Asked:
    """Reads words as the command does."""
    noun, *rest = given
    only = rest[rest.index("--only") + 1] if "--only" in rest else ""
    fields = [one for one in rest if ":" in one]
    return Asked(noun, fields, only=only, owner="--owner" in rest)


def written(root: Path, wanted: Asked) -> dict[str, str]:
    """Answers every file by its name, nothing written."""
    changes = Changes(root)
    plan_crud(changes, read_resource(root, wanted))
    return {str(path.relative_to(root)): text for path, text in changes.texts.items()}


def told(root: Path, *fields: str, name: str = "Topic", **how: Any) -> Stop:
    with pytest.raises(Stop) as caught:
        written(root, Asked(name, fields, **how))
    return caught.value


@pytest.mark.rule(100)
@settings(max_examples=12)
@given(words("thing"))
def test_whatever_is_asked_for_is_formatted_and_clean(root: Path, given: list[str]) -> None:
    into = root / "written"
    shutil.rmtree(into, ignore_errors=True)
    for name, text in written(root, asked(given)).items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    ours = 'lint.isort.known-first-party=["app", "config", "database", "pkg", "routes", "tests"]'
    config = ["--no-cache", "--config", str(ROOT / "pyproject.toml"), "--config", ours]
    for tool in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *tool, *config, "."],
            cwd=into,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_field_named_as_a_constant_has_a_type_of_another_name(root: Path) -> None:
    texts = written(root, Asked("Topic", ["none:string", "true:enum:a,b", "false:text"]))

    for name, text in texts.items():
        compile(text, name, "exec")
    assert "NoneValue = Annotated[str, Text(255)]" in texts["app/requests/topics.py"]


def test_an_action_is_one_verb_and_one_file(root: Path) -> None:
    found = written(root, Asked("Topic", [TITLE]))

    actions = [name for name in found if name.startswith("app/actions/topics/")]
    assert [Path(name).stem for name in sorted(actions)] == [
        "__init__", "create_topic", "delete_topic", "find_topic", "list_topics", "update_topic",
    ]  # fmt: skip
    controller = ast.parse(found["app/http/controllers/topics.py"])
    functions = [node for node in controller.body if isinstance(node, ast.AsyncFunctionDef)]
    assert [one.name for one in functions] == ["index", "show", "create", "update", "delete"]
    assert max(len(one.body) for one in functions) <= 4


def test_only_what_is_asked_for_is_written(root: Path) -> None:
    found = written(root, Asked("Topic", [TITLE], only="index,show"))

    assert "app/actions/topics/create_topic.py" not in found
    assert "class NewTopic" not in found["app/requests/topics.py"]
    assert "post(" not in found["routes/api.py"].partition('"/topics"')[2]


def test_what_belongs_to_nobody_is_written_by_admins_and_read_by_users(root: Path) -> None:
    rows = written(root, Asked("Topic", [TITLE]))["routes/api.py"].splitlines()

    guards = [row.partition("guard=")[2].partition(",")[0] for row in rows if "topics." in row]
    assert [guard.rstrip("),") for guard in guards if guard] == ["user", "user", *["admin"] * 3]


def test_what_is_owned_is_its_owners_alone(root: Path) -> None:
    found = written(root, Asked("Topic", [TITLE], owner=True))

    assert "user_id" not in found["app/requests/topics.py"].partition("class ListTopics")[0]
    assert (
        "if not can_change(user_id, topic.user_id):"
        in (found["app/actions/topics/update_topic.py"])
    )
    assert (
        "if not can_change(user_id, topic.user_id):"
        in (found["app/actions/topics/delete_topic.py"])
    )
    migration = next(text for name, text in found.items() if "/migrations/0" in name)
    assert 'table.foreign("user_id", "users"),' in migration  # they go along


def test_a_row_that_others_need_cannot_be_deleted(root: Path) -> None:
    found = written(root, Asked("Topic", ["author:ref:users", "editor:ref:users?"]))

    migration = next(text for name, text in found.items() if "/migrations/0" in name)
    assert 'table.foreign("author_id", "users", on_delete="restrict")' in migration
    assert 'table.foreign("editor_id", "users", on_delete="set null")' in migration
    assert "on_delete=fields.RESTRICT" in found["app/models/topic.py"]


def test_a_secret_stays_out_of_a_repr(root: Path) -> None:
    forms = written(root, Asked("Topic", ["token:uuid", "api_key:string?"]))[
        "app/requests/topics.py"
    ]

    assert forms.count("repr=False") == 4


def test_without_tests_nothing_is_written_below_tests(root: Path) -> None:
    changes = Changes(root, tests=False)
    plan_crud(changes, read_resource(root, Asked("Topic", [TITLE])))

    assert not [path for path in changes.texts if "tests" in path.relative_to(root).parts]


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    "name",
    [
        "User",
        "Message",
        "../x",
        "Filter",
        "Request",
        "Class",
        "x" * 31,
        "Dict",
        "a b",
        "Conversations",
    ],
)
def test_a_name_that_is_something_else_already_is_refused(root: Path, name: str) -> None:
    assert told(root, TITLE, name=name).exit_code in {Exit.FAILED, Exit.USAGE}


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("field", "at"),
    [
        ("absent:bool?", 0), ("stamp:int", 0),
        ("sort:int", 0), ("cursor:string", 0), ("rev:int", 0), ("model_x:int", 0), ("json:int", 0),
        ("copy:int", 0), ("password:string", 0), ("password_hash:string", 0), ("a:ref:ghosts", 6),
        ("parent:ref:topics", 17), ("title:strin", 6), ("wanted:bool", 0),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_pointed_at(root: Path, field: str, at: int) -> None:
    _, shown, below = told(root, field).message.split("\n")

    assert shown == f"  {field}"
    assert below.index("^") - 2 == at


def test_a_field_whose_key_would_have_too_long_a_name_is_refused(root: Path) -> None:
    field = f"{'b' * 30}:string!"

    assert "too long" in told(root, field, name="a" * 30).message


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"only": "index,destroy"}, "there is no 'destroy'"),
        ({"api": "../v1"}, "is no version"),
        ({"api": "v9"}, 'no API with group("/api/v9"'),
    ],
)
def test_an_option_that_cannot_be_is_told(root: Path, how: dict[str, str], said: str) -> None:
    assert said in told(root, TITLE, **how).message


def test_an_owner_is_no_field_beside_it(root: Path) -> None:
    with pytest.raises(Stop, match="--owner brings"):
        read_resource(root, Asked("Topic", ["user:ref:users"], owner=True))
