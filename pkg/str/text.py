"""Text made short, safe for an address, or unreadable on purpose."""

from __future__ import annotations

import re
import secrets
import string
import unicodedata

NOT_WORD = re.compile(r"[\W_]+")
ALPHABET = string.ascii_letters + string.digits


def slug(text: str) -> str:
    """Answers *text* for an address: lower case, hyphens between words, any script, no accents."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return NOT_WORD.sub("-", unicodedata.normalize("NFC", bare).lower()).strip("-")


def limit(text: str, max: int, *, end: str = "…") -> str:
    """Answers *text* cut to at most *max* characters, *end* included where something was cut."""
    if len(text) <= max:
        return text
    return text[: max - len(end)].rstrip() + end if max > len(end) else text[:max]


def mask_mobile(mobile: str) -> str:
    """Answers ``+86138****8000``: enough to know one's own number by."""
    hidden = min(4, max(0, len(mobile) - 4))
    return f"{mobile[: -4 - hidden]}{'*' * hidden}{mobile[-4:]}" if hidden else "*" * len(mobile)


def mask_email(email: str) -> str:
    """Answers ``l***@example.com``; as many stars whatever the length."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}" if name else "***"


def random(length: int) -> str:
    """Answers *length* letters and digits that nobody can guess: 5.95 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
