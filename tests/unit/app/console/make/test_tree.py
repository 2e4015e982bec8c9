"""Lines put where they belong; whatever people wrote around them stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.console.make.tree import (
    exported,
    exports,
    keys,
    paths_in,
    with_argument,
    with_import,
    with_item,
    with_rows,
)
from pkg.console import Stop

FILE = Path("some/file.py")
INIT = """\
from __future__ import annotations

from app.models.base import Base  # everybody's
from app.models.user import User, key_of

__all__ = [
    "Base",
    "User",
    "key_of",
]
"""
ORDER = '''\
"""Seeders."""

from database.seeders import lobby, users

# first those that need nothing
ORDER = Order(
    chance,
    Seeder("users", users.run),  # many
)
'''
ROUTES = """\
from app.errors import (
    Gone,  # a comment of somebody
    NotFound,
)
from app.http.controllers import chat, users as people  # theirs
from app.http.routing import get, group

# fmt: off
API = ROOT + group("/api/v1", limit="api")(
    get("/users", people.index),  # all of them

    # the last
    get("/chat/{id}", chat.show),
) + group("/api/v2", limit="api")(
    get("/users", people.index),
)
"""


def test_a_name_is_imported_and_exported_in_sorted_place() -> None:
    text = exported(FILE, INIT, "app.models.post", "Post")

    assert text.splitlines()[2:6] == [
        "from app.models.base import Base  # everybody's",
        "from app.models.post import Post",
        "from app.models.user import User, key_of",
        "",
    ]
    assert exports(FILE, text) == ["Base", "Post", "User", "key_of"]


@pytest.mark.parametrize(("module", "line"), [("app.models.aaa", 2), ("app.models.zzz", 4)])
def test_the_first_and_the_last_have_a_place_too(module: str, line: int) -> None:
    text = exported(FILE, INIT, module, "Other")

    assert text.splitlines()[line] == f"from {module} import Other"


def test_a_list_on_one_line_stays_on_one_while_it_fits() -> None:
    text = 'from a.b import c\n\n__all__ = ["c"]\n'
    longer = text.replace('["c"]', str([f"name_{n:08}" for n in range(6)]).replace("'", '"'))

    assert exported(FILE, text, "a.a", "a").endswith('__all__ = ["a", "c"]\n')
    assert exported(FILE, longer, "a.a", "z" * 9).endswith(f'    "{"z" * 9}",\n]\n')


def test_a_name_that_is_exported_already_is_refused() -> None:
    with pytest.raises(Stop, match="exports User already"):
        exported(FILE, INIT, "app.models.other", "User")


def test_a_name_joins_others_from_its_module() -> None:
    text = with_import(FILE, ORDER, "database.seeders", "posts")

    assert "from database.seeders import lobby, posts, users\n" in text


def test_an_argument_comes_last_and_comments_stay() -> None:
    text = with_argument(FILE, ORDER, "ORDER", 'Seeder("posts", posts.run)')

    assert text.startswith(ORDER.removesuffix(")\n"))
    assert text.endswith('  # many\n    Seeder("posts", posts.run),\n)\n')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def half(:\n", "some/file.py:1: .*mend this file first"),
        ("x = 1\n", "no ORDER"),
        ("ORDER = Order(a)\n", "no ORDER"),
        ("ORDER = (\n    1,\n)\n", "no ORDER"),
    ],
)
def test_a_file_that_does_not_look_like_it_is_left_alone(text: str, problem: str) -> None:
    with pytest.raises(Stop, match=problem):
        with_argument(FILE, text, "ORDER", "x")


@pytest.mark.parametrize(
    "text", ["from __future__ import annotations\n", "import os\n__all__ = []\n"]
)
def test_a_file_without_its_list_or_imports_is_refused(text: str) -> None:
    with pytest.raises(Stop, match=r"no __all__|imports nothing"):
        exported(FILE, text, "app.models.post", "Post")


@pytest.mark.parametrize(
    ("version", "last"), [("v1", 'get("/chat/{id}", chat.show),'), ("v2", "people.index),")]
)
def test_rows_come_last_in_the_group_of_their_version(version: str, last: str) -> None:
    rows = ['get("/tags", tags.index)', 'post("/tags", tags.create)']

    text = with_rows(FILE, ROUTES, "API", f"/api/{version}", rows)

    added = "\n" + "".join(f"    {row},\n" for row in rows)
    before, after = text.split(added)
    assert before + after == ROUTES
    assert before.endswith(f"{last}\n")
    assert after.startswith(")")


@pytest.mark.parametrize(
    "text",
    [
        "API = group('/api/v2', limit='api')(\n    a,\n)\n",
        'API = group("/api/v1", limit="api")(a)\n',
        'API = group("/api/v1", limit="api")()\n',
        'OTHER = group("/api/v1", limit="api")(\n    a,\n)\n',
    ],
)
def test_a_table_without_the_group_is_left_alone(text: str) -> None:
    with pytest.raises(Stop, match='has no API with group\\("/api/v1"'):
        with_rows(FILE, text, "API", "/api/v1", ["x"])


def test_a_table_without_the_group_is_told_what_to_add_and_that_will_do() -> None:
    text = 'API = ROOT + group("/api/v1", limit="api")(\n    a,\n)\n'
    with pytest.raises(Stop) as caught:
        with_rows(FILE, text, "API", "/api/v2", ["x"])
    _, line, _, end, _ = str(caught.value).split("`")

    followed = with_rows(FILE, f"{text[:-2]}{line}\n{end}\n", "API", "/api/v2", ["x"])

    assert followed == f"{text[:-2]}{line}\n\n    x,\n{end}\n"


def test_the_paths_of_a_table_are_known() -> None:
    assert paths_in(FILE, ROUTES) == {"/users", "/chat/{id}"}


def test_a_name_joins_a_list_of_lines_and_their_comments_stay() -> None:
    text = with_import(
        FILE, with_import(FILE, ROUTES, "app.errors", "Muted"), "app.errors", "Stale"
    )

    assert text.splitlines()[:6] == [
        "from app.errors import (",
        "    Gone,  # a comment of somebody",
        "    Muted,",
        "    NotFound,",
        "    Stale,",
        ")",
    ]


def test_a_name_joins_a_line_of_which_the_rest_stays() -> None:
    text = with_import(FILE, ROUTES, "app.http.controllers", "tags")

    assert "from app.http.controllers import chat, tags, users as people  # theirs\n" in text


def test_what_is_imported_already_is_not_imported_again() -> None:
    assert with_import(FILE, ROUTES, "app.errors", "Gone") == ROUTES


@pytest.mark.parametrize("name", ["Gone", "people", "API"])
def test_a_name_that_means_something_else_is_refused(name: str) -> None:
    with pytest.raises(Stop, match=f"has another {name} already"):
        with_import(FILE, ROUTES, "app.models", name)


TABLE = """\
TABLE: dict[str, str] = {
    "a": f("é"),  # somebody's
    # of b
    "b": f(
        2
    ),
}
"""


@pytest.mark.parametrize(
    ("after", "order"), [("a", ["a", "c", "b"]), ("b", ["a", "b", "c"])], ids=["within", "last"]
)
def test_an_item_joins_a_dictionary_behind_the_one_that_is_named(
    after: str, order: list[str]
) -> None:
    text = with_item(FILE, TABLE, "TABLE", '"c": f(3)', after=after)

    assert keys(FILE, text, "TABLE") == order
    assert text.replace('    "c": f(3),\n', "") == TABLE


@pytest.mark.parametrize(
    "text", ['TABLE = {"a": 1, }\n', 'TABLE = {\n    "a": 1\n}\n', "TABLE = {}\n", "TABLE = [1]\n"]
)
def test_a_dictionary_that_has_no_place_for_an_item_is_refused(text: str) -> None:
    with pytest.raises(Stop, match="has no TABLE"):
        with_item(FILE, text, "TABLE", '"c": 3', after="a")
