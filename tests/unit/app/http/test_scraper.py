from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.metrics import MetricsConfig
from routes.root import ROOT
from tests.unit.app.http.worlds import World, make_world

TOKEN = "metrics-0123456789-0123456789-012345"


def world(clock: FakeClock, token: str, *, peer: str = "203.0.113.9", env: str = "local") -> World:
    made = make_world(*ROOT, clock=clock, env=env, url="https://testserver")
    made.services.settings.metrics = MetricsConfig.model_validate({"token": token})
    made.ask.peer = peer
    return made


@pytest.mark.rule(108)
@pytest.mark.parametrize("env", ["local", "testing", "staging", "production"])
async def test_the_token_opens_from_anywhere_and_nothing_else_does(
    clock: FakeClock, env: str
) -> None:
    made = world(clock, TOKEN, env=env, peer="127.0.0.1")
    wrong = (TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "right", "", f"{TOKEN}, {TOKEN}")

    for shown in wrong:
        answer = await made.ask("GET", "/metrics", headers={"authorization": f"Bearer {shown}"})
        assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")
    for target in ("/metrics", f"/metrics?token={TOKEN}"):
        assert (await made.ask("GET", target)).status == 401

    made.ask.peer = "203.0.113.9"
    right = {"authorization": f"Bearer {TOKEN}"}
    assert (await made.ask("GET", "/metrics", headers=right)).status == 200
    assert made.auth.asked == []  # nobody takes it for a session


@pytest.mark.rule(108)
@pytest.mark.parametrize("env", ["staging", "production"])
async def test_where_people_are_served_there_are_no_figures_without_a_token(
    clock: FakeClock, env: str
) -> None:
    made = world(clock, "", env=env, peer="127.0.0.1")

    for headers in ({}, {"authorization": "Bearer "}, {"authorization": "Bearer right"}):
        assert (await made.ask("GET", "/metrics", headers=headers)).status == 404


@pytest.mark.rule(79)
@pytest.mark.parametrize(
    ("peer", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("10.0.0.1", 404), ("203.0.113.9", 404), ("", 404)],
)
async def test_a_developer_reads_them_on_their_own_machine_only(
    clock: FakeClock, peer: str, status: int
) -> None:
    made = world(clock, "", peer=peer)
    forged = {"x-forwarded-for": "127.0.0.1"}

    assert (await made.ask("GET", "/metrics", headers=forged)).status == status


async def test_the_answer_is_text_that_is_asked_for_each_time(clock: FakeClock) -> None:
    made = world(clock, TOKEN)

    answer = await made.ask("GET", "/metrics", headers={"authorization": f"Bearer {TOKEN}"})

    assert answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.header("cache-control") == "no-cache"


def test_the_document_says_which_token_opens_them(clock: FakeClock) -> None:
    documents = world(clock, TOKEN).ask.state["documents"]
    tree = documents.tree  # type: ignore[attr-defined]

    operation = tree["paths"]["/metrics"]["get"]

    assert operation["security"] == [{"metrics": []}, {}]  # or none, on its own machine
    assert tree["components"]["securitySchemes"]["metrics"]["scheme"] == "bearer"
    assert {"200", "401", "404"} <= operation["responses"].keys()
