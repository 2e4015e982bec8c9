"""How many nodes a crowd needs, and what that asks of everything beside them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from tests.benchmarks.scale.costs import Costs
from tests.benchmarks.scale.node import MICRO, Load, Node
from tests.benchmarks.scale.workload import Crowd

CPU = 0.6  # of its core a node is planned for: the rest is for peaks, HTTP and reconnects
SOCKETS = 20_000  # HUB_PER_NODE
NODE_MIB = 2048
MOST_NODES = 4096
REDIS_CPU = 0.5  # of its core a shard is planned for
REDIS_MBIT = 1_000  # out of a shard
CHANNELS = 64  # of the bus: more shards than these have nothing to do
POLL_SECONDS, CHUNK = 0.5, 500  # between two looks while the bus is down; of one question


@dataclass(frozen=True, slots=True)
class Plan:
    """What *crowd* needs; rates are for a second and of everything together."""

    crowd: Crowd
    nodes: int
    load: Load  # of one node
    memory_mib: float  # of one node
    commits: float
    envelopes: float
    redis_cpu: float  # cores
    redis_shards: int
    bus_mbit: float  # out of Redis
    look_seconds: float  # that a node needs to compare all its rooms with the log
    questions: float  # to the database for that, while Redis is away
    return_seconds: float  # until the clients of a node that died have shaken hands again


def plan(crowd: Crowd, costs: Costs, *, tick: float = 0.0) -> Plan | None:
    """Answers the least number of nodes that will do; None: no number does."""
    nodes = needed(crowd, costs, tick=tick)
    if nodes is None:
        return None
    load = Node(crowd, nodes, costs, tick=tick).run()
    commits = nodes * load.commits / load.seconds
    envelopes = commits if nodes > 1 else 0.0
    redis = MICRO * envelopes * (costs.redis_publish + nodes * costs.redis_deliver)
    mbit = 8e-6 * crowd.rate * crowd.message_bytes * nodes if nodes > 1 else 0.0
    looks = crowd.rooms_on(nodes) / CHUNK if nodes > 1 else 0.0
    look = looks * costs.look_ms / 1000  # one question after the other
    return Plan(
        crowd=crowd,
        nodes=nodes,
        load=load,
        memory_mib=memory(crowd, nodes, costs),
        commits=commits,
        envelopes=envelopes,
        redis_cpu=redis,
        redis_shards=min(ceil(max(redis / REDIS_CPU, mbit / REDIS_MBIT)), CHANNELS),
        bus_mbit=mbit,
        look_seconds=look,
        questions=nodes * looks / max(look, POLL_SECONDS),
        return_seconds=back(crowd, nodes, costs, load),
    )


def needed(crowd: Crowd, costs: Costs, *, tick: float = 0.0) -> int | None:
    """Answers the least number of nodes on which none is too busy, too full or too heavy."""

    def suffices(nodes: int) -> bool:
        return fits(crowd, nodes, costs) and Node(crowd, nodes, costs, tick=tick).run().cpu <= CPU

    high = 1
    while not suffices(high):
        high *= 2
        if high > MOST_NODES:
            return None
    low = high // 2  # does not suffice, or is none
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def fits(crowd: Crowd, nodes: int, costs: Costs) -> bool:
    return crowd.users / nodes <= SOCKETS and memory(crowd, nodes, costs) <= NODE_MIB


def memory(crowd: Crowd, nodes: int, costs: Costs) -> float:
    """Answers MiB of one node: itself, and its idle connections."""
    return costs.node_mib + crowd.users / nodes * costs.connection_kib / 1024


def back(crowd: Crowd, nodes: int, costs: Costs, load: Load) -> float:
    """Answers how long the clients of one lost node need, with what the others have to spare."""
    others = max(nodes - 1, 1)  # alone, it is the same node that comes back
    spare = others * (1 - load.cpu * nodes / others) if nodes > 1 else 1.0
    return crowd.users / nodes * MICRO * costs.connect / max(spare, 0.01)
