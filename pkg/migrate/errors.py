"""How a migration may fail."""

from __future__ import annotations

from pkg.errors import Error, Rejected, Unavailable


class MigrationFailed(Error):
    """A statement was refused; the message says which, and what it leaves behind."""

    code = "migrate.failed"


class CannotRebuild(Rejected):
    """A table cannot be changed so without losing something that nobody said should go."""

    code = "migrate.rebuild"


class UnknownMigration(Rejected):
    """No file has that name, or a file that was applied is gone."""

    code = "migrate.unknown"


class CannotDescribe(Rejected):
    """A model asks for something that the builder has no word for."""

    code = "migrate.describe"


class MigrationLocked(Unavailable):
    """Another process migrates this database; the message names it."""

    code = "migrate.locked"
