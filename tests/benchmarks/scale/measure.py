"""Measures the costs and writes them into `costs.json`, each with where it comes from.

\b
    python -m tests.benchmarks.hub --rounds 3 --only parley --scenarios one1000,echo,connect,idle
    python -m tests.benchmarks.scale.measure

What a send, a message and a connection cost is taken from that run of the hub's benchmark; commits
are measured on the database of the tests, envelopes on a Redis of its own.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
import uvloop

from pkg.testing import SERVICES, reachable
from tests.benchmarks.hub.__main__ import load
from tests.benchmarks.hub.report import Results, values
from tests.benchmarks.hub.servers import OURS
from tests.benchmarks.scale.commits import Commits, commits
from tests.benchmarks.scale.costs import FILE
from tests.benchmarks.scale.envelopes import Envelopes, envelopes
from tests.databases import ready

PING_SECONDS = 25.0
SEND_KIB = 0.06
SEND_KIB_FROM = "tests.benchmarks.tries writes: 16 KiB against 128 bytes"
Known = Mapping[str, tuple[float, str]]  # the value, and where it is from


def of_hub(results: Results, commit: Commits) -> Known:
    """Answers what the hub's own benchmark tells.

    Raises:
        ClickException: it has not been run.
    """
    rates = {name: values(results, OURS, name) for name in ("one1000", "echo", "connect")}
    kib = values(results, OURS, "idle", "kib")
    if not all(rates.values()) or not kib:
        raise click.ClickException("run one1000, echo, connect and idle of tests.benchmarks.hub")
    costs = {name: 1e6 / statistics.median(found) for name, found in rates.items()}
    send = costs["one1000"]
    # Two writes, the sender's copy and the recipient's, and a row of a commit that many share.
    receive = max(costs["echo"] - 2 * send - commit.cpu_us.each, 1.0)
    idle = statistics.median(values(results, OURS, "idle", "idle_srv_cpu"))
    before = statistics.median(values(results, OURS, "idle", "before_kib"))
    return {
        "send": (send, "one1000: a delivery, its share of the message included"),
        "receive": (receive, "echo, without two sends and a row"),
        "connect": (costs["connect"], "connect: handshake and close"),
        "ping": (1e6 * idle * PING_SECONDS / 10_000, "idle: CPU of 10,000 connections"),
        "connection_kib": (statistics.median(kib), "idle"),
        "node_mib": (before / 1024, "idle, before anybody came"),
    }


def of_services(commit: Commits, envelope: Envelopes, database: str) -> Known:
    """Answers what was measured on database and Redis."""
    told = f"DatabaseMessages.append on {database}, 1 and 64 messages"
    bus = "RedisBus, envelopes of 1 and 64 messages"
    return {
        "commit": (commit.cpu_us.fixed, told),
        "commit_row": (commit.cpu_us.each, told),
        "commit_ms": (commit.wall_ms.fixed, told),
        "commit_row_ms": (commit.wall_ms.each, told),
        "look_ms": (commit.look_ms, f"DatabaseMessages.tops of 500 on {database}"),
        "publish": (envelope.publish, bus),
        "hear": (envelope.hear.fixed, bus),
        "hear_row": (envelope.hear.each, bus),
        "redis_publish": (envelope.redis_publish, bus),
        "redis_deliver": (envelope.redis_deliver, bus),
    }


@click.command(help=__doc__)
@click.option("--database", type=click.Choice(["postgres", "mysql", "sqlite"]), default="postgres")
def main(database: str) -> None:
    if database in SERVICES and not reachable(SERVICES[database]):
        raise click.ClickException(f"{database} does not answer")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = ready(database, folder)
        try:
            commit = uvloop.run(commits(made.fresh(folder)))
        finally:
            made.close()
        envelope = uvloop.run(envelopes(folder))
    known = {
        "send_kib": (SEND_KIB, SEND_KIB_FROM),
        "frame": (1.0, "tests.benchmarks.profile_hub many1000: encode and publish"),
        **of_hub(load(), commit),
        **of_services(commit, envelope, database),
    }
    rows = {name: {"value": round(each, 3), "source": said} for name, (each, said) in known.items()}
    FILE.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    for name, (each, said) in known.items():
        click.echo(f"{name:15} {each:9.3f}  {said}")


if __name__ == "__main__":
    main()
