"""Puts an element into a tuple that people edit too: found by syntax tree, never by text."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from app.console.make import tree
from app.console.make.layout import WIDTH, spread
from pkg.console import Stop


def returned(path: Path, text: str, function: str) -> ast.Tuple:
    """Answers the tuple that *function* answers at its end.

    Raises:
        Stop: the file is no Python, or there is no such function.
    """
    for node in tree.parsed(path, text).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            last = node.body[-1]
            if isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple):
                return last.value
    raise Stop(f"{path} has no {function} that answers a tuple to add to")


def firsts(found: ast.Tuple) -> list[str]:
    """Answers the first argument of each call in a tuple, where it is a name."""
    return [
        one.args[0].id if isinstance(one, ast.Call) and isinstance(one.args[0], ast.Name) else ""
        for one in found.elts
    ]


def with_line(path: Path, text: str, found: ast.Tuple, element: str, *, after: int) -> str:
    """Answers *text* with *element* on a line of its own behind the one numbered *after*.

    Raises:
        Stop: elements share a line, or the one before has no comma.
    """
    before = found.elts[after]
    at, last = before.end_lineno or 0, before.end_col_offset or 0
    line_of = text.splitlines(keepends=True)
    is_alone = len({one.lineno for one in found.elts}) == len(found.elts)
    if not is_alone or not line_of[at - 1].encode()[last:].startswith(b","):
        raise Stop(f"{path}:{at}: put each element on a line, with its comma, to add to them")
    line_of.insert(at, f"{' ' * before.col_offset}{element},\n")
    return "".join(line_of)


def given(path: Path, text: str, variable: str) -> ast.Tuple:
    """Answers the tuple that *variable* is given.

    Raises:
        Stop: the file is no Python, or *variable* holds none, or an empty one.
    """
    for node in tree.parsed(path, text).body:
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Tuple)
            and node.value.elts
            and tree.assigns(node, variable)
        ):
            return node.value
    raise Stop(f"{path} has no {variable} = (...) to add to")


def with_name(path: Path, text: str, variable: str, name: str) -> str:
    """Answers *text* with *name* as the last in the tuple of names that *variable* is given.

    Raises:
        Stop: the file is no Python, or *variable* holds no tuple of names.
    """
    found = given(path, text, variable)
    if found.lineno != found.end_lineno:
        return with_line(path, text, found, name, after=len(found.elts) - 1)
    line_of = text.splitlines(keepends=True)
    line = line_of[found.lineno - 1].encode()
    head, tail = line[: found.col_offset].decode(), line[found.end_col_offset or 0 :].decode()
    line_of[found.lineno - 1] = _laid_out(head, [*map(ast.unparse, found.elts), name], tail)
    return "".join(line_of)


def _laid_out(head: str, names: Sequence[str], tail: str) -> str:
    """Answers a tuple after *head* on one line, or a name a line where it is too long for it."""
    line = f"{head}({', '.join(names)}){tail}"
    return line if len(line.rstrip()) <= WIDTH else spread(f"{head}(", names, f"){tail}")
