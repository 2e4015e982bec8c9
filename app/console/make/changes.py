"""What a generator is about to write: all of it worked out first, then written or only shown."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import copymode

import click

from app.console.make.manifest import place, planned, prune, said
from pkg.console import Exit, Stop, ok


class Changes:
    """Files to be made and files to be changed, below *root*; nothing is written until `end`.

    *force* writes over what is there; None: there is no such option to speak of. Without *tests*
    nothing below `tests/` is made.
    """

    def __init__(self, root: Path, *, force: bool | None = None, tests: bool = True) -> None:
        self.root = root
        self.tests = tests
        self._force = force
        self._texts: dict[Path, str] = {}

    def make(self, name: str, text: str) -> None:
        """Plans a new file.

        Raises:
            Stop: it is there already and force was not given, it lies outside of the project, or
                it would be no Python.
        """
        path = self._place(name)
        if name.startswith("tests/") and not self.tests:
            return
        if path.exists() and not self._force:
            way = ": --force writes over it" if self._force is not None else ""
            raise Stop(f"{name} is there already{way}")
        if name.endswith(".py"):
            _check(name, text)
        self._texts[path] = text

    def change(self, name: str, how: Callable[[Path, str], str]) -> None:
        """Plans that *how* makes another text out of what stands in the file *name*."""
        path = self._place(name)
        if path not in self._texts and not path.exists():
            raise Stop(f"there is no {name} to add to")
        text = self._texts[path] if path in self._texts else path.read_text(encoding="utf-8")
        self._texts[path] = how(path.relative_to(self.root), text)

    @property
    def texts(self) -> Mapping[Path, str]:
        """What each file will hold, in the order it was planned."""
        return self._texts

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
        """Writes it all beside its place first, where a full disk harms nobody, then moves it."""
        manifest = planned(self.root, _command(), self._texts)
        texts = {place(self.root, manifest.number): said(manifest)} | self._texts
        before = {p: p.read_bytes() if p.exists() else None for p in texts}
        folders = {up for p in texts for up in p.parents if not up.exists()}
        beside = {p: p.with_name(f".{p.name}.new") for p in texts}
        try:
            for path, text in texts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                beside[path].write_text(text, encoding="utf-8")
                if path.exists():
                    copymode(path, beside[path])
            for path, new in beside.items():
                new.replace(path)
        except OSError:
            restore(before | dict.fromkeys(beside.values()), folders)
            raise
        prune(self.root)
        for path in self._texts:
            ok(f"{'made' if before[path] is None else 'changed'} {path.relative_to(self.root)}")

    def _place(self, name: str) -> Path:
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise Stop(f"{name} lies outside of the project", Exit.USAGE)
        return path


def _check(name: str, text: str) -> None:
    """Refuses what a stub that somebody broke would make."""
    try:
        ast.parse(text)
    except SyntaxError as exc:
        raise Stop(f"{name}:{exc.lineno} would be no Python: {exc.msg}: mend its stub") from exc


def _command() -> str:
    """Answers the command that is running, as somebody would write it."""
    context = click.get_current_context(silent=True)
    if context is None:
        return "a generator"
    words = [context.info_name or ""]
    for param in context.command.params:
        value = context.params.get(param.name or "")
        if isinstance(param, click.Argument):
            words += value if isinstance(value, tuple) else [value] if value else []
        elif value and value != param.default:
            words += [param.opts[-1]] if param.is_flag else [param.opts[-1], str(value)]  # type: ignore[attr-defined]  # an option has it
    return " ".join(words)


def restore(before: Mapping[Path, bytes | None], folders: Iterable[Path]) -> None:
    """Puts everything back as it was, as far as a full disk lets it; *folders* were not there."""
    for path, old in before.items():
        with suppress(OSError):
            if old is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != old:
                path.write_bytes(old)
    for folder in sorted(folders, reverse=True):  # the inner ones first
        with suppress(OSError):
            folder.rmdir()
