"""What /proc tells of a process and all it has started (Linux)."""

from __future__ import annotations

import os
import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PSS = re.compile(r"^Pss:\s+(\d+)", re.MULTILINE)
FILES = 65_536  # open files that 10,000 sockets at either end need, with room
STILL_SECONDS = 0.25


def tree(pid: int) -> list[int]:
    """Answers *pid* and every process below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(folder.name)):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [pid]
    for each in found:  # grows as it goes
        found += children.get(each, [])
    return found


def cpu(pid: int) -> float:
    """Answers the seconds of CPU that *pid* and what it has started have used, kernel included."""
    every = map(_stat, tree(pid))
    return sum(int(fields[11]) + int(fields[12]) for fields in every if fields) / TICK


def kernel(pid: int) -> float:
    """Answers the seconds of CPU that the kernel has used for them."""
    return sum(int(fields[12]) for fields in map(_stat, tree(pid)) if fields) / TICK


def main_thread(pid: int) -> float:
    """Answers the seconds of CPU that the first thread of *pid* has used: its event loop."""
    fields = _fields(Path(f"/proc/{pid}/task/{pid}/stat"))
    return (int(fields[11]) + int(fields[12])) / TICK if fields else 0.0


def memory(pid: int) -> float:
    """Answers the KiB that *pid* and what it has started take, shared pages by their share."""
    total = 0
    for each in tree(pid):
        try:
            found = PSS.search(Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii"))
        except OSError:  # it has ended meanwhile
            continue
        total += int(found[1]) if found else 0
    return total


def rest(pid: int, *, seconds: float = 10) -> None:
    """Waits until *pid* uses no CPU, or as long as that."""
    until, last = time.monotonic() + seconds, cpu(pid)
    while time.monotonic() < until:
        time.sleep(STILL_SECONDS)
        now = cpu(pid)
        if now - last <= TICK**-1 * 2:
            return
        last = now


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """What is started within stays on that core; where there is one only, on any."""
    before = os.sched_getaffinity(0)
    if len(before) > 1:
        os.sched_setaffinity(0, {sorted(before)[number]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def raise_file_limit() -> None:
    """Lets this process, and what it starts, open as many files as the machine allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    want = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))


def _stat(pid: int) -> list[str]:
    return _fields(Path(f"/proc/{pid}/stat"))


def _fields(file: Path) -> list[str]:
    """Answers the fields of a stat from the state on; nothing where its process has ended."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
