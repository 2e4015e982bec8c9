from __future__ import annotations

from pkg.migrate.dump.contract import Dump
from pkg.migrate.dump.start import NAME, started
from pkg.migrate.dump.writer import dump, path_of

__all__ = ["NAME", "Dump", "dump", "path_of", "started"]
