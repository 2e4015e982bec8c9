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
    try:
        async with asyncio.timeout(patience):
            await asked
    except Exception:  # noqa: BLE001  a vendor's client may raise anything, and that is the answer
        return False
    return True
