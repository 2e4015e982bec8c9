"""stub:publish."""

from __future__ import annotations

import click

from app.console.make import stub
from app.kernel import Kernel
from pkg.console import Exit, Stop, ok, show, warn
from pkg.console.options import json_option

FOLDER = "resources/stubs"


@click.command("stub:publish")
@click.argument("name", required=False)
@click.option("--list", "only_list", is_flag=True, help="Shows every stub and whose it is.")
@json_option
@click.pass_obj
def stub_publish(kernel: Kernel, /, *, name: str | None, only_list: bool, as_json: bool) -> None:
    """Copies the stub NAME, or all, to resources/stubs: what stands there is what generators fill.

    A stub is the file that is written, with {{holes}} for what differs. Your own are never written
    over; remove one, and the one that came with the clone holds again.
    """
    there = stub.names()
    own = kernel.root / FOLDER
    if only_list:
        rows = [{"name": one, "own": (own / f"{one}.stub").exists()} for one in there]
        show(rows, ("name", "own"), as_json=as_json)
        return
    if name is not None and name not in there:
        raise Stop(f"there is no stub {name!r}: `stub:publish --list` shows them", Exit.USAGE)
    for one in there if name is None else [name]:
        _publish(kernel, one)


def _publish(kernel: Kernel, name: str) -> None:
    place = f"{FOLDER}/{name}.stub"
    path = kernel.root / place
    if path.exists():
        warn(f"{place} is your own already: left as it is")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((stub.FOLDER / f"{name}.stub").read_bytes())
    ok(f"made {place}")
