"""The keys that sign and verify, each with an id and one algorithm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from pkg.jwt.errors import WeakKey
from pkg.jwt.vendor import PyJWS

LEAST_BYTES = 32  # RFC 7518 3.2: a key at least as long as the digest


@dataclass(frozen=True, slots=True)
class Key:
    """One secret for HS256. An algorithm belongs to a key, never to what a token says of itself.

    Raises:
        WeakKey: the secret has fewer than 32 bytes.
    """

    secret: bytes = field(repr=False)
    id: str = ""  # empty: the secret's own fingerprint
    algorithm: str = field(default="HS256", init=False)
    header: str = field(init=False)  # what each token of this key begins with, as it is sent

    def __post_init__(self) -> None:
        if len(self.secret) < LEAST_BYTES:
            raise WeakKey(f"a signing key needs {LEAST_BYTES} bytes, this one has less")
        if not self.id:
            object.__setattr__(self, "id", fingerprint(self.secret))
        empty = PyJWS().encode(b"", self.secret, self.algorithm, headers={"kid": self.id})
        object.__setattr__(self, "header", empty.partition(".")[0])


class KeyRing:
    """One key signs; it and the retired ones verify until their tokens have ended.

    Raises:
        WeakKey: two keys share an id.
    """

    def __init__(self, current: Key, retired: Iterable[Key] = ()) -> None:
        keys = [current, *retired]
        if len({key.id for key in keys}) != len(keys):
            raise WeakKey("two keys share one id")
        self.current = current
        self.by_header = {key.header: key for key in keys}


def fingerprint(secret: bytes) -> str:
    """Answers a short id that tells keys apart and tells nothing of them."""
    return hashlib.sha256(b"kid:" + secret).hexdigest()[:16]
