"""What seeders work with: the part of the services they use."""

from __future__ import annotations

from typing import Protocol

from pkg.database import Database
from pkg.hash import Hasher


class Ground(Protocol):
    """`app.container.Services` is one."""

    @property
    def database(self) -> Database:
        """For transactions, and for tables without a model."""
        ...

    @property
    def hasher(self) -> Hasher:
        """For passwords."""
        ...
