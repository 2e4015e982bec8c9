"""Where the project keeps its things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one project root."""

    root: Path

    @property
    def env(self) -> Path:
        return self.root / ".env"

    @property
    def storage(self) -> Path:
        return self.root / "storage"

    @property
    def logs(self) -> Path:
        return self.storage / "logs"

    @property
    def resources(self) -> Path:
        return self.root / "resources"
