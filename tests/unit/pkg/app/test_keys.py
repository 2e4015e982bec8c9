"""One key in, one key a purpose out; bad keys are found."""

from __future__ import annotations

import base64

import pytest
from pydantic import SecretStr

from pkg.app import AppConfig, KeyUnfit, app_key, derive, keys

KEY = bytes(range(32))


def config(text: str) -> AppConfig:
    return AppConfig(key=SecretStr(text))


def test_the_same_key_and_purpose_give_the_same_bytes() -> None:
    assert derive(KEY, "csrf") == derive(KEY, "csrf")
    assert len(derive(KEY, "csrf")) == 32


@pytest.mark.rule(34)
def test_purposes_have_keys_of_their_own() -> None:
    purposes = ["jwt.access", "refresh", "csrf", "codes", "captcha", "cookie"]

    assert len({derive(KEY, purpose) for purpose in purposes} | {KEY}) == len(purposes) + 1


def test_inherited_one_key_for_all() -> None:
    other = bytes(reversed(KEY))

    assert derive(KEY, "csrf") != derive(other, "csrf")
    assert AppConfig().key.get_secret_value() == "", "no default key stands in the source"


def test_derivation_is_hkdf_sha256() -> None:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    theirs = HKDF(SHA256(), 32, keys.SALT, b"codes").derive(KEY)

    assert derive(KEY, "codes") == theirs


def test_a_made_key_is_fit_and_never_made_twice() -> None:
    made = {keys.generate() for _ in range(200)}

    assert len(made) == 200
    assert not any(keys.fault(text) for text in made)
    assert len(app_key(config(made.pop()))) == 32


def test_a_key_may_be_plain_text_of_32_bytes() -> None:
    text = "b7Qx0LkP2mZr9TgYw4HvNc6JsDf8Ea1U"

    assert app_key(config(text)) == text.encode()


@pytest.mark.rule(41)
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not set"),
        ("base64:???", "is not base64"),
        ("tiny", "shorter than 32"),
        ("base64:" + base64.b64encode(bytes(range(16))).decode(), "shorter than 32"),
        ("base64:" + base64.b64encode(bytes(32)).decode(), "looks like an example"),
        ("a" * 64, "looks like an example"),
        ("change-me-change-me-0123456789-abcdefghijk", "looks like an example"),
        ("YourSuperSecretApplicationKey-0123456789", "looks like an example"),
    ],
)
def test_an_unfit_key_says_why_and_what_to_do(text: str, problem: str) -> None:
    with pytest.raises(KeyUnfit, match=problem) as caught:
        app_key(config(text))

    assert "key:generate" in str(caught.value)
    assert not text or text not in str(caught.value)
