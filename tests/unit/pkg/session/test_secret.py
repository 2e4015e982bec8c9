from __future__ import annotations

import pytest

from pkg.session import Secrets
from pkg.session.secret import SHAPE, digest

SECRETS = Secrets(b"k" * 32)


def test_a_token_reads_back_as_what_it_was_made_of() -> None:
    secret = SECRETS.fresh()

    shown = SECRETS.read(SECRETS.compose(42, secret))

    assert shown is not None
    assert (shown.session_id, shown.secret, shown.digest) == (42, secret, digest(secret))


def test_a_token_of_another_key_is_none_of_ours() -> None:
    token = Secrets(b"o" * 32).compose(42, SECRETS.fresh())

    assert SHAPE.fullmatch(token)
    assert SECRETS.read(token) is None


def test_a_token_with_another_session_is_none_of_ours() -> None:
    token = SECRETS.compose(42, SECRETS.fresh())

    assert SECRETS.read(token.replace("42.", "43.", 1)) is None


@pytest.mark.rule(42)
@pytest.mark.rule(48)
@pytest.mark.parametrize(
    "token",
    ["", " ", ".", "1", "1.2.3", "0.a.b", "-1.a.b", "é", "1." + "a" * 43, "\ud800", "9" * 4000],
    ids=ascii,
)
def test_no_text_at_all_breaks_the_reader(token: str) -> None:
    assert SECRETS.read(token) is None


def test_a_session_number_beyond_64_bits_is_refused() -> None:
    assert SECRETS.read(SECRETS.compose(2**63, SECRETS.fresh())) is None


@pytest.mark.rule(37)
def test_the_successor_is_the_same_for_all_who_ask_and_no_other_token_s() -> None:
    one = SECRETS.read(SECRETS.compose(1, SECRETS.fresh()))
    two = SECRETS.read(SECRETS.compose(1, SECRETS.fresh()))

    assert one is not None
    assert two is not None
    assert SECRETS.successor(one) == SECRETS.successor(one)
    assert SECRETS.successor(one) not in {one.secret, SECRETS.successor(two)}


def test_secrets_are_of_256_bits_and_never_twice() -> None:
    made = {SECRETS.fresh() for _ in range(1000)}

    assert len(made) == 1000
    assert {len(secret) for secret in made} == {43}


@pytest.mark.rule(46)
def test_the_csrf_token_follows_the_cookie_and_does_not_show_it() -> None:
    token = SECRETS.compose(1, SECRETS.fresh())
    other = SECRETS.compose(1, SECRETS.fresh())

    assert SECRETS.csrf(token) == SECRETS.csrf(token)
    assert SECRETS.csrf(token) != SECRETS.csrf(other)
    assert SECRETS.csrf(token) not in token


def test_a_secret_is_in_no_repr() -> None:
    shown = SECRETS.read(SECRETS.compose(1, SECRETS.fresh()))

    assert shown is not None
    assert shown.secret not in repr(shown)
