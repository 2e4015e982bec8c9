"""make:middleware."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from app.console.make import sequence, tree
from app.console.make.changes import Changes
from app.console.make.single.generator import end, named
from app.console.make.stub import fill
from app.kernel import Kernel
from pkg.console import Exit, Stop
from pkg.console.options import plan_option
from pkg.str import camel

PIPELINE = "app/http/pipeline.py"
LAW = "tests/unit/app/http/test_pipeline.py"  # that the order is fixed


@click.command("make:middleware")
@click.argument("name")
@click.option("--after", metavar="STAGE", help="Stands behind it.  [default: the innermost]")
@click.option("--only-requests", is_flag=True, help="Handshakes of sockets do not pass it.")
@plan_option
@click.pass_obj
def make_middleware(
    kernel: Kernel, /, *, name: str, after: str | None, only_requests: bool, plan: bool
) -> None:
    """Writes a stage that every request passes, its place in the order, and its test.

    The order is the list in app/http/pipeline.py, from the wire inwards, and a test holds it: both
    get the stage. Behind the innermost it knows who asks, and within which time-out; a STAGE is
    one of the list, such as Recovery or request_id.
    """
    changes = Changes(kernel.root)
    plan_middleware(changes, named(name), after=after, only_requests=only_requests)
    end(changes, plan=plan, refers=False)


def plan_middleware(changes: Changes, name: str, *, after: str | None, only_requests: bool) -> None:
    """Plans a stage, its place and its test.

    Raises:
        Stop: there is such a stage already, or none that it could stand behind.
    """
    stage = camel(name)
    holes = {
        "name": name,
        "stage": stage,
        "what": "request" if only_requests else "request and handshake",
        "kinds": '["http"]' if only_requests else '["http", "websocket"]',
    }
    changes.make(f"app/http/middleware/{name}.py", fill("single/middleware", **holes))
    before = ""

    def listed(path: Path, text: str) -> str:
        nonlocal before
        found = sequence.returned(path, text, "pipeline")
        stages = sequence.firsts(found)
        if stage in stages:
            raise Stop(f"{path} has a stage {stage} already: take another name")
        before = _standing(stages, after)
        at = stages.index(before)
        text = sequence.with_line(path, text, found, f"Middleware({stage})", after=at)
        if only_requests:
            text = sequence.with_name(path, text, "FOR_REQUESTS", stage)
        return tree.with_import(path, text, f"app.http.middleware.{name}", stage)

    changes.change(PIPELINE, listed)
    row = f'"{stage}": {"REQUESTS" if only_requests else "BOTH"}'
    changes.change(LAW, partial(_in_law, row, before))
    changes.make(f"tests/unit/app/http/test_{name}.py", fill("single/middleware_test", **holes))


def _standing(stages: list[str], after: str | None) -> str:
    """Answers the stage behind which the new one stands."""
    if after is None:
        return stages[-1]
    wanted = next((one for one in stages if one in {after, camel(after)}), "")
    if not wanted:
        raise Stop(f"there is no stage {after!r}: there are {', '.join(stages)}", Exit.USAGE)
    return wanted


def _in_law(row: str, before: str, path: Path, text: str) -> str:
    if before not in tree.keys(path, text, "ORDER"):
        raise Stop(f"{path} has no {before} in its ORDER: put it there first")
    return tree.with_item(path, text, "ORDER", row, after=before)
