"""Lines put where they belong; whatever people wrote around them stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.console.make.tree import exported, exports, with_argument, with_import
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
