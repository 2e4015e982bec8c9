"""completion."""

from __future__ import annotations

import shlex
import sys

import click

from app.console.completion.scripts import NAME, SCRIPTS, VARIABLE
from app.kernel import Kernel


@click.command("completion")
@click.argument("shell", type=click.Choice([*SCRIPTS]))
@click.pass_obj
def completion(kernel: Kernel, shell: str) -> None:
    """Prints what teaches SHELL a command for all this, from any folder, with its words completed.

    In ~/.bashrc or ~/.zshrc: eval "$(python main.py completion bash)", or zsh. In fish's
    config.fish: python main.py completion fish | source
    """
    run = shlex.join([sys.executable, str(kernel.root / "main.py")])
    holes = {"name": NAME, "run": run, "variable": VARIABLE}
    click.echo(SCRIPTS[shell] % holes, nl=False)
