from __future__ import annotations

from pkg.hub.bus.drivers.redis.driver import RedisBus

__all__ = ["RedisBus"]
