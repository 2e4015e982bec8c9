"""Frames of resources: the forms, cards and refusals of HTTP, over the socket."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from app.errors import Forbidden
from app.models import User
from app.providers.rows import Seen
from app.ws.errors import FrameMalformed
from app.ws.frames import In, Out
from app.ws.socket import Socket


class Asked(In, frozen=True):
    """What is asked of a resource: *data* is the form, *rev* the version a change has seen."""

    id: object = None
    data: dict[str, Any] = field(default_factory=dict)
    rev: Annotated[int, Meta(gt=0, lt=2**53)] | None = None


class Told(Out, frozen=True, tag="told"):
    """The answer to the frame *ref*: a card and its version, a page, or nothing more to tell."""

    ref: str | None = None
    data: object = None
    rev: int | None = None


def told(frame: Asked, data: object = None, *, rev: int | None = None) -> Told:
    """Answers *frame* with *data*, a card or a page."""
    return Told(frame.id if isinstance(frame.id, str) else None, data, rev)


def seen(frame: Asked) -> Seen:
    """Answers the version that a change has seen.

    Raises:
        FrameMalformed: it says none, and would go over what nobody looked at.
    """
    if frame.rev is None:
        raise FrameMalformed("a change says which rev it has seen")
    return frozenset({frame.rev})


async def check_admin(socket: Socket) -> None:
    """Lets nobody past but who runs the place.

    Raises:
        Forbidden: the user does not.
    """
    admins = User.open(socket.services.clock.now()).filter(is_admin=True)
    if not await admins.filter(id=socket.user_id).exists():
        raise Forbidden("admins alone")
