"""What a login is, and what whoever keeps logins owes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["token", "cookie", "oauth"]


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request comes from."""

    ip: str = ""
    user_agent: str = ""
    name: str = ""  # what its owner calls it


@dataclass(frozen=True, slots=True)
class NewSession:
    """A login about to be kept."""

    user_id: int
    kind: Kind
    scheme: str
    digest: str = field(repr=False)  # of its secret
    device: Device
    at: datetime
    idle_expires_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One login, whatever the scheme. It holds digests, never a secret."""

    id: int
    user_id: int
    kind: Kind
    scheme: str
    digest: str = field(repr=False)
    previous_digest: str | None = field(repr=False)
    rotated_at: datetime | None
    device: Device
    created_at: datetime
    last_seen_at: datetime | None
    confirmed_at: datetime | None
    idle_expires_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    reason: str | None


class SessionStore(ABC):
    """Keeps logins. Any verb may raise Unavailable; moments come from the caller's clock."""

    @abstractmethod
    async def add(self, new: NewSession) -> SessionRow:
        """Keeps a login and answers it with its id."""

    @abstractmethod
    async def get(self, id: int) -> SessionRow | None:
        """Answers the login *id*, ended ones too, or None."""

    @abstractmethod
    async def of_user(self, user_id: int, *, at: datetime) -> list[SessionRow]:
        """Answers the logins of *user_id* that live at *at*, the newest first."""

    @abstractmethod
    async def rotate(
        self, id: int, *, digest: str, successor: str, at: datetime, idle_expires_at: datetime
    ) -> bool:
        """Puts *successor* in the place of *digest*, in one step, and remembers *digest* as the
        previous one; True for the one caller who did. An ended login is left alone.
        """

    @abstractmethod
    async def touch(self, id: int, *, at: datetime, idle_expires_at: datetime) -> None:
        """Notes that the login was used."""

    @abstractmethod
    async def confirm(self, id: int, *, at: datetime) -> None:
        """Notes that its owner has just proved to be there."""

    @abstractmethod
    async def end(self, ids: Sequence[int], *, reason: str, at: datetime) -> list[int]:
        """Ends the logins of *ids* that live and answers which; every node is told with it."""

    @abstractmethod
    async def end_of_user(
        self, user_id: int, *, reason: str, at: datetime, but: int | None = None
    ) -> list[int]:
        """Ends all logins of *user_id*, save *but*, and answers which; every node is told."""
