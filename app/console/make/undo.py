"""undo."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import click

from app.console.make.changes import restore
from app.console.make.manifest import Manifest, later, manifests, place
from app.console.make.references import write_references
from app.console.make.words import SUFFIX, compile_words
from app.console.tables import pending
from app.kernel import Kernel
from pkg.console import Exit, Stop, ok, show
from pkg.console.options import json_option
from pkg.database import locate
from pkg.errors import Error

MIGRATIONS = "database/migrations/"
DESCRIBED = (
    "app/console/commands.py",
    "config/",
    "pkg/",
    "routes/",
)  # what the references are made of


@click.command("undo")
@click.argument("id", required=False)
@click.option("--list", "only_list", is_flag=True, help="Shows what can be taken back.")
@json_option
@click.pass_obj
def undo(kernel: Kernel, /, *, id: str | None, only_list: bool, as_json: bool) -> None:
    """Takes back what a generator wrote last, or with ID an earlier run.

    Every file is put back as it was before; new ones go. Nothing is touched if one of the files
    was changed since, or a migration among them is applied.
    """
    found = manifests(kernel.root)
    if only_list:
        rows = [
            {"id": one.id, "command": one.command, "at": one.at, "files": len(one.files)}
            for one in found
        ]
        show(rows, ("id", "command", "at", "files"), as_json=as_json)
        return
    manifest = _picked(found, id)
    _check(kernel, manifest, found)
    _take_back(kernel.root, manifest)
    ok(f"{manifest.command}: taken back")
    if any(one.name.endswith(SUFFIX) for one in manifest.files):
        compile_words(kernel.root)
    if any(one.name.startswith(DESCRIBED) for one in manifest.files):
        write_references(kernel.root)


def _picked(found: Sequence[Manifest], id: str | None) -> Manifest:
    if not found:
        raise Stop("no generator has written anything that could be taken back")
    if id is None:
        return found[0]
    for one in found:
        if id.isdecimal() and int(id) == one.number:
            return one
    raise Stop(f"there is no run {id}: `undo --list` shows those there are", Exit.USAGE)


def _check(kernel: Kernel, manifest: Manifest, found: Sequence[Manifest]) -> None:
    """Refuses what would lose anybody's work.

    Raises:
        Stop: a file was changed since, by somebody or a later run, or a migration is applied.
    """
    for name in manifest.touched(kernel.root):
        if after := later(manifest, name, found):
            raise Stop(f"{after.command} changed {name} too: `undo {after.id}` first")
        raise Stop(f"{name} was changed since: take it back by hand, or with version control")
    stems = {
        Path(one.name).stem: one.name
        for one in manifest.files
        if one.name.startswith(MIGRATIONS) and one.before is None
    }
    if applied := sorted(stems.keys() & _applied(kernel, set(stems))):
        raise Stop(f"{applied[0]} is applied: `python main.py migrate down` takes it back first")


def _applied(kernel: Kernel, stems: set[str]) -> set[str]:
    """Answers which of *stems* the database has; one that cannot be asked has none."""
    if not stems:
        return set()
    settings = kernel.settings
    address = locate(settings.database.url.get_secret_value(), settings.root)
    if address.dialect == "sqlite" and not Path(address.where).exists():
        return set()
    try:
        return stems - set(pending(kernel))
    except Error:
        return set()


def _take_back(root: Path, manifest: Manifest) -> None:
    """Puts every file back, or after a fault leaves all as they were."""
    before: Mapping[Path, bytes | None] = {
        root / one.name: None if one.before is None else one.before.encode()
        for one in manifest.files
    }
    now = {path: path.read_bytes() for path in before}
    try:
        for path, text in before.items():
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text)
        place(root, manifest.number).unlink()
    except OSError:
        restore(now, ())
        raise
    for name in reversed(manifest.folders):
        _drop_folder(root / name)
    for path, text in before.items():
        click.echo(f"  {'removed' if text is None else 'put back'} {path.relative_to(root)}")


def _drop_folder(folder: Path) -> None:
    """Removes a folder in which nothing is left but what Python compiled."""
    if {path.name for path in folder.glob("*")} <= {"__pycache__"}:
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        with suppress(OSError):
            folder.rmdir()
