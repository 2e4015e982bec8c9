"""One-time codes: sent to a person, redeemed once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from pkg.cache import Store
from pkg.verifycode.config import VerifyCodeConfig
from pkg.verifycode.errors import CodeBudget, TooManyTries, WrongCode

DIGITS = 6
SALT = 16  # bytes; what tells this code's tries from those of the code before it
LEAST_KEY = 32  # bytes
FLOW = 3600  # seconds in which a flow's codes are counted
DEFAULTS = VerifyCodeConfig()


@dataclass(frozen=True, slots=True)
class Issued:
    """A code to send. The client gets everything but the code itself."""

    code_id: str
    code: str = field(repr=False)
    expires_in: int  # seconds
    retry_after: int  # seconds to wait before asking for another


class VerifyCode:
    """Codes bound to a flow, a purpose and a recipient, in any store that never evicts.

    The store sees neither a code nor a recipient, only digests under *key* (32 bytes or more).
    How often a recipient may be sent one is the limiter's to say, before `issue` is asked.
    """

    def __init__(self, store: Store, key: bytes, config: VerifyCodeConfig = DEFAULTS) -> None:
        if len(key) < LEAST_KEY:
            raise ValueError(f"a key for codes needs {LEAST_KEY} bytes")
        self._store = store
        self._key = key
        self._config = config

    def is_hooked(self, target: str) -> bool:
        """Tells whether codes for *target* are known to all and must not be sent."""
        return False

    async def issue(self, purpose: str, target: str, code_id: str | None = None) -> Issued:
        """Makes a code to send to *target*; with *code_id* it replaces that flow's code.

        A *code_id* that is unknown here, or another recipient's, begins a new flow.

        Raises:
            CodeBudget: the flow has had its codes for this hour.
            CacheUnavailable: the store is away; nothing was made.
        """
        code_id, name = await self._flow(code_id, purpose, target)
        if await self._store.increment(f"{name}:sends", ttl=FLOW) > self._config.max_sends:
            raise CodeBudget("too many codes in one flow", retry_after=FLOW)
        code, salt = self._draw(target), secrets.token_bytes(SALT)
        digest = self._digest(name, salt, code)
        await self._store.put(name, salt + digest, ttl=self._config.ttl)
        return Issued(code_id, code, self._config.ttl, self._config.cooldown)

    async def redeem(self, code_id: str, purpose: str, target: str, code: str) -> None:
        """Spends the live code *code_id*, sent to *target* for *purpose*.

        Raises:
            WrongCode: none is live, or it is not this one; the two look alike.
            TooManyTries: the code is dead, the right answer included.
            CacheUnavailable: the store is away; nothing is known.
        """
        name = self._name(code_id, purpose, target)
        live, _ = await self._try(name, code)
        if await self._store.take(name) != live:  # a racer took it
            raise WrongCode("the code is wrong or has expired")

    async def check(self, code_id: str, purpose: str, target: str, code: str) -> None:
        """Tells whether `redeem` would take *code*, and leaves it live; only a wrong try counts.

        For a step that may still fail for its own reasons, a name that is taken. It decides
        nothing: of N who were told yes, `redeem` takes one.

        Raises:
            WrongCode, TooManyTries, CacheUnavailable: as `redeem`.
        """
        _, tries = await self._try(self._name(code_id, purpose, target), code)
        await self._store.increment(tries, -1, ttl=self._config.ttl)

    async def void(self, code_id: str, purpose: str, target: str) -> None:
        """Ends the flow's code: it could not be sent. The flow's count of codes stays.

        A provider that did not answer may have sent it and will bill it, so nothing is refunded.
        """
        await self._store.forget(self._name(code_id, purpose, target))

    async def _try(self, name: str, code: str) -> tuple[bytes, str]:
        """Counts a try, then looks; answers the live code's record and its counter's name."""
        live = await self._store.get(name)
        salt = live[:SALT] if live else b""
        # A counter a code: a resend starts anew. It outlives its code, as it begins after it.
        tries = f"{name}:tries:{salt.hex()}"
        if await self._store.increment(tries, ttl=self._config.ttl) > self._config.max_tries:
            raise TooManyTries("too many wrong codes", retry_after=self._config.ttl)
        right = hmac.compare_digest(live or b"", salt + self._digest(name, salt, code))
        if live is None or not right:
            raise WrongCode("the code is wrong or has expired")
        return live, tries

    def _draw(self, target: str) -> str:
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"

    async def _flow(self, code_id: str | None, purpose: str, target: str) -> tuple[str, str]:
        if code_id is not None:
            name = self._name(code_id, purpose, target)
            if await self._store.get(f"{name}:sends") is not None:
                return code_id, name
        made = secrets.token_urlsafe(16)  # ours: a client cannot choose one that is easy to guess
        return made, self._name(made, purpose, target)

    def _name(self, code_id: str, purpose: str, target: str) -> str:
        return f"code:{self._mac(b'name', code_id, purpose, target).hex()}"

    def _digest(self, name: str, salt: bytes, code: object) -> bytes:
        text = code if isinstance(code, str) else ""  # no other type may ever look like a code
        return self._mac(b"code" + salt, name, text)

    def _mac(self, use: bytes, *parts: str) -> bytes:
        mac = hmac.new(self._key, use, hashlib.sha256)
        for part in parts:  # each with its length, so that no two lists of parts read alike
            raw = part.encode("utf-8", "surrogatepass")
            mac.update(b"%d:%b" % (len(raw), raw))
        return mac.digest()
