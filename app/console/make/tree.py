"""Puts a line where it belongs in a file that people edit too: found by syntax tree, never by text.

Whatever stands there otherwise, comments included, stays as it was.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

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
        if isinstance(node, ast.ImportFrom) and name in {
            alias.asname or alias.name for alias in node.names
        }:
            return node.module or ""
    return ""


def with_import(path: Path, text: str, module: str, name: str) -> str:
    """Answers *text* with *name* imported from *module*, in sorted place.

    Raises:
        Stop: the file is no Python, has something else of that name, or nothing to go by.
    """
    there = imported_from(path, text, name)
    if there == module:
        return text
    if there or name in bound(path, text):
        raise Stop(f"{path} has another {name} already")
    nodes = [node for node in parsed(path, text).body if isinstance(node, ast.ImportFrom)]
    line_of = text.splitlines(keepends=True)
    for node in nodes:
        if node.module == module:
            return _joined(line_of, node, name)
    top = module.partition(".")[0]
    ours = [node for node in nodes if (node.module or "").partition(".")[0] == top]
    before = [node for node in ours if natural(node.module or "") < natural(module)]
    if not ours:
        raise Stop(f"{path} imports nothing of {top}: where to put {module} cannot be told")
    at = (before[-1].end_lineno or 0) if before else ours[0].lineno - 1
    line_of.insert(at, imported(module, [name]) + "\n")
    return "".join(line_of)


def _joined(line_of: list[str], node: ast.ImportFrom, name: str) -> str:
    """Adds *name* to an import: a line of its own where each has one, comments and all."""
    after = [alias for alias in node.names if member_place(alias.name) > member_place(name)]
    lines = {alias.lineno for alias in node.names}
    if node.lineno not in lines and len(lines) == len(node.names):
        at = after[0].lineno - 1 if after else (node.end_lineno or 1) - 1
        line_of.insert(at, f"    {name},\n")
        return "".join(line_of)
    spelled = {f"{one.name} as {one.asname}" if one.asname else one.name for one in node.names}
    _, mark, comment = line_of[(node.end_lineno or 1) - 1].rstrip("\n").partition("  #")
    whole = imported(node.module or "", {*spelled, name})
    line_of[_lines(node)] = [f"{whole}{mark}{comment}\n"]
    return "".join(line_of)


def with_rows(path: Path, text: str, variable: str, prefix: str, rows: Sequence[str]) -> str:
    """Answers *text* with *rows* as the last ones of `group(prefix, ...)(...)` in *variable*.

    Raises:
        Stop: the file is no Python, or *variable* holds no such group over several lines.
    """
    for node in parsed(path, text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and assigns(node, variable):
            for call in ast.walk(node.value):
                if isinstance(call, ast.Call) and _is_group(call, prefix):
                    line_of = text.splitlines(keepends=True)
                    at = (call.end_lineno or 1) - 1
                    line_of[at:at] = ["\n", *(f"    {row},\n" for row in rows)]
                    return "".join(line_of)
    raise Stop(
        f'{path} has no {variable} with group("{prefix}", ...)(...) over several lines: '
        f'let {variable} end in `) + group("{prefix}", limit="api")(` and, on the next line, `)`'
    )


def paths_in(path: Path, text: str) -> set[str]:
    """Answers the paths of the rows that stand in *text*, without their prefix."""
    return {
        node.args[0].value
        for node in ast.walk(parsed(path, text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and len(node.args) > 1  # a controller stands beside it
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _is_group(call: ast.Call, prefix: str) -> bool:
    inner = call.func
    return (
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id == "group"
        and bool(inner.args)
        and isinstance(inner.args[0], ast.Constant)
        and inner.args[0].value == prefix
        and call.end_lineno != (call.args[-1] if call.args else inner).end_lineno
    )


def assigns(node: ast.Assign | ast.AnnAssign, variable: str) -> bool:
    """Tells whether *node* gives something to *variable*, and to nothing else."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [one.id for one in targets if isinstance(one, ast.Name)] == [variable]


def bound(path: Path, text: str) -> set[str]:
    """Answers the names that *text* itself gives something to, at its top."""
    found: set[str] = set()
    for node in parsed(path, text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for one in targets if isinstance(one, ast.Name)}
    return found


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
            call = node.value
            is_open = call.args and call.end_lineno != call.args[-1].end_lineno
            if assigns(node, variable) and is_open:
                line_of = text.splitlines(keepends=True)
                line_of.insert((call.end_lineno or 1) - 1, indent(argument, "    ") + ",\n")
                return "".join(line_of)
    raise Stop(f"{path} has no {variable} = ...(...) over several lines to add to")


def keys(path: Path, text: str, variable: str) -> list[str]:
    """Answers the keys of the dictionary that *variable* is given, in their order.

    Raises:
        Stop: the file is no Python, or *variable* holds no dictionary with something in it.
    """
    return [str(ast.literal_eval(key)) for key in _dict(path, text, variable).keys if key]


def with_item(path: Path, text: str, variable: str, item: str, *, after: str) -> str:
    """Answers *text* with *item*, `key: value`, behind the key *after* of a dictionary.

    Raises:
        Stop: the file is no Python, or *variable* holds no dictionary of an item a line.
    """
    found = _dict(path, text, variable)
    values = dict(zip(keys(path, text, variable), found.values, strict=True))
    at = values[after].end_lineno or 0
    line_of = text.splitlines(keepends=True)
    line_of[at:at] = spread("{", [item], "}").splitlines(keepends=True)[1:-1]
    line, last = line_of[at - 1], values[after].end_col_offset or 0
    if not line.encode()[last:].startswith(b",") or found.end_lineno == at:
        raise Stop(f"{path} has no {variable} of an item a line, each with its comma, to add to")
    return "".join(line_of)


def _dict(path: Path, text: str, variable: str) -> ast.Dict:
    for node in parsed(path, text).body:
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Dict)
            and node.value.keys
            and assigns(node, variable)
        ):
            return node.value
    raise Stop(f"{path} has no {variable} = {{...}} to add to")


def _all(path: Path, text: str) -> ast.List | ast.Tuple:
    for node in parsed(path, text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if names == ["__all__"]:
                return node.value
    raise Stop(f"{path} has no __all__ to add to")


def _lines(node: ast.stmt | ast.expr) -> slice:
    return slice(node.lineno - 1, node.end_lineno)
