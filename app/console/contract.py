"""contract:diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from app.kernel import Kernel
from pkg.console import Exit, Stop, ok, show
from pkg.console.options import json_option
from pkg.openapi import breaks

COLUMNS = ("where", "what")


@click.command("contract:diff")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@click.pass_context
def contract_diff(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Names what a client of the OpenAPI document in FILE may fail over today.

    Ends with 1 when there is something. `git show TAG:docs/openapi.json` is the one of a release.
    """
    kernel: Kernel = ctx.obj
    found = breaks(_read(file), kernel.load("document")())
    rows = [{"where": where, "what": what} for where, what in found]
    if rows or as_json:
        show(rows, COLUMNS, as_json=as_json)
    else:
        ok(f"whoever keeps to {file.name} fails over nothing")
    if rows:
        ctx.exit(Exit.FAILED)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except ValueError as exc:
        raise Stop(f"{file} is no JSON: {exc}") from exc
    if not isinstance(found, dict) or not str(found.get("openapi", "")).startswith("3."):
        raise Stop(f"{file} is no OpenAPI 3 document")
    return found
