"""Lays out code the way ruff does, so that what is written needs no formatter."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby

WIDTH = 100
STEP = "    "
OURS = {"app", "config", "database", "pkg", "routes", "tests"}


def call(head: str, args: Sequence[str], tail: str = ")", *, indent: int = 0) -> str:
    """Answers head, args and tail on one line, or the args on a line of their own, or one each."""
    margin, joined = STEP * indent, ", ".join(args)
    if len(margin + head + joined + tail) <= WIDTH:
        return f"{margin}{head}{joined}{tail}"
    if len(margin + STEP + joined) <= WIDTH:
        return f"{margin}{head}\n{margin}{STEP}{joined}\n{margin}{tail}"
    return spread(head, args, tail, indent=indent)


def spread(head: str, args: Sequence[str], tail: str = ")", *, indent: int = 0) -> str:
    """The same, an argument a line in any case: the last comma keeps a formatter from joining."""
    margin = STEP * indent
    inner = "".join(f"{margin}{STEP}{_fitted(arg, indent + 1)},\n" for arg in args)
    return f"{margin}{head}\n{inner}{margin}{tail}"


def _fitted(arg: str, indent: int) -> str:
    """Answers an argument for a line of its own; a call that is too long for it is laid out."""
    if len(STEP * indent + arg) < WIDTH or "(" not in arg or "\n" in arg:
        return arg
    head, _, rest = arg.partition("(")
    inner, _, tail = rest.rpartition(")")
    return call(f"{head}(", inner.split(", "), f"){tail}", indent=indent).lstrip()


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
