"""key:generate."""

from __future__ import annotations

from pathlib import Path

import click

from app.kernel import Kernel
from pkg.app import keys
from pkg.app.dotenv import current, write
from pkg.console import Exit, Stop, ok
from pkg.console.options import force_option, plan_option


@click.command("key:generate")
@click.option("--show", is_flag=True, help="Prints a key instead of writing it.")
@plan_option
@force_option
@click.pass_obj
def key_generate(kernel: Kernel, show: bool, plan: bool, force: bool) -> None:
    """Writes a fresh APP_KEY to .env (with -e NAME to .env.NAME), which only its owner may read.

    Replacing a key ends every session and every code on its way, so it asks for --force.
    """
    if show:
        click.echo(keys.generate())
        return
    path = env_file(kernel)
    if current(path, "APP_KEY") and not force:
        raise Stop(
            f"{path.name} has an APP_KEY: --force replaces it and ends every session", Exit.REFUSED
        )
    if plan:
        click.echo(f"{path.name}: APP_KEY=base64:... (mode 600)")
        return
    write(path, "APP_KEY", keys.generate())
    ok(f"APP_KEY is in {path.name}")


def env_file(kernel: Kernel) -> Path:
    """Answers the file that ``-e`` picks."""
    name = kernel.flags.env
    return kernel.root / (f".env.{name}" if name else ".env")
