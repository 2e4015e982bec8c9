"""completion."""

from __future__ import annotations

import shlex
import sys

import click

from app.console.completion.scripts import SCRIPTS, VARIABLE
from app.kernel import Kernel


@click.command("completion")
@click.argument("shell", type=click.Choice([*SCRIPTS]))
@click.pass_obj
def completion(kernel: Kernel, shell: str) -> None:
    """Prints what teaches SHELL the command `parley`, from any folder, with its words completed.

    In ~/.bashrc or ~/.zshrc: eval "$(python main.py completion bash)", or zsh. In fish's
    config.fish: python main.py completion fish | source
    """
    run = shlex.join([sys.executable, str(kernel.root / "main.py")])
    click.echo(SCRIPTS[shell] % {"run": run, "variable": VARIABLE}, nl=False)
