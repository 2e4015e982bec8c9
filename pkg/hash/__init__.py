from __future__ import annotations

from pkg.hash.config import HashConfig
from pkg.hash.contract import HashDriver
from pkg.hash.errors import HashingBusy
from pkg.hash.hasher import Hasher, Verified

__all__ = ["HashConfig", "HashDriver", "Hasher", "HashingBusy", "Verified"]
