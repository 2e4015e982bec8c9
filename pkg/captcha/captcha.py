"""Puzzles that a person solves at a glance, each of use once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from pkg.cache import Store
from pkg.captcha.config import CaptchaConfig
from pkg.captcha.contract import Painter
from pkg.captcha.errors import CaptchaBusy, UnknownKind
from pkg.pool import Pool

DEFAULTS = CaptchaConfig()


@dataclass(frozen=True, slots=True)
class Issued:
    """A puzzle to show. Nothing in it tells the answer but the picture itself."""

    id: str
    image: bytes = field(repr=False)
    media: str
    expires_in: int  # seconds


class Captcha:
    """Puzzles by kind, their answers kept in any store that never evicts."""

    def __init__(
        self, painters: Mapping[str, Painter], store: Store, config: CaptchaConfig = DEFAULTS
    ) -> None:
        self._painters = painters
        self._store = store
        self._ttl = config.ttl
        self._pool = Pool(
            "captcha", workers=config.workers, max_waiting=config.max_waiting, full=_busy
        )

    async def issue(self, kind: str = "digits") -> Issued:
        """Paints a puzzle of *kind* and remembers its answer for its life.

        Raises:
            UnknownKind: no painter has that name.
            CaptchaBusy: too many pictures wait to be painted.
            CacheUnavailable: the store is away.
        """
        painter = self._painters.get(kind)
        if painter is None:
            raise UnknownKind("no such kind of captcha")
        puzzle, id = await self._pool.run(painter.paint), secrets.token_urlsafe(16)
        await self._store.put(_key(id), puzzle.answer.encode("ascii"), ttl=self._ttl)
        return Issued(id, puzzle.image, puzzle.media, self._ttl)

    async def verify(self, id: str, answer: str) -> bool:
        """Tells whether *answer* solves *id*. Either way the puzzle is spent.

        Raises:
            CacheUnavailable: the store is away; nothing is known.
        """
        expected = await self._store.take(_key(id))
        # a form may let anything through: what is no text solves nothing
        given = answer.strip() if isinstance(answer, str) else ""
        if expected is None or not given:
            return False
        return hmac.compare_digest(expected, given.encode("utf-8", "surrogatepass"))

    def close(self) -> None:
        """Stops the threads that paint."""
        self._pool.close()


def _busy() -> CaptchaBusy:
    return CaptchaBusy("too many pictures wait to be painted", retry_after=1)


def _key(id: str) -> str:
    return f"captcha:{id}"
