"""The judge must see each broken promise, or its silence proves nothing."""

from __future__ import annotations

from typing import Any

from pkg.hub.checker import (
    History,
    Reread,
    Sitting,
    behind,
    overstayed,
    violations,
    whispered,
)


def message(seq: int, id: str = "", **fields: object) -> dict[str, Any]:
    return {"type": "message", "sender": "u:1", "seq": seq, "id": id or f"m{seq}", **fields}


LOG = [message(seq) for seq in range(1, 5)]
SENT = [f"m{seq}" for seq in range(1, 5)]


def history(**changes: Any) -> History:
    acked = {f"m{seq}": seq for seq in range(1, 4)}  # the fourth ack was lost
    views = {"whole": (0, LOG), "late": (2, LOG[2:]), "early": (0, LOG[:2])}
    return History(**{"sent": SENT, "acked": acked, "log": LOG, "views": views, **changes})


def test_a_history_as_it_should_be_has_none() -> None:
    assert violations(history()) == []


def test_a_gap_excuses_a_jump_and_other_frames_do_not_count() -> None:
    gap = {"type": "gap", "have": 1, "first": 3, "top": 4}
    view = [LOG[0], {"type": "pong"}, gap, LOG[2], LOG[3]]

    assert violations(history(views={"a": (0, view)})) == []


def test_a_hole_in_the_log_is_seen() -> None:
    assert violations(history(log=[*LOG[:3], message(5, "m4")], views={})) == [
        "G2: the log is not 1..n: [1, 2, 3, 5]"
    ]


def test_a_message_stored_twice_is_seen() -> None:
    assert violations(history(log=[*LOG, message(5, "m4")], views={})) == [
        "G4: m4 is stored 2 times"
    ]


def test_a_message_from_nowhere_is_seen() -> None:
    assert violations(history(log=[*LOG, message(5)], views={})) == [
        "m5 was stored, and nobody sent it"
    ]


def test_an_ack_for_nothing_or_for_another_place_is_seen() -> None:
    acked = {"m1": 1, "m2": 3, "m9": 9}

    assert violations(history(acked=acked)) == [
        "G1: m2 was acked as 3 and is stored as 2",
        "G1: m9 was acked as 9 and is stored as None",
    ]


def test_a_silent_hole_a_repetition_and_a_swap_are_seen() -> None:
    views = {
        "hole": (0, [LOG[0], LOG[2]]),
        "twice": (0, [LOG[0], LOG[0]]),
        "swap": (0, [LOG[1], LOG[0]]),
    }

    assert violations(history(views=views)) == [
        "hole: G3: 3 came after 1",
        "twice: G3: 1 came after 1",
        "swap: G3: 2 came after 0",
        "swap: G3: 1 came after 2",
    ]


def test_a_view_that_disagrees_with_the_log_is_seen() -> None:
    views = {"a": (0, [message(1, content="altered")])}

    assert violations(history(views=views)) == ["a: G2: 1 is not what the log holds"]


def test_another_text_than_was_sent_is_seen() -> None:
    log = [message(1, content="altered")]
    said = {"m1": {"sender": "u:1", "content": "as sent"}}

    assert violations(history(log=log, acked={}, views={}, said=said)) == [
        "G1: m1 is stored as another message than was sent"
    ]


def test_a_later_ack_that_says_something_else_is_seen() -> None:
    assert violations(history(again=[("m1", 1), ("m2", 4)])) == [
        "G1: m2 was acked as 4 and is stored as 2"
    ]


def test_what_a_sync_brings_is_judged_too() -> None:
    rereads = [
        Reread("whole", 1, LOG[1:3], 3),
        Reread("cut off", 1, LOG[1:2]),  # the socket went: no promise was made yet
        Reread("hole", 0, [LOG[0], LOG[2]], 3),
        Reread("short", 0, LOG[:2], 3),
    ]

    assert violations(history(rereads=rereads)) == [
        "hole: again: G3: 3 came after 1",
        "short: again: G3: synced up to 3, and got up to 2",
    ]


def test_who_is_not_level_at_the_end_is_seen() -> None:
    gap = {"type": "gap", "have": 0, "first": 5, "top": 4}
    views = {"whole": (0, LOG), "late": (2, LOG[2:]), "gap": (0, [gap]), "early": (0, LOG[:2])}

    assert behind(history(views=views)) == ["G3: early stays at 2 of 4"]


def test_a_whisper_heard_more_often_than_it_was_said_is_seen() -> None:
    heard = {("a", "u:1"): 2, ("b", "u:1"): 3, ("a", "u:2"): 1}

    assert whispered({"u:1": 2}, heard) == [
        "G5: b heard u:1 3 times, who whispered 2 times",
        "G5: a heard u:2 1 times, who whispered 0 times",
    ]


def test_a_socket_that_outlives_its_session_is_seen() -> None:
    sittings = [
        Sitting("closed in time", "1", opened_at=0, heard_at=10.9, closed_at=11),
        Sitting("of another", "2", opened_at=0, heard_at=99),
        Sitting("late", "1", opened_at=0, heard_at=9, closed_at=11.5),
        Sitting("told", "1", opened_at=0, heard_at=11.25, closed_at=11.25),
        Sitting("let in", "1", opened_at=12, heard_at=11, closed_at=12),
        Sitting("open", "1", opened_at=0, heard_at=9),
    ]

    assert overstayed(sittings, {"1": 10.0}, within=1.0) == [
        "G7: late was closed 0.50 s too late",
        "G7: told was closed 0.25 s too late",
        "G7: told got something 0.25 s too late",
        "G7: let in was let in 1.00 s too late for its session",
        "G7: open was never closed, and its session is over",
    ]
