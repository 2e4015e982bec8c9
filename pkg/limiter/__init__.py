from __future__ import annotations

from pkg.limiter.address import client_ip, ip_key
from pkg.limiter.bucket import MAX_BUCKETS, Buckets, TokenBucket
from pkg.limiter.config import LimiterConfig
from pkg.limiter.contract import Counted, LimitStore, Quota, State
from pkg.limiter.errors import LimiterUnavailable, LimitExceeded
from pkg.limiter.hit import Hit
from pkg.limiter.limit import Limit
from pkg.limiter.limiter import Limiter

__all__ = [
    "MAX_BUCKETS",
    "Buckets",
    "Counted",
    "Hit",
    "Limit",
    "LimitExceeded",
    "LimitStore",
    "Limiter",
    "LimiterConfig",
    "LimiterUnavailable",
    "Quota",
    "State",
    "TokenBucket",
    "client_ip",
    "ip_key",
]
