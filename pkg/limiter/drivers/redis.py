"""Counters in Redis, shared by every node; windows end by Redis' own clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from limits.aio.storage import RedisStorage
from redis.exceptions import RedisError

from pkg.limiter.contract import Counted, LimitStore, Quota, State
from pkg.limiter.errors import LimiterUnavailable

if TYPE_CHECKING:
    from redis.asyncio import Redis

# All or none of the counters, and where each stands then, in one trip. The stock script of limits
# counts one at a time, what it refuses too, and answers no time.
HIT = """
local cost, allowed, told = tonumber(ARGV[1]), 1, {}
for i, key in ipairs(KEYS) do
  local used = tonumber(redis.call('get', key) or 0)
  told[2 * i], told[2 * i + 1] = used, redis.call('pttl', key)
  if used + cost > tonumber(ARGV[2 * i]) then allowed = 0 end
end
if allowed == 1 and cost > 0 then
  for i, key in ipairs(KEYS) do
    told[2 * i] = redis.call('incrby', key, cost)
    if told[2 * i + 1] < 0 then
      told[2 * i + 1] = tonumber(ARGV[2 * i + 1])
      redis.call('pexpire', key, told[2 * i + 1])
    end
  end
end
told[1] = allowed
return told
"""
REFUND = """
for _, key in ipairs(KEYS) do
  local used = tonumber(redis.call('get', key) or 0)
  if used > 0 then redis.call('decrby', key, math.min(used, tonumber(ARGV[1]))) end
end
"""


class RedisLimits(LimitStore):
    """A storage of `limits` on the shared client's pool, with two scripts of ours.

    A key is stored as a digest: of any length, and no mobile or address stands in Redis. Counters
    of one call may lie in different slots, so Redis Cluster is not for them.
    """

    def __init__(self, client: Redis, *, prefix: str = "limit:") -> None:
        pool: Any = client.connection_pool  # its options are typed as plain values
        # limits puts a colon of its own behind the prefix
        storage = RedisStorage(
            "redis://",
            implementation="redispy",
            key_prefix=prefix.removesuffix(":"),
            connection_pool=pool,
        )
        self._bridge = cast("Any", storage.bridge)
        self._hit = self._bridge.get_connection().register_script(HIT)
        self._refund = self._bridge.get_connection().register_script(REFUND)

    async def hit(self, quotas: Sequence[Quota], cost: int) -> Counted:
        bounds = [bound for x in quotas for bound in (x.amount, x.window * 1000)]
        with _ours():
            told = await self._hit(keys=self._keys(quotas), args=[cost, *bounds])
        states = [
            State(int(used), max(0, int(left)) / 1000)
            for used, left in zip(told[1::2], told[2::2], strict=True)
        ]
        return Counted(bool(told[0]), states)

    async def look(self, quotas: Sequence[Quota]) -> Sequence[State]:
        return (await self.hit(quotas, 0)).states

    async def refund(self, quotas: Sequence[Quota], cost: int) -> None:
        with _ours():
            await self._refund(keys=self._keys(quotas), args=[cost])

    def _keys(self, quotas: Sequence[Quota]) -> list[str]:
        return [
            self._bridge.prefixed_key(f"{quota.family}/{_digest(quota.key)}") for quota in quotas
        ]


def _digest(key: str) -> str:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as exc:
        raise LimiterUnavailable(f"Redis: {exc}", retry_after=1) from exc
