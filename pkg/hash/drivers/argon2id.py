from __future__ import annotations

import base64
import secrets

from pwdlib.hashers.argon2 import Argon2Hasher

from pkg.hash.contract import HashDriver


class Argon2id(HashDriver):
    """argon2id. The default cost is OWASP's least: 19 MiB, two passes, one lane."""

    def __init__(
        self, *, memory_kib: int = 19_456, time_cost: int = 2, parallelism: int = 1
    ) -> None:
        self._hasher = Argon2Hasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism
        )
        self._cost = f"m={memory_kib},t={time_cost},p={parallelism}"

    def make(self, password: bytes) -> str:
        return self._hasher.hash(password)

    def verify(self, password: bytes, hashed: str) -> bool:
        return self._hasher.verify(password, hashed)

    def recognises(self, hashed: str) -> bool:
        return hashed.startswith("$argon2id$") and Argon2Hasher.identify(hashed)

    def is_outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)

    def dummy(self) -> str:
        return f"$argon2id$v=19${self._cost}${_filler(16)}${_filler(32)}"


def _filler(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
