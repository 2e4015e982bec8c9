"""What can be wrong with the settings."""

from __future__ import annotations

from dataclasses import dataclass

from pkg.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing the operator has to change: never holds the value, which may be a secret."""

    variable: str
    problem: str
    source: str = ""  # the layer that set it; empty where nothing did

    def __str__(self) -> str:
        where = f" (from {self.source})" if self.source else ""
        return f"{self.variable}{where}: {self.problem}"


class ConfigFaults(Misconfigured):
    """The settings do not hold; ``faults`` is every reason, not only the first."""

    code = "config.faults"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults
