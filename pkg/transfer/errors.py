"""How moving tables may fail."""

from __future__ import annotations

from pkg.errors import Error, Rejected, Unavailable


class TransferRefused(Rejected):
    """It will not be done as things stand; the message says what to change. Nothing was."""

    code = "transfer.refused"


class TransferLocked(Unavailable):
    """Another process has the database open, or moves tables of it."""

    code = "transfer.locked"


class ChecksumsDiffer(Error):
    """What was read back is not what was written; the message names the tables."""

    code = "transfer.checksums"


class BadBackup(Rejected):
    """The file is no backup, or not a whole one."""

    code = "transfer.backup"
