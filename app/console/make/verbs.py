"""What a contract of `pkg` asks of its drivers, read out of its source."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

from app.console.make import tree
from app.console.make.layout import WIDTH
from pkg.console import Exit, Stop

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Contract:
    """One abstract class: where it stands, what it asks for, and what its signatures name."""

    package: str  # pkg.sms
    name: str  # SmsDriver
    verbs: tuple[str, ...]
    code: str  # each verb with signature and summary, and a body that says it is not written
    imports: tuple[str, ...]

    @property
    def folder(self) -> str:
        """`pkg/sms`."""
        return self.package.replace(".", "/")


def contract_of(root: Path, name: str) -> Contract:
    """Answers the first contract of the package *name* of `pkg`, or of a package within one.

    Raises:
        Stop: there is no such package, or it has no contract with drivers.
    """
    found = sorted(root.glob(f"pkg/{name}/contract.py")) or sorted(
        root.glob(f"pkg/*/{name}/contract.py")
    )
    if not found or not (found[0].parent / "drivers").is_dir():
        there = sorted(p.parent.name for p in root.glob("pkg/**/drivers") if _has_contract(p))
        raise Stop(f"no pkg/{name} has drivers: there are {', '.join(there)}", Exit.USAGE)
    path = found[0]
    text = path.read_text(encoding="utf-8")
    package = ".".join(path.parent.relative_to(root).parts)
    for node in tree.parsed(path, text).body:
        if isinstance(node, ast.ClassDef) and (verbs := list(_abstract(node))):
            code = "\n".join(indent(_written(one, text), "    ") for one in verbs)
            names = tuple(one.name for one in verbs)
            needed = _imports(verbs, path, text, package)
            return Contract(package, node.name, names, code, tuple(needed))
    raise Stop(f"{path.relative_to(root)} has no abstract class to write a driver of")


def _has_contract(drivers: Path) -> bool:
    return (drivers.parent / "contract.py").exists()


def _abstract(node: ast.ClassDef) -> Iterator[Function]:
    for one in node.body:
        if isinstance(one, Function) and any(map(_is_mark, one.decorator_list)):
            yield one


def _is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "abstractmethod"


def _written(verb: Function, text: str) -> str:
    """Answers a verb as its contract spells it, with its summary, and nothing done."""
    lines = text.splitlines()
    head = dedent("\n".join(lines[verb.lineno - 1 : verb.body[0].lineno - 1]))
    marks = [f"@{ast.unparse(one)}\n" for one in verb.decorator_list if not _is_mark(one)]
    said = _summary(ast.get_docstring(verb) or "")
    return f'{"".join(marks)}{head}\n{said}    raise _unwritten("{verb.name}")\n'


def _summary(docstring: str) -> str:
    """Answers the first paragraph as the docstring of a method at the top."""
    first = docstring.partition("\n\n")[0]
    if not first:
        return ""
    is_short = "\n" not in first and len(f'        """{first}"""') <= WIDTH
    return indent(f'"""{first}"""\n' if is_short else f'"""{first}\n"""\n', "    ")


def _imports(verbs: list[Function], path: Path, text: str, package: str) -> Iterator[str]:
    """Answers an import for each name that the signatures speak of."""
    spoken = {
        node.id
        for verb in verbs
        for part in (verb.args, verb.returns)
        if part is not None
        for node in ast.walk(part)
        if isinstance(node, ast.Name)
    }
    own = tree.bound(path, text)
    lines = dict(_imported(tree.parsed(path, text)))
    for name in sorted(spoken):
        if name in own:
            yield f"from {package}.contract import {name}"
        elif name in lines:
            yield lines[name]
        elif not hasattr(builtins, name):
            raise Stop(f"{path} names {name}, which comes from nowhere: mend this file first")


def _imported(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                yield one.asname or one.name, f"from {node.module} import {ast.unparse(one)}"
        elif isinstance(node, ast.Import):
            for one in node.names:
                yield one.asname or one.name, f"import {ast.unparse(one)}"
