"""frame:list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from app.kernel import Kernel
from pkg.console import show
from pkg.console.options import json_option

if TYPE_CHECKING:
    from app.ws.op import Op

COLUMNS = ("type", "frame", "answer", "limit", "action")


@click.command("frame:list")
@click.option("--unlimited", is_flag=True, help="Only what no limit of its own counts.")
@json_option
@click.pass_obj
def frame_list(kernel: Kernel, unlimited: bool, as_json: bool) -> None:
    """Shows every frame a client of `chat.v1` may send: its form, answer, limit and handler.

    All frames of a client together are counted besides: HUB_RATE, HUB_BURST.
    """
    ops: Sequence[Op] = kernel.load("frames")
    show([told(op) for op in ops if not (unlimited and op.limit)], COLUMNS, as_json=as_json)


def told(op: Op) -> dict[str, str]:
    """Answers *op* in words; what has no answer of its own is answered by an error, or later."""
    topic = op.handler.__module__.rpartition(".")[2]
    return {
        "type": op.name,
        "frame": op.frame.__name__,
        "answer": op.answer.__name__ if op.answer else "",
        "limit": op.limit,
        "action": f"{topic}.{op.handler.__name__}",
    }
