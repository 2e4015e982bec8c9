from __future__ import annotations

from datetime import timedelta

import pytest

from pkg.auth import AccountClosed, Auth, AuthConfig, Principal, TicketRefused, UserProvider
from pkg.cache.drivers.fake import FakeStore
from pkg.clock import FakeClock
from pkg.jwt import Jwt, Key, KeyRing, TokenExpired, TokenInvalid, TokenRejected
from pkg.session import Device, LiveSessions, Secrets, Sessions, TokenRevoked
from pkg.session.drivers.fake import FakeSessionStore
from pkg.testing import race

HOME = "https://chat.example.com"


class Users(UserProvider):
    """Everybody is welcome but those in ``closed``."""

    def __init__(self) -> None:
        self.closed: set[int] = set()

    async def is_open(self, user_id: int) -> bool:
        return user_id not in self.closed


@pytest.fixture
def users() -> Users:
    return Users()


@pytest.fixture
def auth(clock: FakeClock, users: Users) -> Auth:
    config = AuthConfig()
    return Auth(
        config=config,
        sessions=Sessions(
            FakeSessionStore(),
            Secrets(b"s" * 32),
            clock,
            LiveSessions(clock),
            idle=config.refresh_ttl,
            absolute=config.session_ttl,
        ),
        jwt=Jwt(KeyRing(Key(b"j" * 32)), "parley", clock),
        users=users,
        one_time=FakeStore(clock),
        clock=clock,
    )


async def principal(auth: Auth) -> Principal:
    login = await auth.login(1, scheme="password", device=Device())
    return await auth.by_token(login.access_token)


async def test_a_login_s_token_proves_who_it_is(auth: Auth, clock: FakeClock) -> None:
    login = await auth.login(7, scheme="mobile", device=Device())

    me = await auth.by_token(login.access_token)

    assert (me.user_id, me.session_id, me.kind) == (7, login.session_id, "token")
    assert me.expires_at == clock.now() + timedelta(seconds=900)
    assert me.confirmed_until == clock.now() + timedelta(seconds=900)


async def test_a_cookie_proves_who_it_is_and_brings_no_token(auth: Auth) -> None:
    login = await auth.login(7, scheme="password", device=Device(), kind="cookie")

    me = await auth.by_cookie(login.secret)

    assert (me.user_id, me.kind) == (7, "cookie")
    assert login.access_token == ""
    assert login.csrf_token == auth.csrf_token(login.secret)


@pytest.mark.rule(35)
async def test_an_access_token_lives_a_quarter_of_an_hour(auth: Auth, clock: FakeClock) -> None:
    login = await auth.login(7, scheme="password", device=Device())

    clock.advance(899)
    await auth.by_token(login.access_token)

    clock.advance(1)
    with pytest.raises(TokenExpired):
        await auth.by_token(login.access_token)


@pytest.mark.rule(39)
async def test_inherited_logout_missing(auth: Auth) -> None:
    login = await auth.login(7, scheme="password", device=Device())

    await auth.sessions.end([login.session_id], reason="logout")

    with pytest.raises(TokenRevoked):
        await auth.by_token(login.access_token)
    with pytest.raises(TokenRevoked):
        await auth.refresh(login.secret)


@pytest.mark.rule(34)
async def test_the_kinds_of_tokens_exclude_each_other(auth: Auth) -> None:
    login = await auth.login(7, scheme="password", device=Device())
    cookie = await auth.login(7, scheme="password", device=Device(), kind="cookie")
    me = await auth.by_token(login.access_token)
    ticket = (await auth.issue_ticket(me, HOME)).ticket
    other = auth.jwt.sign("flow", "7", audience="api", ttl=60, sid=login.session_id)

    for shown in (login.secret, cookie.secret, ticket, other):
        with pytest.raises(TokenRejected):
            await auth.by_token(shown)
    for shown in (login.access_token, cookie.secret, ticket):
        with pytest.raises(TokenRejected):
            await auth.refresh(shown)
    for shown in (login.access_token, login.secret, ticket):
        with pytest.raises(TokenRejected):
            await auth.by_cookie(shown)
    for shown in (login.access_token, login.secret, cookie.secret):
        with pytest.raises(TokenRejected):
            await auth.spend_ticket(shown, HOME)


async def test_a_token_that_names_no_session_proves_nothing(auth: Auth) -> None:
    await auth.login(7, scheme="password", device=Device())

    for claims in ({}, {"sid": "1"}):
        token = auth.jwt.sign("access", "7", audience="api", ttl=60, **claims)
        with pytest.raises(TokenInvalid):
            await auth.by_token(token)


async def test_a_token_for_somebody_else_s_session_proves_nothing(auth: Auth) -> None:
    login = await auth.login(7, scheme="password", device=Device())
    token = auth.jwt.sign("access", "8", audience="api", ttl=60, sid=login.session_id)

    with pytest.raises(TokenInvalid):
        await auth.by_token(token)


async def test_a_closed_account_gets_no_session(auth: Auth, users: Users) -> None:
    login = await auth.login(7, scheme="password", device=Device())
    users.closed.add(7)

    with pytest.raises(AccountClosed):
        await auth.login(7, scheme="password", device=Device())
    with pytest.raises(AccountClosed):
        await auth.refresh(login.secret)


async def test_refreshing_a_cookie_leaves_it_as_it_is(auth: Auth) -> None:
    login = await auth.login(7, scheme="password", device=Device(), kind="cookie")

    again = await auth.renew(login.secret)

    assert (again.secret, again.session_id) == (login.secret, login.session_id)


async def test_a_confirmation_counts_until_it_is_over(auth: Auth, clock: FakeClock) -> None:
    me = await principal(auth)
    clock.advance(600)

    until = await auth.confirm(me)

    assert until == clock.now() + timedelta(seconds=900)


@pytest.mark.rule(67)
async def test_a_ticket_opens_one_socket_once(auth: Auth) -> None:
    me = await principal(auth)
    ticket = (await auth.issue_ticket(me, HOME)).ticket

    answers = await race(20, lambda _: auth.spend_ticket(ticket, HOME))

    assert sum(isinstance(answer, Principal) for answer in answers) == 1
    assert sum(isinstance(answer, TicketRefused) for answer in answers) == 19


@pytest.mark.rule(67)
async def test_a_ticket_is_bound_to_the_origin_it_was_given_to(auth: Auth) -> None:
    ticket = (await auth.issue_ticket(await principal(auth), HOME)).ticket

    with pytest.raises(TicketRefused):
        await auth.spend_ticket(ticket, "https://evil.example.com")
    with pytest.raises(TicketRefused):
        await auth.spend_ticket(ticket, HOME)  # trying it spent it


@pytest.mark.rule(67)
async def test_a_ticket_is_gone_after_half_a_minute(auth: Auth, clock: FakeClock) -> None:
    ticket = (await auth.issue_ticket(await principal(auth), HOME)).ticket

    clock.advance(30)

    with pytest.raises(TicketRefused):
        await auth.spend_ticket(ticket, HOME)


@pytest.mark.rule(39)
async def test_a_ticket_of_an_ended_session_opens_nothing(auth: Auth) -> None:
    me = await principal(auth)
    ticket = (await auth.issue_ticket(me, HOME)).ticket
    await auth.sessions.end([me.session_id], reason="logout")

    with pytest.raises(TokenRevoked):
        await auth.spend_ticket(ticket, HOME)


async def test_no_ticket_is_stored_as_it_is_shown(auth: Auth) -> None:
    ticket = (await auth.issue_ticket(await principal(auth), HOME)).ticket
    store = auth.one_time

    assert isinstance(store, FakeStore)
    assert ticket not in str(store.asked)


@pytest.mark.rule(42)
@pytest.mark.parametrize("text", ["", " ", "a", "é" * 40, "\ud800", "a" * 9000, "a.b.c"], ids=ascii)
async def test_no_text_at_all_breaks_any_way_in(auth: Auth, text: str) -> None:
    for way in (auth.by_token, auth.by_cookie, auth.refresh, lambda t: auth.spend_ticket(t, HOME)):
        with pytest.raises(TokenRejected):
            await way(text)


async def test_nothing_secret_is_in_the_repr_of_a_login(auth: Auth) -> None:
    login = await auth.login(7, scheme="password", device=Device())
    ticket = await auth.issue_ticket(await auth.by_token(login.access_token), HOME)

    for secret in (login.secret, login.access_token, ticket.ticket):
        assert secret not in repr((login, ticket))
