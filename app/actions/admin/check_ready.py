"""Whether this node can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from pkg.errors import Unavailable

if TYPE_CHECKING:
    from app.container import Services

PATIENCE: Final = 2.0  # seconds; a probe's own is rarely longer


class NotReady(Unavailable):
    """Something this node cannot do without does not answer; *down* names it."""

    code = "node.not_ready"


async def check_ready(services: Services, *, patience: float = PATIENCE) -> dict[str, str]:
    """Asks everything this node needs for a sign of life; answers what was asked.

    Raises:
        NotReady: at least one gave none.
    """
    asked: dict[str, Awaitable[object]] = {"database": services.database.ping()}
    if services.redis is not None:
        asked["redis"] = services.redis.ping()
    found = await asyncio.gather(*(_answers(each, patience) for each in asked.values()))
    down = [name for name, up in zip(asked, found, strict=True) if not up]
    if down:
        names = ", ".join(down)
        raise NotReady(f"no answer from {names}", retry_after=5, down=names)
    return dict.fromkeys(asked, "ok")


async def _answers(asked: Awaitable[object], patience: float) -> bool:
    asking = asyncio.ensure_future(asked)
    await asyncio.wait({asking}, timeout=patience)
    if not asking.done():
        # Not waited for: on a dead network a driver may take half a minute to give a query up.
        asking.cancel()
        asking.add_done_callback(_forget)
        return False
    return asking.exception() is None  # whatever a vendor's client raised, that is the answer


def _forget(asking: asyncio.Future[object]) -> None:
    if not asking.cancelled():
        asking.exception()  # read, or asyncio logs it
