"""Lays out code the way ruff does, so that what is written needs no formatter."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby

WIDTH = 100
STEP = "    "
QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
BARE = ("(", "[", "{")
BRACKET = re.compile(r"(assert |async def |def |return |await |\w+(: \w+)? = |\w+\()")
OURS = {"app", "config", "database", "pkg", "routes", "tests"}


def call(head: str, args: Sequence[str], tail: str = ")", *, indent: int = 0) -> str:
    """Answers head, args and tail on one line, or the args on a line of their own, or one each.

    A list or a tuple, of which *head* ends with a bare bracket, has no line between these two, and
    neither has the only parameter of a function.
    """
    margin, joined = STEP * indent, ", ".join(args)
    if len(margin + head + joined + tail) <= WIDTH:
        return f"{margin}{head}{joined}{tail}"
    is_literal = head in BARE or head.endswith(tuple(f" {one}" for one in BARE))
    is_lone = len(args) == 1 and head.startswith(("def ", "async def "))
    if len(margin + STEP + joined) <= WIDTH and not is_literal and not is_lone:
        return f"{margin}{head}\n{margin}{STEP}{joined}\n{margin}{tail}"
    return spread(head, args, tail, indent=indent)


def spread(head: str, args: Sequence[str], tail: str = ")", *, indent: int = 0) -> str:
    """The same, an argument a line in any case: the last comma keeps a formatter from joining."""
    margin = STEP * indent
    inner = "".join(f"{margin}{STEP}{_fitted(arg, indent + 1)},\n" for arg in args)
    return f"{margin}{head}\n{inner}{margin}{tail}"


def wrapped(code: str) -> str:
    """Answers *code* with each line that is too long laid out, where it has brackets to open."""
    return "".join(_wrapped(line) + "\n" for line in code.splitlines())


def _wrapped(line: str) -> str:
    bare = line.lstrip(" ")
    indent = (len(line) - len(bare)) // len(STEP)
    if len(line) <= WIDTH or not BRACKET.match(bare):
        return line
    head, args, tail = _opened(bare)
    if bare.startswith("assert ") and not args:
        margin = STEP * indent
        return f"{margin}assert (\n{margin}{STEP}{bare.removeprefix('assert ')}\n{margin})"
    return call(head, args, tail, indent=indent) if args else line


def _fitted(arg: str, indent: int) -> str:
    """Answers an argument for a line of its own; a call that is too long for it is laid out."""
    if len(STEP * indent + arg) < WIDTH or "\n" in arg:
        return arg
    head, args, tail = _opened(arg)
    return call(head, args, tail, indent=indent).lstrip() if args else arg


def _opened(code: str) -> tuple[str, list[str], str]:
    """Cuts *code* at its first round bracket, else at its first of another kind."""
    bare = QUOTED.sub(lambda text: "_" * len(text[0]), code)  # what is quoted opens nothing
    at = next((bare.find(one) for one in BARE if one in bare), len(bare))
    depth, start, args = 0, at + 1, list[str]()
    for place in range(at, len(bare)):
        if bare[place] in "([{":
            depth += 1
        elif bare[place] in ")]}":
            depth -= 1
            if not depth:
                return code[: at + 1], [*args, code[start:place].strip()], code[place:]
        elif bare[place] == "," and depth == 1:
            args.append(code[start:place].strip())
            start = place + 1
    return code, [], ""


def tidied(code: str) -> str:
    """Answers *code* with its imports sorted anew: where a name stands depends on the name."""
    nodes = [one for one in ast.parse(code).body if isinstance(one, ast.Import | ast.ImportFrom)]
    ours = [one for one in nodes if getattr(one, "module", "") != "__future__"]
    if not ours:
        return code
    line_of = code.splitlines()
    line_of[ours[0].lineno - 1 : ours[-1].end_lineno] = [imports(map(ast.unparse, ours))]
    return "\n".join(line_of) + "\n"


def imports(lines: Iterable[str]) -> str:
    """Answers import lines sorted, one a module, in groups: Python's, others', ours."""
    members: dict[str, set[str]] = {}
    for line in lines:
        _, module, _, names = line.split(" ", 3) if " import " in line else ("", line[7:], "", "")
        members.setdefault(module, set()).update(filter(None, names.split(", ")))
    ordered = sorted(members.items(), key=lambda item: _place(item[0], bool(item[1])))
    groups = groupby(ordered, key=lambda item: _group(item[0]))
    return "\n\n".join("\n".join(imported(*item) for item in group) for _, group in groups)


def imported(module: str, names: Iterable[str]) -> str:
    """Answers one import of *names* from *module*, or of the module."""
    members = sorted(names, key=member_place)
    if not members:
        return f"import {module}"
    line = f"from {module} import {', '.join(members)}"
    return line if len(line) <= WIDTH else spread(f"from {module} import (", members)


def member_place(name: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Answers where a name stands among others: CONSTANTS, then Classes, then the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, natural(name)


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Answers a key by which `a2` stands before `a10`."""
    parts = re.findall(r"\d+|\D+", text.lower())
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def _group(module: str) -> int:
    top = module.partition(".")[0]
    return 0 if top in sys.stdlib_module_names else 2 if top in OURS else 1


def _place(module: str, has_members: bool) -> tuple[int, bool, tuple[tuple[int, str], ...]]:
    return _group(module), has_members, natural(module)
