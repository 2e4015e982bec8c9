"""Puts a field into a class, a keyword into a call: found by syntax tree, never by text."""

from __future__ import annotations

import ast
from pathlib import Path

from app.console.make.layout import STEP, spread
from app.console.make.tree import parsed
from pkg.console import Stop


def fields(path: Path, text: str, name: str) -> list[str]:
    """Answers the names of the fields of the class *name*, in their order."""
    return [
        one.target.id
        for one in _class(path, text, name).body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]


def with_field(path: Path, text: str, name: str, field: str) -> str:
    """Answers *text* with *field*, `name: type`, as the last one of the class *name*.

    Raises:
        Stop: the file is no Python, or has no such class with a field.
    """
    there = [one for one in _class(path, text, name).body if isinstance(one, ast.AnnAssign)]
    if not there:
        raise Stop(f"{path} has no field in {name} to stand beside")
    line_of = text.splitlines(keepends=True)
    line_of.insert(there[-1].end_lineno or 0, f"    {field}\n")
    return "".join(line_of)


def with_keyword(path: Path, text: str, function: str, keyword: str) -> str:
    """Answers *text* with *keyword*, `name=value`, as the last one of a call of *function*.

    Raises:
        Stop: the file is no Python, or has no such call with a keyword a line.
    """
    for node in ast.walk(parsed(path, text)):
        if isinstance(node, ast.Call) and node.keywords and _called(node) == function:
            last = node.keywords[-1].value
            line_of = text.splitlines(keepends=True)
            at, rest = last.end_lineno or 0, last.end_col_offset or 0
            if line_of[at - 1].encode()[rest:].startswith(b",") and node.end_lineno != at:
                depth = node.keywords[-1].col_offset // len(STEP) - 1
                line_of[at:at] = spread("(", [keyword], indent=depth).splitlines(keepends=True)[
                    1:-1
                ]
                return "".join(line_of)
    raise Stop(f"{path} calls {function}(...) nowhere with a keyword a line, each with its comma")


def locals_of(path: Path, text: str, name: str) -> set[str]:
    """Answers what the function *name* calls its parameters and variables."""
    return {
        found
        for function in ast.walk(parsed(path, text))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name == name
        for node in ast.walk(function)
        for found in _binds(node)
    }


def _binds(node: ast.AST) -> list[str]:
    match node:
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case _:
            return []


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _class(path: Path, text: str, name: str) -> ast.ClassDef:
    for node in parsed(path, text).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise Stop(f"{path} has no class {name} to add to")
