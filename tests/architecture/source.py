"""The project's own source, parsed, for tests that look at all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "config", "database", "pkg", "routes")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class File:
    """One Python file: its path from the root, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_init(self) -> bool:
        return self.path.endswith("__init__.py")

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@cache
def sources() -> tuple[File, ...]:
    """Answers `main.py` and every module of the packages."""
    found = [ROOT / "main.py"]
    for package in PACKAGES:
        found += sorted((ROOT / package).rglob("*.py"))
    return tuple(map(_read, found))


@cache
def suite() -> tuple[File, ...]:
    """Answers every file of `tests`."""
    return tuple(map(_read, sorted((ROOT / "tests").rglob("*.py"))))


def functions(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, Function]]:
    """Answers every function under *tree* with its dotted name within the file."""
    for node in ast.iter_child_nodes(tree):
        name = inside
        if isinstance(node, Function | ast.ClassDef):
            name = f"{inside}.{node.name}" if inside else node.name
        if isinstance(node, Function):
            yield name, node
        yield from functions(node, name)


def length(function: Function) -> int:
    """Answers its lines, docstring and decorators aside."""
    total = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        total -= (docstring.end_lineno or 0) - docstring.lineno + 1
    return total


def parameters(function: Function) -> list[str]:
    """Answers the names of its parameters but for `self` and `cls`."""
    given = function.args
    named = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in named if name not in {"self", "cls"}]


def imports(tree: ast.AST) -> Iterator[str]:
    """Answers every module that is imported anywhere under *tree*."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _read(path: Path) -> File:
    text = path.read_text(encoding="utf-8")
    return File(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
