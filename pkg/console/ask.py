"""Consent before something that cannot be taken back."""

from __future__ import annotations

import sys

import click

from pkg.console.exits import Exit
from pkg.console.output import Stop
from pkg.console.table import Flags


def consent(question: str, *, force: bool, deployed: bool, flags: Flags) -> None:
    """Goes on, or stops the command.

    ``--force`` is consent. Otherwise a deployment is refused, a terminal is asked, and anything
    else goes on: a script that runs `fresh` in a local environment means it.

    Raises:
        Stop: refused (exit 3), or the answer was no (exit 1).
    """
    if force:
        return
    if deployed:
        raise Stop("refused in this environment: say --force to mean it", Exit.REFUSED)
    if flags.interactive and sys.stdin.isatty() and not click.confirm(question):
        raise Stop("nothing was changed")
