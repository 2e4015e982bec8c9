"""How long until something answers, and what it weighs: `--help`, and `serve` on a ready database.

    .venv/bin/python -m tests.benchmarks.bench_start [--rounds 10]

Prints medians: of starting a process that says its help, of `serve` until it listens, and of the
memory it then holds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.server import ROOT, Server


def say_help() -> float:
    """Answers the seconds that `main.py --help` takes, the interpreter's own start included."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "main.py", "--help"], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - began


def listen(folder: Path) -> tuple[float, float]:
    """Answers the seconds until the server says where it is, and its MiB by then."""
    began = time.perf_counter()
    with Server(folder, LOG_LEVEL="ERROR") as server:
        took = time.perf_counter() - began
        return took, resident(server.pid)


def resident(pid: int) -> float:
    """Answers the MiB that the process holds in memory (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@click.command()
@click.option("--rounds", default=10, show_default=True, help="Starts of each.")
def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listen(folder)  # makes the database
        helped = [say_help() for _ in range(rounds)]
        listened = [listen(folder) for _ in range(rounds)]
    seconds, mebibytes = zip(*listened, strict=True)
    click.echo(f"--help    {1000 * statistics.median(helped):.0f} ms (aim: 100)")
    click.echo(f"serve     {1000 * statistics.median(seconds):.0f} ms until it listens (aim: 1000)")
    click.echo(f"memory    {statistics.median(mebibytes):.0f} MiB at rest (aim: 60)")


if __name__ == "__main__":
    main()
