"""The generated references follow what a generator wrote, or took back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from pkg.console import Stop


def write_references(root: Path) -> None:
    """Has `docs:write` run in a process of its own: this one has loaded what was before.

    Raises:
        Stop: what stands there now cannot be loaded.
    """
    done = subprocess.run(  # noqa: S603  this interpreter, on the project's own file
        [sys.executable, str(root / "main.py"), "docs:write"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise Stop(f"all files are done, but `python main.py docs:write` failed: {said}")
    click.echo(done.stdout.rstrip())
