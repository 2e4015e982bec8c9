"""One and many, in English: what a table and a model are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import inflection

# What inflection gets wrong: "leafs", "kine", "cooky", "ga".
IRREGULAR = {
    "axis": "axes",
    "base": "bases",
    "cache": "caches",
    "cookie": "cookies",
    "cow": "cows",
    "criterion": "criteria",
    "foot": "feet",
    "goose": "geese",
    "hero": "heroes",
    "leaf": "leaves",
    "loaf": "loaves",
    "oasis": "oases",
    "octopus": "octopuses",
    "thief": "thieves",
    "tooth": "teeth",
    "virus": "viruses",
    "yes": "yeses",
} | {noun: f"{noun}es" for noun in ("atlas", "bonus", "campus", "canvas", "gas", "lens")}
UNCHANGED = {"feedback", "metadata", "police", "software", "staff"}
SINGULAR = {many: one for one, many in IRREGULAR.items()}
LAST_WORD = re.compile(r"(?:[A-Za-z][a-z0-9]*|[A-Z0-9]+)$")


def plural(text: str) -> str:
    """Answers many of *text*; of several words, joined in any way, the last one changes."""
    return _last(text, IRREGULAR, SINGULAR, inflection.pluralize)


def singular(text: str) -> str:
    """Answers one of *text*."""
    return _last(text, SINGULAR, IRREGULAR, inflection.singularize)


def _last(
    text: str, wanted: Mapping[str, str], done: Mapping[str, str], rule: Callable[[str], str]
) -> str:
    found = LAST_WORD.search(text)
    if found is None:
        return text
    word, key = found[0], found[0].lower()
    if key in UNCHANGED or key in done:
        return text
    changed = wanted.get(key) or rule(key)
    return text[: found.start()] + (changed.capitalize() if word[0].isupper() else changed)
