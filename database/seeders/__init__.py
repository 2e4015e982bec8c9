from __future__ import annotations

from database.seeders.order import ORDER

__all__ = ["ORDER"]
