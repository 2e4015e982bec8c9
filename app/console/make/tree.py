"""Puts a line where it belongs in a file that people edit too: found by syntax tree, never by text.

Whatever stands there otherwise, comments included, stays as it was.
"""

from __future__ import annotations

import ast
from pathlib import Path

from app.console.make.layout import WIDTH, imported, member_place, natural, spread
from pkg.console import Stop


def parsed(path: Path, text: str | None = None) -> ast.Module:
    """Answers the tree of *path*, or of *text* that stands in it.

    Raises:
        Stop: it is no Python, as a half-edited file is.
    """
    try:
        return ast.parse(path.read_text(encoding="utf-8") if text is None else text)
    except SyntaxError as exc:
        raise Stop(f"{path}:{exc.lineno}: {exc.msg}: mend this file first") from exc


def exported(path: Path, text: str, module: str, name: str) -> str:
    """Answers *text* with `from module import name` among its imports and *name* in `__all__`.

    Raises:
        Stop: the file is no Python, has no `__all__`, or has the name already.
    """
    if name in exports(path, text):
        raise Stop(f"{path} exports {name} already")
    return listed(path, with_import(path, text, module, name), name)


def exports(path: Path, text: str) -> list[str]:
    """Answers the names of `__all__`."""
    return [str(ast.literal_eval(one)) for one in _all(path, text).elts]


def imported_from(path: Path, text: str, name: str) -> str:
    """Answers the module that *name* is imported from; nothing: an empty text."""
    for node in parsed(path, text).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return node.module or ""
    return ""


def with_import(path: Path, text: str, module: str, name: str) -> str:
    """Answers *text* with *name* imported from *module*, in sorted place."""
    nodes = [node for node in parsed(path, text).body if isinstance(node, ast.ImportFrom)]
    line_of = text.splitlines(keepends=True)
    for node in nodes:
        if node.module == module:
            names = {alias.name for alias in node.names} | {name}
            line_of[_lines(node)] = [imported(module, names) + "\n"]
            return "".join(line_of)
    top = module.partition(".")[0]
    ours = [node for node in nodes if (node.module or "").partition(".")[0] == top]
    before = [node for node in ours if natural(node.module or "") < natural(module)]
    if not ours:
        raise Stop(f"{path} imports nothing of {top}: where to put {module} cannot be told")
    at = (before[-1].end_lineno or 0) if before else ours[0].lineno - 1
    line_of.insert(at, imported(module, [name]) + "\n")
    return "".join(line_of)


def listed(path: Path, text: str, name: str) -> str:
    """Answers *text* with *name* in `__all__`, in sorted place."""
    there = _all(path, text)
    names = [*(str(ast.literal_eval(one)) for one in there.elts), name]
    inner = [f'"{one}"' for one in sorted(names, key=member_place)]
    line = f"__all__ = [{', '.join(inner)}]"
    line_of = text.splitlines(keepends=True)
    # A list that was on several lines stays so; each name has a line of its own, with no comment.
    short = there.lineno == there.end_lineno and len(line) <= WIDTH
    line_of[_lines(there)] = [line + "\n" if short else spread("__all__ = [", inner, "]") + "\n"]
    return "".join(line_of)


def with_argument(path: Path, text: str, variable: str, argument: str) -> str:
    """Answers *text* with *argument* as the last one of the call that *variable* is given.

    Raises:
        Stop: the file is no Python, or gives *variable* no call over several lines.
    """
    for node in parsed(path, text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            call = node.value
            if names == [variable] and call.args and call.end_lineno != call.args[-1].end_lineno:
                line_of = text.splitlines(keepends=True)
                line_of.insert((call.end_lineno or 1) - 1, f"    {argument},\n")
                return "".join(line_of)
    raise Stop(f"{path} has no {variable} = ...(...) over several lines to add to")


def _all(path: Path, text: str) -> ast.List | ast.Tuple:
    for node in parsed(path, text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if names == ["__all__"]:
                return node.value
    raise Stop(f"{path} has no __all__ to add to")


def _lines(node: ast.stmt | ast.expr) -> slice:
    return slice(node.lineno - 1, node.end_lineno)
