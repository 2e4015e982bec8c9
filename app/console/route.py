"""route:list."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import click

from app.kernel import Kernel
from pkg.console import show
from pkg.console.options import json_option

if TYPE_CHECKING:
    from app.http.routing import Row

COLUMNS = ("method", "path", "guard", "limit", "form", "answer", "action")


@click.command("route:list")
@click.option("--method", metavar="VERB", help="Only GET, POST, ...")
@click.option("--path", metavar="TEXT", help="Only paths that hold TEXT.")
@click.option("--public", is_flag=True, help="Only what nobody has to sign in for.")
@click.option("--unlimited", is_flag=True, help="Only what no limit counts.")
@json_option
@click.pass_obj
def route_list(
    kernel: Kernel, /, *, method: str | None, path: str | None, as_json: bool, **only: bool
) -> None:
    """Shows every route of the table: guard, limit, form, answer and controller."""
    rows: Sequence[Row] = kernel.load("routes")
    shown = [
        told(row)
        for row in rows
        if (method is None or row.method == method.upper())
        and (path is None or path in row.path)
        and _is(row, **only)
    ]
    show(shown, COLUMNS, as_json=as_json)


def told(row: Row) -> dict[str, str]:
    """Answers *row* in words."""
    return {
        "method": row.method,
        "path": row.path,
        "guard": row.guard.name,
        "limit": row.limit,
        "form": row.form.__name__ if row.form else "file" if row.upload else "",
        "answer": answer(row),
        "action": row.name,
    }


def answer(row: Row) -> str:
    """Answers the name of what *row* answers with, `204` where that is nothing."""
    if row.status == 204:
        return "204"
    return _name(row.answer)


def _is(row: Row, *, public: bool, unlimited: bool) -> bool:
    open_to_all = row.guard.name in {"anyone", "guest"}
    return (open_to_all or not public) and (not row.limit or not unlimited)


def _name(kind: Any) -> str:
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return " | ".join(map(_name, args))
    name = getattr(origin or kind, "__name__", str(kind))
    return f"{name}[{', '.join(map(_name, args))}]" if args else name
