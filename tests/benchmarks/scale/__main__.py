"""Nodes, Redis and database for 10,000, 100,000 and 1,000,000 open connections.

\b
    python -m tests.benchmarks.scale
    python -m tests.benchmarks.scale --users 50000 --tick 20
    python -m tests.benchmarks.scale --write-docs

Simulates one node of each cluster with the costs of `costs.json`; `scale.measure` measures those.
docs/scale.md says what is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import click

from tests.benchmarks import marks
from tests.benchmarks.marks import DOCS
from tests.benchmarks.scale.costs import Costs, load
from tests.benchmarks.scale.node import Node
from tests.benchmarks.scale.plan import Plan, needed, plan
from tests.benchmarks.scale.workload import WORKLOADS, Crowd, Size, zipf

USERS = (10_000, 100_000, 1_000_000)
MEMBERS, RATES, TICKS = 1_000, (10, 50, 200, 1_000), (0, 10, 50)
EXPONENTS, SKEWED = (3.0, 2.5, 2.0, 1.5), 100_000
Column = Callable[[Plan], str]
NODES: Mapping[str, Column] = {
    "messages/s": lambda plan: f"{plan.crowd.rate:,.0f}",
    "deliveries/s": lambda plan: f"{plan.crowd.deliveries:,.0f}",
    "nodes": lambda plan: f"**{plan.nodes:,}**",
    "CPU of one": lambda plan: f"{plan.load.cpu:.0%}",
    "MiB of one": lambda plan: f"{plan.memory_mib:,.0f}",
    "messages a write": lambda plan: f"{plan.load.joined:.1f}",
    "p99 ms": lambda plan: f"{1000 * plan.load.delay():,.0f}",
    "a lost node's clients are back after": lambda plan: f"{plan.return_seconds:,.1f} s",
}
BESIDE: Mapping[str, Column] = {
    "commits/s": lambda plan: f"{plan.commits:,.0f}",
    "messages a commit": lambda plan: f"{plan.load.batch:.1f}",
    "Redis shards": lambda plan: f"**{plan.redis_shards}**",
    "envelopes/s": lambda plan: f"{plan.envelopes:,.0f}",
    "Mbit/s out of Redis": lambda plan: f"{plan.bus_mbit:,.0f}",
    "a look at all rooms": lambda plan: f"{plan.look_seconds:.1f} s",
    "questions/s while Redis is away": lambda plan: f"{plan.questions:,.0f}",
}
Planned = Mapping[tuple[str, int], Plan | None]


def plans(users: Sequence[int], costs: Costs, *, tick: float) -> Planned:
    return {
        (workload.name, count): plan(workload.crowd(count), costs, tick=tick)
        for workload in WORKLOADS
        for count in users
    }


def table(planned: Planned, columns: Mapping[str, Column]) -> Iterator[str]:
    yield f"| Workload | connections | {' | '.join(columns)} |"
    yield "|---|" + "---:|" * (len(columns) + 1)
    for (name, count), found in planned.items():
        cells = [column(found) for column in columns.values()] if found else ["none will do"]
        yield f"| {name} | {count:,} | {' | '.join(cells)} |"


def batching(costs: Costs) -> Iterator[str]:
    """How messages share writes: a room of 1,000 on one node, by its rate and the tick."""
    yield f"| Messages/s in a room of {MEMBERS:,} | {' | '.join(f'tick {ms} ms' for ms in TICKS)} |"
    yield "|---:|" + "---:|" * len(TICKS)
    for rate in RATES:
        crowd = Crowd(MEMBERS, rate, (Size(MEMBERS, 1),), 300)
        runs = [Node(crowd, 1, costs, tick=ms / 1000).run() for ms in TICKS]
        cells = [
            f"{load.joined:.1f}, {load.cpu:.0%} CPU, {1000 * load.delay():.0f} ms" for load in runs
        ]
        yield f"| {rate} | {' | '.join(cells)} |"


def skew(costs: Costs) -> Iterator[str]:
    """What the shape of groups does: the same people and messages, in rooms more or less even."""
    yield "| Exponent of the sizes | members of the room of a message | deliveries/s | nodes |"
    yield "|---:|---:|---:|---:|"
    for exponent in EXPONENTS:
        crowd = replace(WORKLOADS[0], sizes=zipf(3, 5_000, exponent)).crowd(SKEWED)
        nodes = needed(crowd, costs)
        each = crowd.deliveries / crowd.rate
        yield f"| {exponent} | {each:,.0f} | {crowd.deliveries:,.0f} | {nodes or 'none will do'} |"


@click.command(help=__doc__)
@click.option("--users", multiple=True, type=click.IntRange(1), help="Open connections.")
@click.option("--tick", default=0.0, help="HUB_TICK_MS: milliseconds between two flushes.")
@click.option("--write-docs", is_flag=True, help="Puts the tables into docs/scale.md.")
def main(users: tuple[int, ...], tick: float, write_docs: bool) -> None:
    costs = load()
    planned = plans(users or USERS, costs, tick=tick / 1000)
    parts = {
        "nodes": table(planned, NODES),
        "beside": table(planned, BESIDE),
        "batching": batching(costs),
        "skew": skew(costs),
    }
    for name, lines in parts.items():
        text = "\n".join(lines)
        click.echo(text + "\n")
        if write_docs:
            marks.write(DOCS / "scale.md", name, text)


if __name__ == "__main__":
    main()
