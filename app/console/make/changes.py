"""What a generator is about to write: all of it worked out first, then written or only shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from pkg.console import Exit, Stop, ok


class Changes:
    """Files to be made and files to be changed, below *root*; nothing is written until `apply`."""

    def __init__(self, root: Path, *, force: bool = False) -> None:
        self.root = root
        self._force = force
        self._texts: dict[Path, str] = {}

    def make(self, name: str, text: str) -> None:
        """Plans a new file.

        Raises:
            Stop: it is there already and force was not given, or it lies outside of the project.
        """
        path = self._place(name)
        if path.exists() and not self._force:
            raise Stop(f"{name} is there already: --force writes over it")
        self._texts[path] = text

    def change(self, name: str, how: Callable[[Path, str], str]) -> None:
        """Plans that *how* makes another text out of what stands in the file *name*."""
        path = self._place(name)
        if not path.exists():
            raise Stop(f"there is no {name} to add to")
        text = self._texts.get(path) or path.read_text(encoding="utf-8")
        self._texts[path] = how(path.relative_to(self.root), text)

    def end(self, *, plan: bool) -> None:
        """Writes everything, or with *plan* prints it."""
        if plan:
            self._show()
        else:
            self._write()

    def _show(self) -> None:
        for path, text in self._texts.items():
            name = path.relative_to(self.root)
            click.echo(f"{'would change' if path.exists() else 'would make'} {name}")
            old = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            for line in text.splitlines():
                if not path.exists() or line not in old:
                    click.echo(f"  + {line}".rstrip())

    def _write(self) -> None:
        before = {p: p.read_bytes() if p.exists() else None for p in self._texts}
        try:
            for path, text in self._texts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        except OSError:
            _restore(before)
            raise
        for path, old in before.items():
            ok(f"{'made' if old is None else 'changed'} {path.relative_to(self.root)}")

    def _place(self, name: str) -> Path:
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise Stop(f"{name} lies outside of the project", Exit.USAGE)
        return path


def _restore(before: dict[Path, bytes | None]) -> None:
    """Puts everything back as it was, as far as a full disk lets it."""
    for path, old in before.items():
        with suppress(OSError):
            if old is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != old:
                path.write_bytes(old)
