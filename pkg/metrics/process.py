"""What the process takes from its machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from pkg.metrics.contract import Family, Source

OURS = Path("/proc/self")


class Process(Source):
    """Memory, files and CPU time, under the names that dashboards know.

    *proc* is where Linux tells them; elsewhere CPU time is all there is.
    """

    def __init__(self, proc: Path = OURS) -> None:
        self._proc = proc

    @property
    def resident(self) -> int | None:
        """Bytes in memory; None where they cannot be read."""
        try:
            pages = (self._proc / "statm").read_text(encoding="ascii").split()[1]
        except OSError:
            return None
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    @property
    def files(self) -> int | None:
        """Open files and sockets; None where they cannot be counted."""
        folder = self._proc / "fd"
        try:
            # Linux 6.2 and later say it at once; a listing of 20,000 would hold up the loop.
            return folder.stat().st_size or sum(1 for _ in folder.iterdir())
        except OSError:
            return None

    def families(self) -> Iterator[Family]:
        cpu = time.process_time()
        yield Family.one("process_cpu_seconds", "counter", "CPU time, user and system.", cpu)
        if (resident := self.resident) is not None:
            yield Family.one(
                "process_resident_memory_bytes", "gauge", "Memory that is not swapped.", resident
            )
        if (files := self.files) is not None:
            yield Family.one("process_open_fds", "gauge", "Open files and sockets.", files)
