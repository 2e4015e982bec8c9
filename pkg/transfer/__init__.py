from __future__ import annotations

from pkg.transfer.archive import Archive
from pkg.transfer.backup import Backup
from pkg.transfer.contract import Reader, Writer
from pkg.transfer.errors import BadBackup, ChecksumsDiffer, TransferLocked, TransferRefused
from pkg.transfer.ground import applied_in, level, seeded, tables_in, unfinished
from pkg.transfer.line import Sum
from pkg.transfer.manifest import Manifest
from pkg.transfer.opening import tables_of
from pkg.transfer.pages import Watch, sum_of
from pkg.transfer.restore import Restore, Restored
from pkg.transfer.table import Column, Link, Table, joined, ordered
from pkg.transfer.transfer import Moved, Transfer

__all__ = [
    "Archive",
    "Backup",
    "BadBackup",
    "ChecksumsDiffer",
    "Column",
    "Link",
    "Manifest",
    "Moved",
    "Reader",
    "Restore",
    "Restored",
    "Sum",
    "Table",
    "Transfer",
    "TransferLocked",
    "TransferRefused",
    "Watch",
    "Writer",
    "applied_in",
    "joined",
    "level",
    "ordered",
    "seeded",
    "sum_of",
    "tables_in",
    "tables_of",
    "unfinished",
]
