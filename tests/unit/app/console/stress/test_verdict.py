"""The judge of a run: what it sees, and what it excuses because something else was to blame."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.console.stress.notes import BETWEEN, Ack, Delay, Frame, Notes, Said, Trouble, View
from app.console.stress.plan import drawn
from app.console.stress.verdict import Stored, broken, p99, revoked_within
from pkg.hub.checker import Sitting

PLAN = drawn(1, nodes=1, seconds=5, faults=())
MEMBERS = {"c:2": frozenset({"u:1", "u:2"})}


def message(seq: int, *, place: str = "c:1", sender: str = "u:1") -> Frame:
    id = f"{place}-{seq}"
    return {
        "type": "message",
        "sender": sender,
        "conversation": place,
        "seq": seq,
        "id": id,
        "content": id,
    }


class World:
    """Two users with a device each, who kept to everything."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.logs = {"c:1": [message(1), message(2)], "c:2": [message(1, place="c:2")]}
        self.tops = {"c:1": 2, "c:2": 1}
        for user in ("u:1", "u:2"):
            view = View(f"{user}/0", user, starts={"c:1": 0, "c:2": 0})
            view.frames.update({place: list(log) for place, log in self.logs.items()})
            self.notes.views[view.name] = view
        for number, frame in enumerate(frame for log in self.logs.values() for frame in log):
            self.notes.said[frame["id"]] = Said(
                "u:1/0", "u:1", frame["content"], frame["conversation"], None, at=float(number)
            )
            self.notes.acks.append(
                Ack(frame["id"], frame["conversation"], frame["seq"], at=1.0, dup=False)
            )

    def judged(self) -> list[str]:
        return broken(PLAN, self.notes, Stored(self.logs, self.tops, MEMBERS))


@pytest.fixture
def world() -> World:
    return World()


def test_a_world_in_which_all_was_kept_is_not_blamed(world: World) -> None:
    assert world.judged() == []


def test_each_conversation_is_judged_by_its_own_log(world: World) -> None:
    world.notes.views["u:2/0"].frames["c:2"] = []
    del world.logs["c:1"][1]

    assert world.judged() == [
        "c:1: G1: c:1-2 was acked as 2 and is stored as None",
        "c:1: u:1/0: G2: 2 is not what the log holds",
        "c:1: u:2/0: G2: 2 is not what the log holds",
        "c:1: G3: u:1/0 stays at 2 of 1",
        "c:1: G3: u:2/0 stays at 2 of 1",
        "c:1: G2: the counter says 2 of 1 messages",
        "c:2: G3: u:2/0 stays at 0 of 1",
    ]


def test_a_talk_that_its_member_never_heard_of_is_seen(world: World) -> None:
    view = world.notes.views["u:2/0"]
    del view.starts["c:2"], view.frames["c:2"]

    assert world.judged() == ["c:2: G3: u:2/0 stays at 0 of 1"]


def test_two_acks_of_one_message_have_to_agree(world: World) -> None:
    world.notes.acks.append(Ack("c:1-1", "c:1", 2, at=2.0, dup=True))

    assert world.judged() == ["c:1: G1: c:1-1 was acked as 2 and is stored as 1"]


def test_what_is_for_one_user_lands_between_the_two(world: World) -> None:
    said = world.notes.said
    said["c:2-1"] = Said("u:1/0", "u:1", "c:2-1", None, "u:2", at=0.0)
    assert world.judged() == []

    said["c:2-1"] = Said("u:1/0", "u:1", "c:2-1", None, "u:3", at=0.0)
    assert world.judged() == ["c:2: G2: c:2-1 was for u:3, and is not stored between the two"]


def test_a_gap_in_a_log_that_is_whole_is_seen(world: World) -> None:
    gap = {"type": "gap", "conversation": "c:1", "have": 1, "first": 2, "top": 2}
    world.notes.views["u:2/0"].frames["c:1"].insert(1, gap)

    assert world.judged() == ["c:1: u:2/0 got a gap after 1, and the log is whole"]


def test_what_was_seen_on_the_way_is_told_once(world: World) -> None:
    world.notes.wrong += ["node 0: SIGTERM ended it with 1"] * 2

    assert world.judged() == ["node 0: SIGTERM ended it with 1"]


def sat(closed_at: float, *, node: int = 0) -> Sitting:
    return Sitting("u:1/0", "11", opened_at=0, heard_at=0, closed_at=closed_at, node=node)


def late(world: World, sitting: Sitting, troubles: Sequence[Trouble] = ()) -> list[str]:
    world.notes.ended["11"] = 10.0
    world.notes.sittings = [sitting]
    world.notes.troubles = list(troubles)
    return world.judged()


def test_a_socket_has_a_second_after_its_sessions_end(world: World) -> None:
    assert late(world, sat(10.9)) == []
    assert revoked_within(world.notes) == pytest.approx(0.9)
    assert late(world, sat(11.5)) == ["G7: u:1/0 was closed 0.50 s too late"]


def test_a_node_that_stood_still_is_excused_until_it_goes_on_and_no_longer(world: World) -> None:
    stop = [Trouble("stop", 0, 9.0, 14.0)]

    assert late(world, sat(14.9), stop) == []
    assert revoked_within(world.notes) == 0.0  # nothing that could be judged
    assert late(world, sat(15.5), stop) == ["G7: u:1/0 was closed 0.50 s too late"]


@pytest.mark.parametrize(
    "elsewhere", [Trouble("stop", 1, 9, 14), Trouble("cut", -1, 9, 14), Trouble("kill", 0, 0, 9)]
)
def test_trouble_of_another_node_of_redis_or_before_excuses_nothing(
    world: World, elsewhere: Trouble
) -> None:
    assert late(world, sat(12), [elsewhere]) == ["G7: u:1/0 was closed 1.00 s too late"]


def test_troubles_that_follow_each_other_are_one(world: World) -> None:
    chain = [Trouble("half-open", 0, 12.5, 16.0), Trouble("stop", 0, 9.0, 12.0)]

    assert late(world, sat(16.5), chain) == []


def test_a_device_that_did_not_read_could_not_see_the_end(world: World) -> None:
    world.notes.slow = [("u:1/0", 9.0, 13.0)]
    assert late(world, sat(13.5)) == []

    world.notes.slow = [("u:2/0", 9.0, 13.0)]
    assert late(world, sat(13.5)) == ["G7: u:1/0 was closed 2.50 s too late"]


def delay(
    at: float,
    seconds: float,
    *,
    view: str = "u:2/0",
    sender: str = "",
    nodes: tuple[int, ...] = (0,),
) -> Delay:
    return Delay(view, sender, at - seconds, at, frozenset(nodes))


def test_delays_count_where_nothing_is_wrong_on_the_way(world: World) -> None:
    notes = world.notes
    notes.troubles = [Trouble("stop", 0, 20.0, 25.0), Trouble("cut", BETWEEN, 50.0, 55.0)]
    notes.delays = [
        delay(5.0, 0.01),
        delay(22.0, 0.5),  # its node stood still
        delay(29.0, 8.0),  # and did so while it was on its way
        delay(24.0, 0.02, nodes=(1,)),
        delay(51.0, 0.03),
        delay(51.0, 0.9, nodes=(0, 1)),  # the nodes could not talk to each other
    ]

    assert p99(notes, slow=False) == pytest.approx(0.03)
    assert world.judged() == []


def test_beside_a_slow_reader_the_others_count_and_not_it(world: World) -> None:
    notes = world.notes
    notes.slow = [("u:1/0", 30.0, 40.0)]
    notes.delays = [
        delay(5.0, 0.01),
        delay(35.0, 0.02),
        delay(35.0, 3.0, view="u:1/0"),
        delay(36.0, 5.0, sender="u:1/0"),
        delay(42.0, 9.0, view="u:1/0"),  # it catches up
    ]

    assert p99(notes, slow=False) == pytest.approx(0.01)
    assert p99(notes, slow=True) == pytest.approx(0.02)
    assert world.judged() == []


def test_others_who_wait_for_a_slow_reader_are_seen(world: World) -> None:
    world.notes.slow = [("u:1/0", 30.0, 40.0)]
    world.notes.delays = [delay(5.0, 0.01), delay(35.0, 2.5)]

    assert world.judged() == ["G6: beside a slow reader p99 is 2.50 s, and 0.01 s without"]


def test_a_node_that_is_deaf_while_nothing_is_wrong_is_seen(world: World) -> None:
    world.notes.delays = [delay(50.0, 20.0)]

    assert world.judged() == ["p99 is 20.00 s, and nothing is wrong"]
