"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from app.kernel import Kernel
from pkg.clock import Clock, SystemClock
from pkg.config import ConfigFaults, Fault
from pkg.database import Database

if TYPE_CHECKING:
    from config.settings import Settings


class Level(StrEnum):
    """How bad it is; only what is wrong ends the command with 1."""

    WELL = "well"
    ODD = "odd"
    WRONG = "wrong"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is so, and what mends it: a command, or a setting by its name."""

    level: Level
    says: str
    mend: str = ""


class Patient:
    """The installation that is looked at; its database is open while *database* is there."""

    def __init__(self, kernel: Kernel, clock: Clock | None = None) -> None:
        self.kernel = kernel
        self.clock = clock or SystemClock()
        self.database: Database | None = None

    @cached_property
    def faults(self) -> Sequence[Fault]:
        """Everything that is wrong with the settings."""
        try:
            self.kernel.settings  # noqa: B018  reading it is the check
        except ConfigFaults as exc:
            return exc.faults
        return ()

    def renew(self) -> None:
        """Reads the settings again: something was mended."""
        self.kernel = self.kernel.told(self.kernel.flags)
        self.__dict__.pop("faults", None)

    @property
    def settings(self) -> Settings:
        """The settings, for checks that need them to hold."""
        return self.kernel.settings


Look = Callable[[Patient], Awaitable[Finding]]
Fix = Callable[[Patient], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One look. *needs* are checks that must not be wrong before it makes sense.

    *fix* mends what is wrong and answers what it did, "" for nothing: only what harms nobody may
    stand there.
    """

    name: str
    look: Look
    needs: tuple[str, ...] = ()
    fix: Fix | None = None


def well(says: str) -> Finding:
    return Finding(Level.WELL, says)


def odd(says: str, mend: str) -> Finding:
    return Finding(Level.ODD, says, mend)


def wrong(says: str, mend: str) -> Finding:
    return Finding(Level.WRONG, says, mend)


def skipped(says: str) -> Finding:
    return Finding(Level.SKIPPED, says)
