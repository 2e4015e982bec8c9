"""What needs no Redis to be shown; the laws run on a real one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import SecretStr

from pkg.limiter import LimiterUnavailable, Quota
from pkg.limiter.drivers.redis import RedisLimits
from pkg.redis import RedisConfig, open_redis

QUOTA = Quota("login/3-M", "ann", 3, 60)


@pytest.mark.rule(81)
async def test_a_vendors_error_ends_at_the_driver() -> None:
    client = open_redis(RedisConfig(url=SecretStr("redis://127.0.0.1:1/0")))
    store = RedisLimits(client)

    for verb in (store.hit([QUOTA], 1), store.look([QUOTA]), store.refund([QUOTA], 1)):
        with pytest.raises(LimiterUnavailable) as refused:
            await verb
        assert refused.value.retry_after == 1
    await client.aclose()


def test_importing_the_module_loads_neither_limits_nor_redis() -> None:
    code = "import sys, pkg.limiter; sys.exit(bool({'limits', 'redis'} & sys.modules.keys()))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
