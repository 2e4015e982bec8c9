from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.clock import FakeClock
from pkg.jwt import Claims, Jwt, Key, KeyRing, TokenExpired, TokenInvalid, TokenRejected, WeakKey

KEY = Key(b"k" * 32)
USES = [("access", "api"), ("refresh", "auth"), ("flow", "auth"), ("reset", "auth"), ("ws", "hub")]


@pytest.fixture
def tokens(clock: FakeClock) -> Jwt:
    return Jwt(KeyRing(KEY), "parley", clock, leeway=30, max_ttl=3600)


@pytest.fixture
def token(tokens: Jwt) -> str:
    return tokens.sign("access", "42", audience="api", ttl=900, sid=7)


def opened(tokens: Jwt, token: str) -> Claims:
    return tokens.verify(token, "access", "api")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forge(
    payload: bytes, *, header: dict[str, Any] | None = None, secret: bytes = b"k" * 32
) -> str:
    """Makes a token by hand, rightly signed unless told otherwise."""
    head = KEY.header if header is None else b64(json.dumps(header).encode())
    body = f"{head}.{b64(payload)}"
    return f"{body}.{b64(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"


def claims(clock: FakeClock, **changes: object) -> dict[str, object]:
    now = int(clock.now().timestamp())
    given: dict[str, object] = {
        "iss": "parley", "sub": "42", "aud": "api", "use": "access", "jti": "1",
        "iat": now, "exp": now + 900,
    }  # fmt: skip
    return given | changes


def test_what_was_signed_comes_back(tokens: Jwt, token: str, clock: FakeClock) -> None:
    found = opened(tokens, token)

    now = int(clock.now().timestamp())
    assert (found.subject, found.use, found.audience) == ("42", "access", "api")
    assert (found.issued_at, found.expires_at) == (now, now + 900)
    assert dict(found.extra) == {"sid": 7}


def test_no_two_tokens_share_an_id(tokens: Jwt) -> None:
    ids = {opened(tokens, tokens.sign("access", "1", audience="api", ttl=9)).id for _ in range(50)}

    assert len(ids) == 50


@pytest.mark.rule(35)
def test_a_token_ends_on_the_second(tokens: Jwt, token: str, clock: FakeClock) -> None:
    clock.advance(899)
    assert opened(tokens, token).subject == "42"

    clock.advance(1)
    with pytest.raises(TokenExpired):
        opened(tokens, token)


def test_what_was_checked_before_is_still_held_to_its_use_and_its_time(
    tokens: Jwt, token: str, clock: FakeClock
) -> None:
    first = opened(tokens, token)

    assert opened(tokens, token) == first
    with pytest.raises(TokenInvalid):
        tokens.verify(token, "refresh", "auth")
    with pytest.raises(TypeError):
        first.extra["sid"] = 8  # type: ignore[index]  # others are handed the same claims
    clock.advance(900)
    with pytest.raises(TokenExpired):
        opened(tokens, token)


@pytest.mark.rule(43)
def test_a_token_from_a_clock_ahead_is_borne_with_up_to_the_leeway(
    tokens: Jwt, clock: FakeClock
) -> None:
    now = int(clock.now().timestamp())

    ahead = forge(json.dumps(claims(clock, iat=now + 30, exp=now + 900)).encode())
    assert opened(tokens, ahead).issued_at == now + 30

    too_far = forge(json.dumps(claims(clock, iat=now + 31, exp=now + 900)).encode())
    with pytest.raises(TokenInvalid):
        opened(tokens, too_far)


@pytest.mark.rule(34)
@pytest.mark.parametrize("signed", USES)
@pytest.mark.parametrize("asked", USES)
def test_kinds_exclude_each_other(
    tokens: Jwt, signed: tuple[str, str], asked: tuple[str, str]
) -> None:
    token = tokens.sign(signed[0], "42", audience=signed[1], ttl=60)

    if signed == asked:
        assert tokens.verify(token, *asked).use == asked[0]
        return
    with pytest.raises(TokenInvalid):
        tokens.verify(token, *asked)


@pytest.mark.rule(33)
@pytest.mark.parametrize("name", ["iss", "sub", "aud", "use", "jti", "iat", "exp"])
def test_each_claim_is_required(tokens: Jwt, clock: FakeClock, name: str) -> None:
    without = claims(clock)
    del without[name]

    with pytest.raises(TokenInvalid):
        opened(tokens, forge(json.dumps(without).encode()))


@pytest.mark.rule(33)
@pytest.mark.parametrize("name", ["iss", "sub", "aud", "use", "jti", "iat", "exp"])
@pytest.mark.parametrize(
    "value",
    [None, "", "x" * 256, True, 1.5, -1, 0, 2**53, 2**70, ["api"], {"a": 1}],
    ids=repr,
)
def test_a_claim_of_a_wrong_type_or_size_is_refused(
    tokens: Jwt, clock: FakeClock, name: str, value: object
) -> None:
    with pytest.raises(TokenInvalid):
        opened(tokens, forge(json.dumps(claims(clock, **{name: value})).encode()))


@pytest.mark.rule(33)
@pytest.mark.parametrize("name", ["iat", "exp"])
def test_a_moment_written_as_text_is_refused(tokens: Jwt, clock: FakeClock, name: str) -> None:
    as_text = {name: str(claims(clock)[name])}

    with pytest.raises(TokenInvalid):
        opened(tokens, forge(json.dumps(claims(clock, **as_text)).encode()))


@pytest.mark.rule(33)
def test_a_life_longer_than_the_configured_or_turned_round_is_refused(
    tokens: Jwt, clock: FakeClock
) -> None:
    now = int(clock.now().timestamp())

    for exp in (now + 3601, now, now - 1):
        with pytest.raises(TokenInvalid):
            opened(tokens, forge(json.dumps(claims(clock, exp=exp)).encode()))


@pytest.mark.rule(33)
@pytest.mark.parametrize(
    "payload",
    [
        b'{"sub":"1","sub":"2"}',
        b'{"exp":NaN}',
        b'{"exp":1e999}',
        b"[]",
        b"42",
        b"",
        b"\xff",
        b"[" * 2000,
        b'{"exp":' + b"9" * 5000 + b"}",
        b'{"sid":1.5}',
    ],
    ids=repr,
)
def test_a_payload_that_is_not_strict_json_is_refused(tokens: Jwt, payload: bytes) -> None:
    with pytest.raises(TokenInvalid):
        opened(tokens, forge(payload))


def test_a_doubled_key_among_right_claims_is_refused(tokens: Jwt, clock: FakeClock) -> None:
    text = json.dumps(claims(clock))

    with pytest.raises(TokenInvalid):
        opened(tokens, forge(f'{text[:-1]}, "sub": "1"}}'.encode()))


def test_a_claim_of_ours_is_text_or_a_whole_number(tokens: Jwt, clock: FakeClock) -> None:
    with pytest.raises(TokenInvalid):
        opened(tokens, forge(json.dumps(claims(clock, admin=[1])).encode()))


@pytest.mark.rule(32)
@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "JWT"},
        {"alg": "none", "typ": "JWT", "kid": KEY.id},
        {"alg": "HS384", "typ": "JWT", "kid": KEY.id},
        {"alg": "RS256", "typ": "JWT", "kid": KEY.id},
        {"alg": "HS256", "typ": "JWT"},
        {"alg": "HS256", "typ": "JWT", "kid": "another"},
        {"alg": "HS256", "typ": "JWT", "kid": "../../etc/passwd"},
        {"alg": "HS256", "typ": "JWT", "kid": KEY.id, "jwk": {"kty": "oct", "k": "AAAA"}},
        {"alg": "HS256", "typ": "JWT", "kid": KEY.id, "jku": "https://example.com/keys"},
        {"alg": "HS256", "typ": "JWT", "kid": KEY.id, "x5u": "https://example.com/x"},
        {"alg": "HS256", "typ": "JWT", "kid": KEY.id, "crit": ["x"], "x": 1},
        {"alg": "HS256", "typ": "JWT", "kid": KEY.id, "b64": False},
        {"alg": "HS256", "typ": "JWT", "kid": ["a"]},
    ],
    ids=str,
)
def test_a_header_that_steers_the_check_gets_nowhere(
    tokens: Jwt, clock: FakeClock, header: dict[str, Any]
) -> None:
    with pytest.raises(TokenInvalid):
        opened(tokens, forge(json.dumps(claims(clock)).encode(), header=header))


@pytest.mark.rule(32)
def test_a_token_signed_by_another_key_or_not_at_all_is_refused(
    tokens: Jwt, token: str, clock: FakeClock
) -> None:
    body = json.dumps(claims(clock)).encode()
    unsigned = pyjwt.encode(claims(clock), "", algorithm="none")

    for bad in (forge(body, secret=b"o" * 32), unsigned, token.rpartition(".")[0] + "."):
        with pytest.raises(TokenInvalid):
            opened(tokens, bad)


@pytest.mark.rule(42)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "\ud800",
        "é.é.é",
        "x" * 9000,
        KEY.header,
        f"{KEY.header}..",
        f"{KEY.header}.e30.",
        f"{KEY.header}.e30.e30.e30",
    ],
    ids=ascii,
)
def test_text_that_is_no_token_is_refused(tokens: Jwt, text: str) -> None:
    with pytest.raises(TokenInvalid):
        opened(tokens, text)


@pytest.mark.rule(42)
def test_a_right_token_of_more_than_four_kilobytes_is_refused(
    tokens: Jwt, clock: FakeClock
) -> None:
    spare = 4096 - len(forge(json.dumps(claims(clock, pad="")).encode()))
    fits = forge(json.dumps(claims(clock, pad="x" * (spare * 3 // 4 - 3))).encode())
    too_long = forge(json.dumps(claims(clock, pad="x" * (spare * 3 // 4 + 4))).encode())

    assert 4088 < len(fits) <= 4096 < len(too_long) < 4108
    assert opened(tokens, fits).subject == "42"
    with pytest.raises(TokenInvalid):
        opened(tokens, too_long)


@given(at=st.integers(min_value=0, max_value=297), to=st.sampled_from("AZaz09-_.="))
def test_no_changed_sign_survives(at: int, to: str) -> None:
    tokens = Jwt(KeyRing(KEY), "parley", FakeClock())
    token = tokens.sign("access", "42", audience="api", ttl=900, sid=7)
    changed = token[:at] + to + token[at + 1 :]

    if _same(token, changed):
        return
    with pytest.raises(TokenRejected):
        opened(tokens, changed)


def _same(token: str, other: str) -> bool:
    """Tells whether two texts decode to the same bytes: base64 leaves bits of its end unused."""
    try:
        return all(
            base64.urlsafe_b64decode(a + "==") == base64.urlsafe_b64decode(b + "==")
            for a, b in zip(token.split("."), other.split("."), strict=True)
        )
    except ValueError:
        return False


def test_another_issuers_token_is_refused(tokens: Jwt, clock: FakeClock) -> None:
    foreign = Jwt(KeyRing(KEY), "elsewhere", clock).sign("access", "42", audience="api", ttl=60)

    with pytest.raises(TokenInvalid):
        opened(tokens, foreign)


def test_sign_refuses_a_life_out_of_bounds_and_a_claim_of_its_own(tokens: Jwt) -> None:
    for ttl in (0, -1, 3601):
        with pytest.raises(ValueError, match="lives"):
            tokens.sign("access", "42", audience="api", ttl=ttl)
    with pytest.raises(ValueError, match="exp"):
        tokens.sign("access", "42", audience="api", ttl=60, exp=1)


@pytest.mark.rule(40)
def test_a_retired_key_verifies_and_the_new_one_signs(clock: FakeClock, token: str) -> None:
    new = Key(b"n" * 32)
    rotated = Jwt(KeyRing(new, [KEY]), "parley", clock)

    assert opened(rotated, token).subject == "42"
    assert rotated.sign("access", "1", audience="api", ttl=60).startswith(new.header)
    with pytest.raises(TokenInvalid):
        opened(Jwt(KeyRing(new), "parley", clock), token)


@pytest.mark.rule(40)
def test_keys_that_are_turned_hold_for_tokens_that_were_checked_before(
    clock: FakeClock, token: str
) -> None:
    new, tokens = Key(b"n" * 32), Jwt(KeyRing(KEY), "parley", clock)
    assert opened(tokens, token).subject == "42"

    tokens.turn(KeyRing(new, [KEY]))
    assert opened(tokens, token).subject == "42"
    tokens.turn(KeyRing(new))

    with pytest.raises(TokenInvalid):
        opened(tokens, token)


@pytest.mark.rule(41)
def test_a_short_key_and_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(WeakKey):
        Key(b"k" * 31)
    with pytest.raises(WeakKey):
        KeyRing(KEY, [KEY])


def test_a_key_does_not_show_its_secret() -> None:
    assert "kkk" not in repr(KEY)


def test_refusals_quote_nothing_of_the_token(tokens: Jwt) -> None:
    with pytest.raises(TokenInvalid) as refused:
        opened(tokens, forge(b'{"sub":"canary-7f3a"}'))

    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
