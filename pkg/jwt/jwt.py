"""Signed tokens with strict claims."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NoReturn

from pkg.clock import Clock
from pkg.jwt.errors import TokenExpired, TokenInvalid
from pkg.jwt.keys import KeyRing
from pkg.jwt.vendor import PyJWS, PyJWTError

MAX_BYTES = 4096
KEPT = 4096  # tokens whose claims are held, a kilobyte each
LATEST = 2**53  # what JSON readers hold exactly
CLAIMS = {"iss", "sub", "aud", "use", "jti", "iat", "exp"}

_JWS = PyJWS()  # the signature alone: PyJWT's own claim checks let doubled keys and no exp pass


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. *extra* holds the claims beyond the required ones."""

    subject: str
    use: str
    audience: str
    id: str
    issued_at: int  # seconds since 1970
    expires_at: int
    extra: Mapping[str, str | int]


class Jwt:
    """Signs and verifies. Kinds exclude each other: *use* and *audience* must be those asked for.

    *leeway* bears with nodes whose clocks run ahead when they sign; nothing stretches an end.
    """

    def __init__(
        self, keys: KeyRing, issuer: str, clock: Clock, *, leeway: int = 30, max_ttl: int = 86_400
    ) -> None:
        self.keys = keys
        self._issuer = issuer
        self._clock = clock
        self._leeway = leeway
        self._max_ttl = max_ttl
        # A client shows one token on every request. What it says cannot change, so its signature
        # is checked once; its time is looked at again each time. Refusals are not kept.
        self._checked = lru_cache(KEPT)(lambda token: self._read(self._payload(token)))

    def turn(self, keys: KeyRing) -> None:
        """Signs and verifies with *keys* from here on; nothing checked before counts."""
        self.keys = keys
        self._checked.cache_clear()

    def sign(self, use: str, subject: str, *, audience: str, ttl: int, **claims: str | int) -> str:
        """Answers a token for *subject* that lives *ttl* seconds; *claims* are put beside.

        Raises:
            ValueError: *ttl* is out of bounds, or *claims* names one of the required ones.
        """
        if not 0 < ttl <= self._max_ttl:
            raise ValueError(f"a token lives 1 to {self._max_ttl} seconds")
        if taken := CLAIMS & claims.keys():
            raise ValueError(f"set by sign itself: {', '.join(sorted(taken))}")
        now = self._now()
        payload = claims | {
            "iss": self._issuer, "sub": subject, "aud": audience, "use": use,
            "jti": secrets.token_hex(16), "iat": now, "exp": now + ttl,
        }  # fmt: skip
        key = self.keys.current
        body = json.dumps(payload, separators=(",", ":")).encode()
        return _JWS.encode(body, key.secret, key.algorithm, headers={"kid": key.id})

    def verify(self, token: str, use: str, audience: str) -> Claims:
        """Answers what *token* claims, having checked all of it.

        Raises:
            TokenInvalid: forged, altered, malformed, from the future, or not for *use*, *audience*.
            TokenExpired: all is right but the time.
        """
        claims = self._checked(token)
        if (claims.use, claims.audience) != (use, audience):
            raise TokenInvalid("meant for something else")
        now = self._now()
        if claims.issued_at > now + self._leeway:
            raise TokenInvalid("issued in the future")
        if claims.expires_at <= now:
            raise TokenExpired("the token has expired")
        return claims

    def _payload(self, token: str) -> bytes:
        if len(token) > MAX_BYTES or not token.isascii():
            raise TokenInvalid("not a token")
        # The header is compared with the ones we write, never believed: alg, jwk, jku, x5u, crit
        # and foreign keys get nowhere. Source: RFC 8725 3.1, 3.10.
        key = self.keys.by_header.get(token.partition(".")[0])
        if key is None:
            raise TokenInvalid("signed by no key of ours")
        try:
            payload: bytes = _JWS.decode(token, key.secret, algorithms=[key.algorithm])
        except PyJWTError:  # from None: their text quotes what was sent
            raise TokenInvalid("altered, or not signed by us") from None
        return payload

    def _read(self, payload: bytes) -> Claims:
        """Checks each claim's presence and type; the signature proves only that a key was used."""
        try:
            found = json.loads(payload, object_pairs_hook=_once, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise TokenInvalid("its payload is no JSON") from None
        if not isinstance(found, dict) or found.get("iss") != self._issuer:
            raise TokenInvalid("not issued by us")
        extra = {name: value for name, value in found.items() if name not in CLAIMS}
        if any(type(value) not in (str, int) for value in extra.values()):
            raise TokenInvalid("a claim is neither text nor a whole number")
        issued_at, expires_at = _moment(found, "iat"), _moment(found, "exp")
        if not 0 < expires_at - issued_at <= self._max_ttl:
            raise TokenInvalid("it lives longer than any of ours")
        return Claims(
            subject=_text(found, "sub"),
            use=_text(found, "use"),
            audience=_text(found, "aud"),
            id=_text(found, "jti"),
            issued_at=issued_at,
            expires_at=expires_at,
            extra=MappingProxyType(extra),
        )

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise TokenInvalid(f"{name} is absent or no text")
    return value


def _moment(found: Mapping[str, object], name: str) -> int:
    value = found.get(name)
    if type(value) is not int or not 0 < value < LATEST:  # a bool is an int: not here
        raise TokenInvalid(f"{name} is absent or no moment")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a doubled key")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
