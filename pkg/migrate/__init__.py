from __future__ import annotations

from pkg.migrate import change, table
from pkg.migrate.config import MigrateConfig
from pkg.migrate.contract import Target
from pkg.migrate.errors import CannotRebuild, MigrationFailed, MigrationLocked, UnknownMigration
from pkg.migrate.migrator import Migrator, Ran, Standing
from pkg.migrate.offline import Offline
from pkg.migrate.schema import Schema

__all__ = [
    "CannotRebuild",
    "MigrateConfig",
    "MigrationFailed",
    "MigrationLocked",
    "Migrator",
    "Offline",
    "Ran",
    "Schema",
    "Standing",
    "Target",
    "UnknownMigration",
    "change",
    "table",
]
