"""Keys of access tokens, turned while everybody is at work."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.actions.admin.rotate_keys import Keys, RotatedJustNow, retire_key, rotate_key
from app.errors import NotFound
from app.models import AuditEvent
from pkg.jwt import KeyRing
from tests.site import Person, Site

pytestmark = pytest.mark.rule(40)

UNLIMITED = {"LIMITER_ENABLED": "false"}  # six callers ask as fast as they can
SOON = 1.0  # seconds in which every node has heard
CALLERS = 6


@pytest.fixture
def environ() -> dict[str, str]:
    return UNLIMITED


def rotate(site: Site) -> Keys:
    keys: Keys = site.run(rotate_key, site.services)
    return keys


def retire(site: Site, id: str) -> Keys:
    keys: Keys = site.run(retire_key, site.services, id=id)
    return keys


def kid(site: Site) -> str:
    return site.services.auth.jwt.keys.current.id


def status(site: Site, person: Person) -> int:
    found: int = site.ask("GET", "/users/me", by=person).status_code
    return found


def refreshed(site: Site, person: Person) -> Person:
    shown = {"refresh_token": person.tokens["refresh_token"]}
    tokens = site.ask("POST", "/auth/refresh", json=shown).json()["data"]
    return Person(person.id, person.mobile, person.name, tokens)


def until_both_sign_with(nodes: tuple[Site, Site], id: str) -> float:
    began = time.monotonic()
    while {kid(site) for site in nodes} != {id}:
        assert time.monotonic() - began < 5, "a node never heard of it"
        nodes[0].client.get("/health/live")
    return time.monotonic() - began


def test_under_load_nobody_notices_that_the_keys_turn(nodes: tuple[Site, Site]) -> None:
    people = [nodes[0].sign_up() for _ in range(CALLERS)]
    begun, over = threading.Barrier(CALLERS + 1, timeout=60), threading.Event()

    def at_work(number: int) -> set[int]:
        person, seen, asked = people[number], {status(nodes[0], people[number])}, 0
        begun.wait()
        while not over.is_set():
            seen.add(status(nodes[asked % 2], person))
            if asked % 5 == number % 5:
                person = refreshed(nodes[(asked + 1) % 2], person)
            asked += 1
        for site in nodes:
            seen |= {status(site, person), status(site, refreshed(site, person))}
        return seen

    with ThreadPoolExecutor(CALLERS) as threads:
        working = [threads.submit(at_work, number) for number in range(CALLERS)]
        begun.wait()
        try:
            took = until_both_sign_with(nodes, rotate(nodes[0]).current)
        finally:
            over.set()
        seen = set[int]().union(*(each.result() for each in working))

    assert seen == {200}
    assert took < SOON


def test_a_node_that_has_not_heard_yet_takes_the_new_tokens(site: Site) -> None:
    ann, jwt = site.sign_up(), site.services.auth.jwt
    before = jwt.keys
    rotate(site)
    site.run(site.services.signals.look)
    ann = refreshed(site, ann)

    site.run(turn_back, site, before)

    assert status(site, ann) == 200


async def turn_back(site: Site, keys: KeyRing) -> None:
    site.services.auth.jwt.turn(keys)


def test_what_a_retired_key_signed_ends_on_both_nodes_and_a_refresh_goes_on(
    nodes: tuple[Site, Site],
) -> None:
    one, other = nodes
    ann = one.sign_up()
    old = kid(one)
    until_both_sign_with(nodes, rotate(one).current)
    assert [status(site, ann) for site in nodes] == [200, 200]

    keys = retire(other, old)

    assert old not in (keys.current, *keys.verifying)
    began = time.monotonic()
    while [status(site, ann) for site in nodes] != [401, 401]:
        assert time.monotonic() - began < SOON, "it still holds"
    assert status(one, refreshed(other, ann)) == 200


def test_to_retire_the_key_that_signs_makes_a_new_one_sign(site: Site) -> None:
    ann, old = site.sign_up(), kid(site)

    keys = retire(site, old)
    site.run(site.services.signals.look)

    assert keys.current != old
    assert keys.verifying == ()
    assert status(site, ann) == 401
    assert status(site, refreshed(site, ann)) == 200
    with pytest.raises(NotFound):
        retire(site, old)


def test_two_turns_at_once_would_leave_nodes_behind_and_are_refused(site: Site) -> None:
    rotate(site)
    with pytest.raises(RotatedJustNow):
        rotate(site)
    site.clock.advance(10)

    assert len(rotate(site).verifying) == 2


def test_a_key_that_can_have_no_living_token_verifies_nothing(site: Site) -> None:
    first = rotate(site)
    site.clock.advance(site.services.settings.jwt.max_ttl + 60)

    second = rotate(site)

    assert second.verifying == (first.current,)


def test_each_turn_is_in_the_audit_stream(site: Site) -> None:
    keys = rotate(site)
    retire(site, keys.verifying[0])

    assert site.run(told) == ["keys.rotated", "key.retired"]


async def told() -> list[str]:
    return [event.kind for event in await AuditEvent.filter(kind__startswith="key").order_by("id")]
