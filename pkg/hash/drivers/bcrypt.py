from __future__ import annotations

import base64
import hashlib
import re
import secrets

from pwdlib.hashers.bcrypt import BcryptHasher

from pkg.hash.contract import HashDriver

PREHASHED = "$bcrypt-sha256"
PLAIN = re.compile(r"\$2[abxy]\$[0-9]{2}\$[A-Za-z0-9+/.]{53}", re.ASCII)


class Bcrypt(HashDriver):
    """bcrypt, for accounts brought from elsewhere; needs the extra `legacy-hash`.

    What it makes itself is pre-hashed by SHA-256 and marked so, because bcrypt looks at 72 bytes
    only. A plain bcrypt hash from elsewhere is checked as it is, and a longer password than it
    could have held is refused rather than cut.
    """

    def __init__(self, *, rounds: int = 12) -> None:
        self._hasher = BcryptHasher(rounds=rounds)
        self._rounds = rounds

    def make(self, password: bytes) -> str:
        return PREHASHED + self._hasher.hash(_prehash(password))

    def verify(self, password: bytes, hashed: str) -> bool:
        if hashed.startswith(PREHASHED):
            return self._hasher.verify(_prehash(password), hashed.removeprefix(PREHASHED))
        if len(password) > 72 or b"\0" in password:
            password, hashed = b"", self.dummy().removeprefix(PREHASHED)
        return self._hasher.verify(password, hashed)

    def recognises(self, hashed: str) -> bool:
        return PLAIN.fullmatch(hashed.removeprefix(PREHASHED)) is not None

    def is_outdated(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed.removeprefix(PREHASHED))

    def dummy(self) -> str:
        # 22 signs of salt and 31 of digest, from the hexadecimal part of bcrypt's alphabet. The
        # salt's last sign carries two bits only: "e" keeps the others at nought.
        salt, digest = secrets.token_hex(11)[:21] + "e", secrets.token_hex(16)[:31]
        return f"{PREHASHED}$2b${self._rounds:02}${salt}{digest}"


def _prehash(password: bytes) -> bytes:
    return base64.b64encode(hashlib.sha256(password).digest())  # 44 bytes, none of them NUL
