"""Which keys sign and verify access tokens, on every node alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from app.models import Setting
from app.providers.signals import Signals
from pkg.app import derive
from pkg.jwt import Jwt, Key, KeyRing

NAME: Final = "jwt_keys"  # of the row, which holds no secret: keys are derived from APP_KEY
ROTATED: Final = "keys.rotated"


@dataclass(frozen=True, slots=True)
class Generations:
    """The keys by number: *current* signs, those before *floor* verify nothing any more."""

    current: int = 0
    floor: int = 0
    since: int = 0  # when the current one began, seconds since 1970

    @classmethod
    def read(cls, text: str) -> Self:
        return cls(*map(int, text.split()))

    @property
    def text(self) -> str:
        return f"{self.current} {self.floor} {self.since}"

    def living(self) -> Iterator[int]:
        """Answers the generations whose tokens hold."""
        return iter(range(self.floor, self.current + 1))


def key_of(app_key: bytes, generation: int) -> Key:
    """Answers the key of *generation*; the first is the one from before there were several."""
    return Key(derive(app_key, f"jwt:{generation}" if generation else "jwt"))


def ring(app_key: bytes, generations: Generations) -> KeyRing:
    """Answers the keys of *generations*.

    The one to come verifies already: a node that has not heard of a rotation yet takes the tokens
    of one that has, and nobody is signed out in between.
    """
    current = generations.current
    others = {*generations.living(), current + 1} - {current}
    return KeyRing(key_of(app_key, current), [key_of(app_key, each) for each in sorted(others)])


class SigningKeys:
    """Keeps the ring of *jwt* as the database has it."""

    def __init__(self, jwt: Jwt, app_key: bytes, signals: Signals) -> None:
        self._jwt = jwt
        self._app_key = app_key
        self._signals = signals
        signals.on(ROTATED, self._hear)

    async def read(self, *, hold: bool = False) -> Generations:
        """Learns which keys hold, and answers it; *hold* keeps the row for this transaction.

        Raises:
            Unavailable: the database does not answer.
        """
        rows = Setting.select_for_update() if hold else Setting.all()
        row = await rows.get_or_none(name=NAME)
        found = Generations.read(row.value) if row is not None else Generations()
        self._turn(found)
        return found

    async def change(self, generations: Generations) -> None:
        """Has every node turn to *generations*, once the surrounding transaction commits."""
        await Setting.update_or_create({"value": generations.text}, name=NAME)
        await self._signals.tell(ROTATED, generations.text)

    def id_of(self, generation: int) -> str:
        """Answers the key id that tokens of *generation* name."""
        return key_of(self._app_key, generation).id

    async def _hear(self, subject: str) -> None:
        self._turn(Generations.read(subject))

    def _turn(self, generations: Generations) -> None:
        self._jwt.turn(ring(self._app_key, generations))
