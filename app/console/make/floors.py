"""Puts a module on its floor in `.importlinter`, which says what may import what."""

from __future__ import annotations

from pathlib import Path

from pkg.console import Stop

FILE = ".importlinter"
CONTRACT = "[importlinter:contract:pkg]"
BELOW = "manager"  # a module with drivers stands one floor above


def with_module(path: Path, text: str, name: str) -> str:
    """Answers *text* with the module *name* on the floor above `manager`, unless it is on one.

    Raises:
        Stop: the file has no such floor.
    """
    line_of = text.splitlines(keepends=True)
    floors = {at: _modules(line_of[at]) for at in _floors(line_of)}
    if any(name in {one.strip("()") for one in modules} for modules in floors.values()):
        return text
    above = next((at - 1 for at, modules in floors.items() if BELOW in modules), -1)
    if above not in floors:
        raise Stop(f"{path} has no floor above {BELOW} in {CONTRACT} to add to")
    modules = sorted([*floors[above], name], key=lambda one: one.strip("()"))
    line_of[above] = f"    {' | '.join(modules)}\n"
    return "".join(line_of)


def _floors(line_of: list[str]) -> list[int]:
    """Answers the numbers of the lines that are floors of the contract of `pkg`."""
    found: list[int] = []
    section, is_open = "", False
    for number, line in enumerate(line_of):
        if line.startswith("["):
            section = line.strip()
        elif line.strip() and not line[0].isspace():
            is_open = line.split("=")[0].strip() == "layers"
        elif line.strip() and is_open and section == CONTRACT:
            found.append(number)
    return found


def _modules(line: str) -> list[str]:
    return [one.strip() for one in line.split("|")]
