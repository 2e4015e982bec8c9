"""The tables in which the container finds a driver by its name, and the setting that picks one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.console.make import tree
from app.console.make.layout import WIDTH, call
from app.console.make.verbs import Contract
from pkg.console import Stop


@dataclass(frozen=True, slots=True)
class Rack:
    """A table of drivers: its file, its names, and whether it holds what makes a driver."""

    file: str
    names: tuple[str, ...]
    makes: bool


def rack_of(root: Path, contract: Contract) -> Rack | None:
    """Answers the table of the drivers of *contract*; None: they are built by hand."""
    for path in (root / "app/container.py", *sorted((root / "app/providers").glob("*.py"))):
        text = path.read_text(encoding="utf-8")
        if found := _table(path, text, contract):
            node, table = found
            names = tuple(str(ast.literal_eval(key)) for key in table.keys if key)
            makes = "Callable" in ast.unparse(node.annotation)
            return Rack(str(path.relative_to(root)), names, makes)
    return None


def with_driver(path: Path, text: str, contract: Contract, item: str) -> str:
    """Answers *text* with *item*, `"name": what makes it`, as the last one of the table.

    Raises:
        Stop: its items have no line each.
    """
    found = _table(path, text, contract)
    if found is None:
        raise Stop(f"{path} has no table of {contract.name} to add to")
    node, table = found
    last = table.values[-1]
    line_of = text.splitlines(keepends=True)
    at, rest = last.end_lineno or 0, last.end_col_offset or 0
    if not line_of[at - 1].encode()[rest:].startswith(b",") or node.end_lineno == at:
        raise Stop(f"{path}:{at}: put each driver on a line, with its comma, to add to them")
    line_of.insert(at, f"{' ' * (table.keys[-1] or last).col_offset}{item},\n")
    return "".join(line_of)


def with_choice(path: Path, text: str, names: Sequence[str], name: str) -> str:
    """Answers a config with *name* beside *names* in the Literal that may pick one of them."""
    for node in ast.walk(tree.parsed(path, text)):
        if isinstance(node, ast.AnnAssign) and (found := _choices(node, names)):
            inner = found.slice
            line_of = text.splitlines(keepends=True)
            line = line_of[inner.lineno - 1].encode()
            before, end = line[: inner.end_col_offset].decode(), inner.end_col_offset or 0
            line_of[inner.lineno - 1] = f'{before}, "{name}"{line[end:].decode()}'
            return _laid_out(line_of, node)
    return text


def _laid_out(line_of: list[str], node: ast.AnnAssign) -> str:
    """Breaks a field's line where it has become too long for one."""
    at = node.lineno - 1
    line = line_of[at].rstrip("\n")
    if len(line) > WIDTH and node.lineno == node.end_lineno and isinstance(node.value, ast.Call):
        one = tree.parsed(Path("field"), line.strip()).body[0]
        args = [] if not isinstance(one, ast.AnnAssign) else _args(line.strip(), one)
        head = line.strip().partition(" = ")[0]
        line_of[at] = call(f"{head} = {ast.unparse(node.value.func)}(", args, indent=1) + "\n"
    return "".join(line_of)


def _args(line: str, node: ast.AnnAssign) -> list[str]:
    value = node.value
    if not isinstance(value, ast.Call):
        return []
    parts = [*value.args, *value.keywords]
    return [ast.get_source_segment(line, part) or "" for part in parts]


def _choices(node: ast.AnnAssign, names: Sequence[str]) -> ast.Subscript | None:
    for one in ast.walk(node.annotation):
        if isinstance(one, ast.Subscript) and ast.unparse(one.value) == "Literal":
            found = {part.value for part in ast.walk(one.slice) if isinstance(part, ast.Constant)}
            if found & set(names):
                return one
    return None


def _table(path: Path, text: str, contract: Contract) -> tuple[ast.AnnAssign, ast.Dict] | None:
    shapes = {f"dict[str, Callable[[], {contract.name}]]", f"dict[str, {contract.name}]"}
    if not tree.imported_from(path, text, contract.name).startswith(contract.package):
        return None
    for node in ast.walk(tree.parsed(path, text)):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.value, ast.Dict)
            and node.value.keys
            and ast.unparse(node.annotation) in shapes
        ):
            return node, node.value
    return None
