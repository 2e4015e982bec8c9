"""How a migration may fail."""

from __future__ import annotations

from pkg.errors import Error, Rejected, Unavailable


class MigrationFailed(Error):
    """A statement was refused; the message says which, and what it leaves behind."""

    code = "migrate.failed"


class CannotRebuild(Rejected):
    """SQLite's table cannot be made anew without losing something it says."""

    code = "migrate.rebuild"


class UnknownMigration(Rejected):
    """No file has that name, or a file that was applied is gone."""

    code = "migrate.unknown"


class MigrationLocked(Unavailable):
    """Another process migrates this database; the message names it."""

    code = "migrate.locked"
