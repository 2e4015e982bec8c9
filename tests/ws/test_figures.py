"""What a node tells of its sockets, over HTTP, seen from what clients did."""

from __future__ import annotations

import re

import pytest

from tests.site import Person
from tests.ws.conftest import ONE_NODE, Chat

TOKEN = "metrics-0123456789-0123456789-012345"


@pytest.fixture
def environ() -> dict[str, str]:
    return {"METRICS_TOKEN": TOKEN}


def figures(chat: Chat) -> dict[str, float]:
    """Answers the samples of `/metrics`, the node's own label left out."""
    answer = chat.site.client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = (line for line in answer.text.splitlines() if not line.startswith("#"))
    pairs = (re.sub(r',?node="\w+"', "", line).replace("{}", "").split(" ") for line in lines)
    return {name: float(value) for name, value in pairs}


@ONE_NODE
def test_who_talks_is_counted_from_the_handshake_to_the_end(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, two = chat.join(ann), chat.join(ben)
    one.say("hello")
    one.get("ack")
    two.get("message")
    open_now = figures(chat)
    one.leave()

    gone = figures(chat)

    assert (open_now["parley_hub_sockets"], gone["parley_hub_sockets"]) == (2, 1)
    assert gone["parley_hub_sockets_opened_total"] == 2
    assert gone['parley_hub_sockets_closed_total{code="1000"}'] == 1
    assert open_now["parley_hub_rooms"] == 1
    assert open_now["parley_hub_messages_total"] == 1
    assert open_now["parley_hub_deliveries_total"] == 2
    assert open_now["parley_hub_frames_total"] == 3  # two said hello
    assert open_now["parley_hub_commit_seconds_count"] == 1
    two.leave()
    assert figures(chat)['parley_http_requests_total{method="GET",route="/ws",status="101"}'] == 2


def test_a_frame_that_is_refused_is_counted_by_its_code(chat: Chat, ann: Person) -> None:
    one = chat.join(ann)

    one.send("surprise")
    one.get("error")
    one.say("", "c:999")
    one.get("error")

    found = {
        name: count for name, count in figures(chat).items() if name.startswith("parley_hub_frames")
    }
    assert found['parley_hub_frames_refused_total{code="frame.unknown"}'] == 1
    assert sum(count for name, count in found.items() if "refused" in name) == 2


@pytest.mark.rule(108)
def test_who_has_not_the_token_learns_nothing(chat: Chat, ann: Person) -> None:
    for headers in ({}, ann.bearer):
        answer = chat.site.client.get("/metrics", headers=headers)
        assert answer.status_code == 401
        assert "parley_hub" not in answer.text
