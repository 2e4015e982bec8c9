"""make:test."""

from __future__ import annotations

from pathlib import PurePosixPath

from app.console.make import tree
from app.console.make.changes import Changes
from app.console.make.layout import call
from app.console.make.single.generator import generator
from app.console.make.stub import fill
from pkg.console import Exit, Stop

SOURCES = ("app", "config", "database", "pkg", "routes")


@generator("make:test", metavar="PATH")
def make_test(changes: Changes, name: str) -> None:
    """Writes the test of the module PATH, such as app/policies/post.py, where its path leads to.

    Until it says more, it holds the module to the names that it has now.
    """
    path = PurePosixPath(name)
    is_ours = path.parts[:1] and path.parts[0] in SOURCES and ".." not in path.parts
    if not is_ours or path.suffix != ".py" or path.stem == "__init__":
        raise Stop(
            f"{name!r} cannot have a test: write the path of a module in {', '.join(SOURCES)}",
            Exit.USAGE,
        )
    source = changes.root / path
    if not source.is_file():
        raise Stop(f"there is no {path}")
    bound = tree.bound(source, source.read_text(encoding="utf-8"))
    names = [f'"{one}"' for one in sorted(bound) if not one.startswith("_")]
    if not names:
        raise Stop(f"{path} has no name that others could import, and so nothing to test")
    text = fill(
        "single/mirror_test",
        path=str(path),
        module=".".join(path.with_suffix("").parts),
        names=call("NAMES = {", names, "}"),
    )
    changes.make(f"tests/unit/{path.parent}/test_{path.name}", text)
