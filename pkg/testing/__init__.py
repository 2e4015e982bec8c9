from __future__ import annotations

from pkg.testing.race import race
from pkg.testing.services import SERVICES, Service, reachable, require

__all__ = ["SERVICES", "Service", "race", "reachable", "require"]
