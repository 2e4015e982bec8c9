"""The files that generators write, with `{{holes}}` for what differs."""

from __future__ import annotations

import re
from pathlib import Path

from app.console.make.layout import wrapped
from pkg.console import Stop

FOLDER = Path(__file__).parent / "stubs"
OWN = Path(__file__).parents[3] / "resources" / "stubs"  # of whoever owns the clone: these win
LINE = re.compile(r"^\{\{(\w+)\}\}\n", re.MULTILINE)  # one that is nothing but a hole
HOLE = re.compile(r"\{\{(\w+)\}\}")


def fill(name: str, /, **values: str) -> str:
    """Answers the stub *name* with its holes filled; around an empty one the lines close up.

    Raises:
        Stop: there is no such stub, or it asks for what nobody knows.
    """
    path = standing(name)
    text = path.read_text(encoding="utf-8")
    strange = sorted(set(HOLE.findall(text)) - values.keys())
    if strange:
        raise Stop(
            f"{path} asks for {', '.join(strange)}, and there is only"
            f" {', '.join(sorted(values))}: mend this stub"
        )
    text = LINE.sub(lambda line: line[0] if values[line[1]] else "", text)
    return wrapped(_closed(HOLE.sub(lambda hole: values[hole[1]], text)))


def names() -> list[str]:
    """Answers the names of all stubs, such as `crud/policy`."""
    return sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.stub"))


def standing(name: str) -> Path:
    """Answers where the stub *name* is: the clone's own, or the one that came with it.

    Raises:
        Stop: it is in neither place.
    """
    for folder in (OWN, FOLDER):
        if (path := folder / f"{name}.stub").exists():
            return path
    raise Stop(f"there is no stub {FOLDER / name}.stub: put it back")


def _closed(text: str) -> str:
    """Leaves two empty lines at most, and one before what is indented."""
    kept: list[str] = []
    empty = 0
    for line in text.splitlines():
        if not line.strip():
            empty += 1
            continue
        most = 1 if line.startswith(" ") else 2
        opens = bool(kept) and kept[-1].endswith((":", "(", "["))
        kept += [""] * (0 if opens else min(empty, most))
        kept.append(line)
        empty = 0
    return "\n".join(kept) + "\n"
