"""docs:write."""

from __future__ import annotations

import click

from app.console.docs.commands_page import commands_page, helps
from app.console.docs.lint_page import lint_page
from app.console.docs.routes_page import openapi, routes_page
from app.console.docs.settings_page import env_example, settings_page, variables
from app.kernel import HELPS, Kernel
from pkg.console import Stop, ok
from pkg.console.options import plan_option


@click.command("docs:write")
@click.option("--check", is_flag=True, help="Writes nothing; ends with 1 when a file is stale.")
@plan_option
@click.pass_obj
def docs_write(kernel: Kernel, /, *, check: bool, plan: bool) -> None:
    """Writes .env.example and the references in docs/ from the models and tables they describe."""
    stale = {
        name: text for name, text in documents(kernel).items() if _standing(kernel, name) != text
    }
    if check and stale:
        raise Stop(f"stale: {', '.join(stale)}: run `make docs`")
    for name, text in stale.items():
        if plan:
            click.echo(f"would write {name}")
        else:
            path = kernel.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            ok(f"wrote {name}")
    if not stale:
        ok("everything is as it would be written")


def documents(kernel: Kernel) -> dict[str, str]:
    """Answers every generated file by its name, whatever this machine is told."""
    settings, routes = variables(), kernel.load("routes")
    return {
        ".env.example": env_example(settings),
        "docs/settings.md": settings_page(settings),
        "docs/commands.md": commands_page(),
        HELPS: helps(),
        "docs/migrate-lint.md": lint_page(),
        "docs/routes.md": routes_page(routes),
        "docs/openapi.json": openapi(kernel.load("document")()),
    }


def _standing(kernel: Kernel, name: str) -> str | None:
    path = kernel.root / name
    return path.read_text(encoding="utf-8") if path.exists() else None
