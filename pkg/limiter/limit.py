"""One limit as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass

SECONDS = {"S": 1, "M": 60, "H": 3600, "D": 86_400}
WRITTEN = re.compile(r"([0-9]{1,9})-([0-9]{0,4})([SMHD])(?:/([a-z]+))?")


@dataclass(frozen=True, slots=True)
class Limit:
    """*amount* units in *window* seconds, counted for each of *scope*.

    A window begins with the first unit in it and ends *window* seconds later.
    """

    amount: int
    window: int
    scope: str = ""  # what the key of the counter is: ip, user, account; for people to read

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Reads `30-M/ip`: amount, window (S M H D, or several of them, `40-2S`), scope.

        Raises:
            ValueError: it reads otherwise, or allows nothing.
        """
        found = WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"'{text}' is no limit: write 30-M or 40-2S")
        amount, count, unit, scope = found.groups(default="")
        window = int(count or 1) * SECONDS[unit]
        if not int(amount) or not window:
            raise ValueError(f"'{text}' allows nothing")
        return cls(int(amount), window, scope)

    def __str__(self) -> str:
        unit = next(unit for unit in "DHMS" if self.window % SECONDS[unit] == 0)
        count = self.window // SECONDS[unit]
        scope = f"/{self.scope}" if self.scope else ""
        return f"{self.amount}-{'' if count == 1 else count}{unit}{scope}"
