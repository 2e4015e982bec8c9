"""Passwords that others try first."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pkg.validation.errors import Invalid

LIST = Path(__file__).with_name("common_passwords.txt.gz")
LEAST_HINT = 3  # of two letters half of all sentences are made
LEAST_OWN = 4  # letters and digits that must be left when the hints are taken out
NOT_WORD = re.compile(r"[\W_]+")


@cache
def common() -> frozenset[str]:
    """Answers the offline list, in lower case; read once, 3 ms and half a megabyte."""
    lines = gzip.decompress(LIST.read_bytes()).decode().splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_common(password: str) -> bool:
    """Tells whether *password* is on the list in any case, or repeats one or two signs."""
    return password.casefold() in common() or len(set(password)) < 3


def is_hinted(password: str, about: Iterable[str]) -> bool:
    """Tells whether *password* is little more than something known of its owner.

    *about*: name, e-mail, mobile, the name of the site. Of an e-mail the part before the ``@``
    counts too, of a mobile its last digits.
    """
    typed = left = password.casefold()
    hints = {hint for text in about for hint in _hints(text.casefold())}
    for hint in sorted(hints, key=len, reverse=True):
        if len(hint) >= LEAST_HINT:
            left = left.replace(hint, " ")
    return left != typed and len(NOT_WORD.sub("", left)) < LEAST_OWN


def refuse_hinted(password: str, about: Iterable[str | None], *, field: str = "password") -> None:
    """Goes on only with a password that is not about its owner.

    Raises:
        Invalid: with the fault "common" at *field*.
    """
    if is_hinted(password, filter(None, about)):
        raise Invalid.of(field, "common")


def _hints(text: str) -> Iterable[str]:
    yield text
    yield text.partition("@")[0]
    yield NOT_WORD.sub("", text)
    if text.startswith("+"):
        yield text[1:]
        yield text[-11:]  # as it is dialled at home, in China at least
        yield text[-8:]
