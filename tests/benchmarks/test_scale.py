"""The laws of the simulator: it is no better than they are."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.benchmarks.scale.costs import Costs, load
from tests.benchmarks.scale.line import FEW, MANY, Line
from tests.benchmarks.scale.node import Load, Node
from tests.benchmarks.scale.plan import CPU, SOCKETS, fits, needed, plan
from tests.benchmarks.scale.workload import WORKLOADS, Crowd, Size, Workload, zipf

COSTS = Costs(
    send=5.0,
    send_kib=0.05,
    receive=20.0,
    frame=1.0,
    commit=200.0,
    commit_row=5.0,
    commit_ms=2.0,
    commit_row_ms=0.05,
    publish=3.0,
    hear=1.0,
    hear_row=0.2,
    ping=12.0,
    connect=200.0,
    connection_kib=10.0,
    node_mib=50.0,
    look_ms=1.0,
    redis_publish=2.0,
    redis_deliver=1.0,
)
USERS = (1_000, 10_000, 60_000, 300_000)
EACH = pytest.mark.parametrize("workload", WORKLOADS, ids=lambda each: each.name)


def room(members: int, rate: float) -> Crowd:
    return Crowd(members, rate, (Size(members, 1),), 128)


def run(crowd: Crowd, nodes: int = 1, costs: Costs = COSTS, tick: float = 0.0) -> Load:
    return Node(crowd, nodes, costs, tick=tick).run()


@EACH
def test_more_users_never_need_fewer_nodes(workload: Workload) -> None:
    found = [needed(workload.crowd(users), COSTS) for users in USERS]

    assert None not in found
    assert found == sorted(found, key=lambda nodes: nodes or 0)


@EACH
def test_one_node_less_would_not_do(workload: Workload) -> None:
    crowd = workload.crowd(100_000)
    nodes = needed(crowd, COSTS)

    assert nodes is not None
    assert nodes > 1
    assert run(crowd, nodes).cpu <= CPU
    assert not fits(crowd, nodes - 1, COSTS) or run(crowd, nodes - 1).cpu > CPU


@EACH
def test_dearer_sends_never_need_fewer_nodes(workload: Workload) -> None:
    crowd = workload.crowd(100_000)
    cheap, dear = needed(crowd, COSTS), needed(crowd, replace(COSTS, send=3 * COSTS.send))

    assert cheap is not None
    assert dear is not None
    assert dear >= cheap


def test_a_crowd_that_only_listens_is_bounded_by_sockets() -> None:
    crowd = replace(room(100_000, 0.001), sizes=(Size(2, 50_000),))

    assert needed(crowd, COSTS) == 100_000 / SOCKETS


def test_where_every_message_is_too_much_for_any_node_no_number_will_do() -> None:
    """Each node hears of every message: that much is the same however many they are."""
    crowd = replace(room(1_000, 50_000), sizes=(Size(2, 500),))

    assert plan(crowd, replace(COSTS, hear_row=20.0)) is None


def test_one_quiet_node_spends_what_its_parts_cost() -> None:
    load = run(room(1_000, 5))

    each = COSTS.receive + COSTS.commit + COSTS.commit_row + COSTS.frame
    each += 1_000 * (COSTS.send + COSTS.send_kib / 8)
    expected = 5e-6 * each + 1e-6 * 1_000 / 25 * COSTS.ping
    assert load.cpu == pytest.approx(expected, rel=0.2)
    assert load.joined == pytest.approx(1, abs=0.1)
    assert load.delivered == load.rows * 1_000


def test_messages_share_writes_and_commits_the_more_the_busier_the_node_is() -> None:
    quiet, busy, full = (run(room(1_000, rate)) for rate in (10, 150, 1_500))

    assert quiet.joined < busy.joined < full.joined
    assert quiet.batch <= busy.batch < full.batch
    assert full.cpu < 1.1  # joined, a rate that single writes would need 7 cores for


def test_a_tick_joins_more_and_delays_by_no_more_than_itself() -> None:
    without, ticking = run(room(200, 200)), run(room(200, 200), tick=0.05)

    assert ticking.joined > 2 * without.joined
    assert ticking.cpu < without.cpu
    assert ticking.delay() < without.delay() + 0.06


def test_a_room_over_two_nodes_costs_each_about_half_of_its_writes() -> None:
    one, two = run(room(10_000, 2)), run(room(10_000, 2), 2)

    assert two.cpu == pytest.approx(one.cpu / 2, rel=0.15)


def test_every_member_of_a_small_group_is_on_some_node() -> None:
    crowd = Crowd(2_000, 100, (Size(20, 100),), 128)
    alone, shared = run(crowd), run(crowd, 4)

    assert alone.delivered / alone.rows == 20
    share = shared.delivered / shared.seconds / (alone.delivered / alone.seconds)
    assert share == pytest.approx(1 / 4, rel=0.1)


def test_the_same_seed_gives_the_same_run() -> None:
    crowd = WORKLOADS[0].crowd(10_000)

    assert Node(crowd, 3, COSTS, seed=7).run() == Node(crowd, 3, COSTS, seed=7).run()


def test_a_message_goes_to_large_rooms_by_their_members() -> None:
    crowd = Crowd(1_000, 1, (Size(10, 50), Size(500, 1)), 128)
    chance = random.Random(1)

    found = [crowd.room(chance)[0] for _ in range(4_000)]

    assert found.count(500) / len(found) == pytest.approx(0.5, abs=0.05)
    assert crowd.deliveries == pytest.approx(255)


def test_zipf_has_many_small_rooms_and_few_large_ones() -> None:
    sizes = zipf(3, 500, 2.0)

    assert sizes[0][0] == 3
    assert sizes[-1][0] <= 500
    assert sizes[0][1] > 100 * sizes[-1][1]
    assert sum(weight for _, weight in sizes) == pytest.approx(
        sum(each**-2 for each in range(3, 600)), rel=0.01
    )


def test_every_user_is_in_as_many_rooms_as_the_workload_says() -> None:
    for workload in WORKLOADS:
        crowd = workload.crowd(10_000)
        seats = sum(size.members * size.count for size in crowd.sizes)

        assert seats == pytest.approx(10_000 * workload.rooms_each)


def test_a_line_goes_through_both_its_points() -> None:
    line = Line.through(10.0, 10.0 + 63 * 2)

    assert line.fixed + FEW * line.each == pytest.approx(10)
    assert line.fixed + MANY * line.each == pytest.approx(136)


def test_the_measured_costs_are_all_there_and_none_is_free() -> None:
    costs = load()

    assert min(costs.send, costs.receive, costs.commit, costs.hear, costs.redis_deliver) > 0
    assert costs.connection_kib > 1


def test_one_node_agrees_with_the_benchmark_that_its_costs_are_from() -> None:
    """`one1000`: a room of 1,000 with one message under way at a time, as fast as it goes."""
    costs = load()
    crowd = room(1_000, 20)
    load_ = run(crowd, costs=replace(costs, ping=0.0))

    simulated = load_.busy / load_.delivered
    assert simulated == pytest.approx(1e-6 * costs.send, rel=0.3)
