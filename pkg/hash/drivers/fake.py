from __future__ import annotations

import hashlib
import hmac
import secrets

from pkg.hash.contract import HashDriver


class FakeHash(HashDriver):
    """Costs nothing and protects nothing: for tests. *checked* holds each hash it was shown."""

    def __init__(self, *, version: int = 1) -> None:
        self.version = version
        self.checked: list[str] = []

    def make(self, password: bytes) -> str:
        return self._hash(password, secrets.token_hex(8))

    def verify(self, password: bytes, hashed: str) -> bool:
        self.checked.append(hashed)
        expected = self._hash(password, hashed.split("$")[3], version=hashed.split("$")[2])
        return hmac.compare_digest(expected, hashed)

    def recognises(self, hashed: str) -> bool:
        return hashed.startswith("$fake$") and hashed.count("$") == 4

    def is_outdated(self, hashed: str) -> bool:
        return hashed.split("$")[2] != str(self.version)

    def dummy(self) -> str:
        return f"$fake${self.version}${secrets.token_hex(8)}${'0' * 64}"

    def _hash(self, password: bytes, salt: str, *, version: str | None = None) -> str:
        digest = hashlib.sha256(salt.encode() + password).hexdigest()
        return f"$fake${version or self.version}${salt}${digest}"
