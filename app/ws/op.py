"""Rows of the frame table: what a client may ask of the socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from app.ws.frames import In, Out

if TYPE_CHECKING:
    from app.ws.socket import Socket

F = TypeVar("F", bound=In)
A = TypeVar("A", bound=Out)


@dataclass(frozen=True, slots=True)
class Op:
    """One verb: its frame, who serves it, what comes back, how often it may come."""

    name: str
    handler: Callable[[Socket, Any], Awaitable[Out | None] | Out | None]
    frame: type[In]
    answer: type[Out] | None
    limit: str
    decoder: msgspec.json.Decoder[Any]


def op(
    name: str,
    handler: Callable[[Socket, F], Awaitable[A | None] | A | None],
    *,
    frame: type[F],
    answer: type[A] | None = None,
    limit: str = "",
) -> Op:
    """Makes the row *name*. A handler that answers None has no answer, or gives it later.

    One that has nothing to wait for is a plain function: no task is made for it.
    """
    return Op(name, handler, frame, answer, limit, msgspec.json.Decoder(frame))
