"""One limit as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

Scope = Literal[
    "ip",  # the caller's address
    "guest",  # the caller's address, while nobody is signed in
    "user",
    "session",
    "account",  # the normalised name, mobile or e-mail somebody tries, known or not
    "recipient",  # who a code goes to
    "client",  # one open socket
    "global",  # all callers together
]
SCOPES = get_args(Scope)
SECONDS = {"S": 1, "M": 60, "H": 3600, "D": 86_400}
WRITTEN = re.compile(r"([0-9]{1,9})-([0-9]{0,4})([SMHD])(?:/([a-z]+))?")


@dataclass(frozen=True, slots=True)
class Limit:
    """*amount* units in *window* seconds, counted for each of *scope*.

    A window begins with the first unit in it and ends *window* seconds later.
    """

    amount: int
    window: int
    scope: Scope = "ip"

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Reads `30-M/ip`: amount, window (S M H D, or several of them, `40-2S`), scope.

        Raises:
            ValueError: it reads otherwise, or allows nothing.
        """
        found = WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"'{text}' is no limit: write 30-M/ip or 40-2S/client")
        amount, count, unit, scope = found.groups(default="")
        scope = scope or "ip"
        if scope not in SCOPES:
            raise ValueError(f"'{scope}' is no scope: {', '.join(SCOPES)}")
        window = int(count or 1) * SECONDS[unit]
        if not int(amount) or not window:
            raise ValueError(f"'{text}' allows nothing")
        return cls(int(amount), window, cast("Scope", scope))

    def __str__(self) -> str:
        unit = next(unit for unit in "DHMS" if self.window % SECONDS[unit] == 0)
        count = self.window // SECONDS[unit]
        return f"{self.amount}-{'' if count == 1 else count}{unit}/{self.scope}"
