"""One key in, one key a purpose out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from pkg.app.config import AppConfig
from pkg.errors import Misconfigured

KEY_BYTES = 32
# Chance gives 64 hex digits fewer than 12 different ones twice in 10^7, 32 bytes never.
MIN_DISTINCT = 12
SALT = b"parley/v1"
EXAMPLES = re.compile(rb"change.?me|secret|example|password|your.?key|some.?random", re.IGNORECASE)


class KeyUnfit(Misconfigured):
    """APP_KEY is absent, short, or one that others know."""

    code = "app.key_unfit"


def derive(app_key: bytes, purpose: str) -> bytes:
    """Answers the 32-byte key for *purpose*, by HKDF-SHA256.

    Equal inputs give equal keys; two purposes give keys that tell nothing of each other.

    Source: RFC 5869, one block of output.
    """
    pseudorandom = hmac.digest(SALT, app_key, hashlib.sha256)
    return hmac.digest(pseudorandom, purpose.encode() + b"\x01", hashlib.sha256)


def generate() -> str:
    """Answers a fresh APP_KEY as it is written in ``.env``."""
    return "base64:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def app_key(config: AppConfig) -> bytes:
    """Answers the bytes of APP_KEY.

    Raises:
        KeyUnfit: it is absent, under 32 bytes, no base64, or a known example.
    """
    problem = fault(config.key.get_secret_value())
    if problem:
        raise KeyUnfit(f"APP_KEY {problem}: run `python main.py key:generate`")
    return _bytes(config.key.get_secret_value())


def fault(text: str) -> str:
    """Answers what is wrong with *text* as an APP_KEY; an empty text: nothing is."""
    if not text:
        return "is not set"
    try:
        raw = _bytes(text)
    except binascii.Error:
        return "is not base64 after `base64:`"
    if len(raw) < KEY_BYTES:
        return f"is shorter than {KEY_BYTES} bytes"
    if len(set(raw)) < MIN_DISTINCT or EXAMPLES.search(raw):
        return "looks like an example, not like chance"
    return ""


def _bytes(text: str) -> bytes:
    if text.startswith("base64:"):
        return base64.b64decode(text.removeprefix("base64:"), validate=True)
    return text.encode()
