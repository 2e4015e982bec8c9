"""What a session shows: `<session id>.<secret>.<tag>`.

The tag tells a token that we once gave out from one that somebody made up, without a look-up: only
the former may end a session when it comes back late.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

SECRET_BYTES = 32
TAG_BYTES = 16
SHAPE = re.compile(r"([1-9][0-9]{0,18})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Shown:
    """A genuine token, taken apart."""

    session_id: int
    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        return digest(self.secret)


class Secrets:
    """Makes tokens and reads them; *key* has 32 bytes and no other use."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def fresh(self) -> str:
        """Answers a new secret of 256 bits."""
        return _text(secrets.token_bytes(SECRET_BYTES))

    def compose(self, session_id: int, secret: str) -> str:
        """Answers the token that shows *secret* of the session *session_id*."""
        body = f"{session_id}.{secret}"
        return f"{body}.{_text(self._mac('tag', body)[:TAG_BYTES])}"

    def read(self, token: str) -> Shown | None:
        """Takes *token* apart; None where it never was one of ours."""
        found = SHAPE.fullmatch(token)
        if found is None or int(found[1]) >= 2**63:
            return None
        if not hmac.compare_digest(self.compose(int(found[1]), found[2]), token):
            return None
        return Shown(int(found[1]), found[2])

    def successor(self, shown: Shown) -> str:
        """Answers the secret that follows; the same for all who ask, so no branch can fork."""
        return _text(self._mac("successor", f"{shown.session_id}.{shown.secret}"))

    def csrf(self, token: str) -> str:
        """Answers what a browser with the cookie *token* must send along with a change."""
        return _text(self._mac("csrf", token))

    def _mac(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256)


def digest(secret: str) -> str:
    """Answers what is stored of *secret*: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
