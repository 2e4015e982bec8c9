from __future__ import annotations

from pkg.migrate import change, table
from pkg.migrate.config import MigrateConfig
from pkg.migrate.contract import Target
from pkg.migrate.errors import CannotRebuild, MigrationFailed, MigrationLocked, UnknownMigration
from pkg.migrate.migrator import Migrator, Standing
from pkg.migrate.offline import Offline
from pkg.migrate.progress import Began, Event, Progress, Ran, Running, Waiting
from pkg.migrate.schema import Schema

__all__ = [
    "Began",
    "CannotRebuild",
    "Event",
    "MigrateConfig",
    "MigrationFailed",
    "MigrationLocked",
    "Migrator",
    "Offline",
    "Progress",
    "Ran",
    "Running",
    "Schema",
    "Standing",
    "Target",
    "UnknownMigration",
    "Waiting",
    "change",
    "table",
]
