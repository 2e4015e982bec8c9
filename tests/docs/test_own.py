"""docs/own.md: whoever follows its tables is left with a project that loads."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import httpx2
import pytest

from tests.console.projects import copied, make, tool
from tests.docs.pages import FENCE, ROOT, names
from tests.docs.test_settings import variables
from tests.server import Server

PAGE = (ROOT / "docs" / "own.md").read_text(encoding="utf-8")
FEATURES = {part.split("\n", 1)[0]: part for part in PAGE.split("\n### ")[1:]}
WHOLE = {"the file", "the folder"}
BEFORE = {"The chat": ["The page"]}
DOORS = {
    "The page": "/assets/icon.svg",
    "Avatars": "/api/v1/users/me/avatar",
    "Login by SMS": "/api/v1/auth/login/mobile",
    "The chat": "/api/v1/ws-ticket",
}


def table(feature: str) -> list[tuple[str, list[str]]]:
    """Answers each file of a feature's table with what goes in it; nothing: all of it."""
    lines = [line for line in FEATURES[feature].splitlines() if line.startswith("| `")]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [(names(file)[0], [] if what in WHOLE else names(what)) for file, what in cells]


def named(node: ast.stmt) -> str:
    """Answers what a statement defines; nothing where it is no function and no constant."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""


def without(text: str, what: str) -> str:
    """Answers *text* without the function or constant *what*, or the lines that hold it."""
    for node in ast.parse(text).body:
        if what == named(node):
            lines, of = text.splitlines(keepends=True), getattr(node, "decorator_list", [])
            first = min(part.lineno for part in (node, *of))
            return "".join([*lines[: first - 1], *lines[node.end_lineno :]])
    return "".join(line for line in text.splitlines(keepends=True) if what not in line)


def answered(url: str) -> int:
    """Answers the status of a GET; 405 where only another method has a row."""
    return httpx2.get(url).status_code


def take_out(project: Path, feature: str) -> None:
    for file, parts in table(feature):
        path = project / file
        if not parts:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for part in parts:
            path.write_text(without(path.read_text(encoding="utf-8"), part), encoding="utf-8")


@pytest.mark.parametrize("feature", FEATURES)
def test_all_that_goes_is_there(feature: str) -> None:
    found = table(feature)

    assert found
    for file, parts in found:
        assert (ROOT / file).exists(), file
        for part in parts:
            text = (ROOT / file).read_text(encoding="utf-8")
            assert without(text, part) != text, f"{file}: {part}"


def test_every_path_and_setting_of_the_page_is_there() -> None:
    prose = re.sub(r"^\|.*$", "", FENCE.sub("", PAGE), flags=re.MULTILINE)
    told = names(prose)
    paths = {name for name in told if re.fullmatch(r"\w+(/[\w.]+)+", name)}
    settings = {name for name in told if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name)}

    assert paths
    assert settings
    assert [name for name in sorted(paths) if not (ROOT / name).exists()] == []
    assert sorted(settings - variables().keys()) == []


@pytest.mark.slow  # a whole project, its documents, its tools and its server
@pytest.mark.parametrize("feature", FEATURES)
def test_what_is_left_is_linted_documented_and_served(feature: str, tmp_path: Path) -> None:
    project = copied(
        tmp_path / "project", "app", "config", "database", "docs", "pkg", "resources", "routes",
        "tests", "main.py", "pyproject.toml",
    )  # fmt: skip
    way = DOORS[feature]
    with Server(tmp_path, root=project) as server:
        assert answered(server.url + way) != 404

    for part in [*BEFORE.get(feature, ()), feature]:
        take_out(project, part)
    tool(project, "ruff", "check", "--fix", "--no-cache", "-q", ".")
    tool(project, "ruff", "format", "--no-cache", "-q", ".")
    make(project, "docs:write")

    assert way not in (project / "docs" / "openapi.json").read_text(encoding="utf-8")
    with Server(tmp_path, root=project) as server:
        assert answered(server.url + way) == 404
        assert answered(server.url + "/health/ready") == 200
