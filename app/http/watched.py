"""What operators' tools read."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

PATHS: Final = ("/health/", "/metrics")


def is_watched(scope: Scope) -> bool:
    """Tells whether this is asked by who watches over the node: a busy one is not a dead one."""
    path: str = scope["path"]
    return path.startswith(PATHS)
