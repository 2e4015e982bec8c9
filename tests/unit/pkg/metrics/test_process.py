from __future__ import annotations

import os
import resource
from pathlib import Path

from pkg.metrics import Process

BASE = {"process_cpu_seconds"}
LINUX = {*BASE, "process_resident_memory_bytes", "process_open_fds"}


def test_it_tells_what_the_kernel_tells() -> None:
    process = Process()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    assert {family.name for family in process.families()} == LINUX
    assert peak / 10 < (process.resident or 0) <= peak * 1.1


def test_a_file_more_is_one_more() -> None:
    process = Process()
    before = process.files
    assert before is not None

    opened = os.open("/dev/null", os.O_RDONLY)
    during = process.files
    os.close(opened)

    assert (during, process.files) == (before + 1, before)


def test_where_the_kernel_tells_nothing_it_says_nothing(tmp_path: Path) -> None:
    process = Process(tmp_path / "nowhere")

    assert {family.name for family in process.families()} == BASE
