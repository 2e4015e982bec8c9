"""Code laid out as the formatter would."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.console.make.layout import WIDTH, call, imports, member_place, natural, wrapped
from app.console.make.stub import _closed, fill
from pkg.console import Stop


def formatted(text: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--line-length", str(WIDTH), "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("size", [1, 30, 31, 32, 33, 34, 60, 90, 97])
@pytest.mark.parametrize("many", [1, 2, 3, 8])
def test_a_call_is_as_the_formatter_leaves_it(many: int, size: int) -> None:
    head = "some_name = another_name("
    text = "def f():\n" + call(head, ["x" * (size // many + 1)] * many, indent=1) + "\n"

    assert formatted(text) == text


def test_imports_are_sorted_grouped_and_joined() -> None:
    assert imports(
        [
            "from app.models.base import Base",
            "from datetime import date",
            "from tortoise import fields",
            "import pytest",
            "from datetime import UTC, datetime",
            "from app.models.a2 import A2",
            "from app.models.a10 import A10",
        ]
    ).splitlines() == [
        "from datetime import UTC, date, datetime",
        "",
        "import pytest",
        "from tortoise import fields",
        "",
        "from app.models.a2 import A2",
        "from app.models.a10 import A10",
        "from app.models.base import Base",
    ]


def test_members_stand_as_constants_classes_functions() -> None:
    names = ["user", "LOBBY_ID", "User", "T", "Ape"]

    assert sorted(names, key=member_place) == ["LOBBY_ID", "Ape", "T", "User", "user"]


def test_numbers_in_names_count_as_numbers() -> None:
    assert sorted(["a10", "a9", "b1"], key=natural) == ["a9", "a10", "b1"]


def test_an_empty_hole_leaves_no_gap() -> None:
    assert _closed("a\n\n\n\n\nb:\n\n    c\n\n\n    d\n\n") == "a\n\n\nb:\n    c\n\n    d\n"


def test_a_stub_needs_all_its_holes_filled() -> None:
    with pytest.raises(Stop, match=r"model\.stub asks for .*imports.* mend this stub"):
        fill("model", model="Post")
    with pytest.raises(Stop, match=r"there is no stub .*nothing\.stub"):
        fill("nothing")


@settings(max_examples=25)
@given(st.lists(st.text("abc", min_size=1, max_size=40), min_size=1, max_size=6))
def test_no_line_is_too_long_unless_one_argument_is(args: list[str]) -> None:
    lines = call("name = made(", args, indent=1).splitlines()

    assert max(map(len, lines)) <= WIDTH


LONG, LONGER = "a" * 30, "b" * 55


@pytest.mark.parametrize(
    "code",
    [
        f"async def {LONG}(one: int, *, {LONG}: int, two: {LONG}, {LONG}b: str) -> None:\n    pass",
        f"def {LONGER}({LONG}: {LONG}) -> None:\n    pass",
        f"def {LONG}({LONG}: {LONG}, {LONGER}: {LONG}) -> None:\n    pass",
        f"{LONG} = await {LONG}(services(request), {LONG}={LONG}, form=form)",
        f"return {LONG}(request, await {LONG}(services(request), id=form.id, one={LONG}))",
        f'{LONG} = Literal["{LONG}", "{LONG}", "{LONG}"]',
        f'{LONG} = ["{LONG}", "{LONG}, (", "{LONG}"]',
        f"assert {LONG} == {LONGER}.id",
        f"assert {LONG}.id == datetime({LONG}, {LONG})",
        f'{LONG}("{LONGER}", [{LONG}, {LONG}])',
    ],
)
def test_a_line_that_is_too_long_is_as_the_formatter_leaves_it(code: str) -> None:
    if code.startswith(("return", "assert")) or "await" in code:
        code = f"async def f():\n    {code}"
    text = wrapped(code + "\n")

    assert max(map(len, text.splitlines())) <= WIDTH
    assert formatted(text) == text
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(code))


@pytest.mark.parametrize(
    "line", ["# " + "x" * 120, f'"""{"word " * 30}"""', f"x.{LONGER}.{LONGER}"]
)
def test_a_line_without_brackets_to_open_stays(line: str) -> None:
    assert wrapped(line + "\n") == line + "\n"
