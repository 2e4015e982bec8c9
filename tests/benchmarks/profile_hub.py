"""Where the hub's time goes: samples of `serve` under load, by part.

    python -m tests.benchmarks.profile_hub [sat1000] [--seconds 5] [--install]

It needs gcc for what loads the server, and py-spy: on the path, or fetched by --install. Samples
are of the thread that has the interpreter (the GIL), which is what bounds a process; each counts
for the innermost function that belongs to a part, and what C does (the system call of a write, a
decoder) for the function that called it. The loop over a room's members calls the socket itself,
and counts as writing. What runs without the interpreter, SQLite and its fsync above all, shows in
the shares of CPU below the table.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from tests.benchmarks import marks
from tests.benchmarks.hub import build
from tests.benchmarks.hub.proc import cpu, kernel, main_thread, on_core, raise_file_limit
from tests.benchmarks.hub.scenarios import BY_NAME
from tests.benchmarks.hub.servers import ours
from tests.benchmarks.venvs import cache, made, venv

RATE = 250  # samples a second
CONNECT_SECONDS = 3  # that is before the first sample
WRITES = r"(write|queue|flush|_write|_send|serve)"
SOCKET = rf"socket/(protocol|transport)\.py:(\w+\.)?{WRITES}"
PARTS: Final = {  # the first whose pattern fits "file:function" has the frame
    "write: blobs to sockets": rf"pkg/hub/(room\.py:_push|{SOCKET})$",
    "fan-out: rooms, members, cursors": r"pkg/hub/(room|client|hub|seating)\.py:",
    "encode: frames out": r"pkg/hub/message\.py:",
    "receive: bytes to messages": r"pkg/hub/socket/(protocol|transport|wire|deflate|upgrade)\.py:",
    "decode: frames, forms, who may speak": r"(app/(ws|requests|actions|policies|providers/members)"
    r"|pkg/(validation|limiter))",
    "commit: queue, SQL, acks": r"(pkg/hub/(commit|breaker|store)\.py|pkg/database/|sqlite|tortoise"
    r"|app/providers/(messages|log))",
    "bus": r"pkg/hub/(nodes|bus)/",
    "presence, figures and the rest of the hub": r"pkg/(hub|metrics)/",
}
REST = "loop: the event loop, what it reads and waits for"
FRAME = re.compile(r"(?P<function>\S+) \((?P<file>[^:)]+)")
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of CPU; after `since`, the kernel's and other threads' are shares of them."""

    all: float
    kernel: float
    others: float

    @classmethod
    def by(cls, pid: int) -> Used:
        used = cpu(pid)
        return cls(used, kernel(pid), used - main_thread(pid))

    def since(self, before: Used) -> Used:
        used = max(self.all - before.all, 0.01)
        return Used(
            used, (self.kernel - before.kernel) / used, (self.others - before.others) / used
        )


def part_of(stack: str) -> tuple[str, str]:
    """Answers the part of a sample, outermost frame first, and the function it counts for."""
    for frame in reversed(stack.split(";")):
        found = FRAME.match(frame)
        where = f"{found['file']}:{found['function']}" if found else frame
        for part, pattern in PARTS.items():
            if re.search(pattern, where):
                return part, where.rpartition("/")[2]
    return REST, stack.rpartition(";")[2].partition(" ")[0] or "nothing of Python"


def table(samples: Sequence[str]) -> Iterator[str]:
    """Answers Markdown for lines of "outer;inner count"."""
    parts: Counter[str] = Counter()
    functions: dict[str, Counter[str]] = {}
    for line in samples:
        stack, _, number = line.rpartition(" ")
        part, function = part_of(stack)
        parts[part] += int(number)
        functions.setdefault(part, Counter())[function] += int(number)
    total = parts.total()
    yield "| Part | % of samples | most of it |"
    yield "|---|---:|---|"
    for part, count in parts.most_common():
        most = (
            f"`{name}` {100 * of_it / total:.0f}"
            for name, of_it in functions[part].most_common(SHOWN)
        )
        yield f"| {part} | {100 * count / total:.0f} | {', '.join(most)} |"


def profile(spy: str, scenario: str, seconds: float) -> tuple[list[str], Used]:
    """Answers samples of a server under *scenario*, and the CPU it used meanwhile."""
    wsload = build.compiled(build.HERE / "wsload.c")
    asked = BY_NAME[scenario]
    with tempfile.TemporaryDirectory() as folder, ours()(asked) as running:
        words = [str(wsload), *asked.words(CONNECT_SECONDS + seconds), *running.arguments]
        with on_core(1):
            load = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        out = Path(folder) / "samples"
        try:
            record = [spy, "record", "--pid", str(running.pid), "--format", "raw"]
            record += ["--full-filenames", "--gil", "--rate", str(RATE)]
            time.sleep(CONNECT_SECONDS)
            before = Used.by(running.pid)
            subprocess.run(
                [*record, "--duration", str(max(1, round(seconds))), "--output", str(out)],
                capture_output=True,
                check=True,
            )
            used = Used.by(running.pid).since(before)
        finally:
            load.kill()
            load.wait()
        return out.read_text(encoding="utf-8").splitlines(), used


def py_spy(*, may_install: bool) -> str:
    """Answers the program.

    Raises:
        Absent: it is not here, and may not be fetched.
    """
    if found := shutil.which("py-spy"):
        return found
    if not may_install and not made("py-spy"):
        raise build.Absent("no py-spy here; --install fetches it")
    venv("py-spy", ["py-spy"])
    return str(cache() / "py-spy" / "bin" / "py-spy")


@click.command()
@click.argument("scenario", default="sat1000", type=click.Choice(list(BY_NAME)))
@click.option("--seconds", default=5.0, show_default=True)
@click.option("--install", is_flag=True, help="Fetches py-spy into the cache folder.")
@click.option("--write-docs", is_flag=True, help="Puts the table into docs/performance.md.")
def main(*, scenario: str, seconds: float, install: bool, write_docs: bool) -> None:
    raise_file_limit()
    try:
        samples, used = profile(py_spy(may_install=install), scenario, seconds)
    except build.Absent as exc:
        raise click.ClickException(str(exc)) from exc
    said = "\n".join(table(samples))
    said += f"\n\n`{scenario}`: of {used.all:.1f} s of CPU the kernel has {used.kernel:.0%}, "
    said += f"other threads than the loop's {used.others:.0%}."
    click.echo(said)
    if write_docs:
        marks.write(marks.DOCS / "performance.md", f"profile {scenario}", said)


if __name__ == "__main__":
    main()
