from __future__ import annotations

from pkg.database.address import Address, Dialect, locate
from pkg.database.config import DatabaseConfig
from pkg.database.database import Database
from pkg.database.errors import BadDatabaseUrl, ConstraintBroken, DatabaseUnavailable, Duplicate
from pkg.database.settled import settled
from pkg.database.sql import placed, statements, utc
from pkg.database.steps import Ask, Each, Row, Steps

__all__ = [
    "Address",
    "Ask",
    "BadDatabaseUrl",
    "ConstraintBroken",
    "Database",
    "DatabaseConfig",
    "DatabaseUnavailable",
    "Dialect",
    "Duplicate",
    "Each",
    "Row",
    "Steps",
    "locate",
    "placed",
    "settled",
    "statements",
    "utc",
]
