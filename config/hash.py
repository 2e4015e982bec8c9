from __future__ import annotations

from pkg.config import Env
from pkg.hash import HashConfig

LEAST_MEMORY_KIB = 19_456  # OWASP Password Storage: argon2id 19 MiB, t=2, p=1
LEAST_TIME_COST = 2


def load(env: Env) -> HashConfig:
    """Reads HASH_*; outside local and testing a cost below OWASP's least is a fault."""
    config = env.read(HashConfig, "HASH_")
    if env.text("APP_ENV", "local") in {"local", "testing"}:
        return config
    if config.memory_kib < LEAST_MEMORY_KIB:
        env.fault("HASH_MEMORY_KIB", f"must be at least {LEAST_MEMORY_KIB} here")
    if config.time_cost < LEAST_TIME_COST:
        env.fault("HASH_TIME_COST", f"must be at least {LEAST_TIME_COST} here")
    return config
