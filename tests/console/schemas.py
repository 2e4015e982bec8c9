"""Schemas that a generator may be asked for: fields of every type, at random."""

from __future__ import annotations

from hypothesis import strategies as st

from app.console.make.crud.resource import VERBS
from app.console.make.fields import NEVER_UNIQUE

# Among them what collides with the types of forms, hides in a repr, or is as long as can be.
NAMES = [
    "a", "a_1", "a1", "literal", "text", "sort_key", "is_answer", "moment", "order", "kept",
    "id_no", "new_note", "status", "the_longest_name_that_somebody_gives",
]  # fmt: skip
PLAIN = ["text", "int", "small", "big", "bool", "float", "datetime", "date", "json", "uuid"]
WORDS = st.lists(st.sampled_from(["draft", "live", "x", "on_hold"]), min_size=1, unique=True)
# A number of the whole digits, then of those after the point.
DIGITS = st.tuples(st.integers(0, 14), st.integers(0, 14)).filter(any)
TYPES = st.one_of(
    st.sampled_from([*PLAIN, "string"]),
    st.integers(1, 255).map(lambda size: f"string:{size}"),
    st.integers(256, 4000).map(lambda size: f"string:{size}"),
    WORDS.map(lambda words: f"enum:{','.join(words)}"),
    DIGITS.map(lambda pair: f"decimal:{sum(pair)},{pair[1]}"),
    st.sampled_from(["ref:users", "ref:conversations"]),
)


def field(parts: tuple[str, str, bool, bool], own: str) -> str:
    """Answers a field as it is written; only what may be unique is."""
    name, type, unique, null = parts
    kind, _, size = type.partition(":")
    may = kind not in NEVER_UNIQUE and not (kind == "string" and size.isdigit() and int(size) > 255)
    return f"{name}:{type}{'!' * (unique and may)}{'?' * null}"


def words(noun: str) -> st.SearchStrategy[list[str]]:
    """What follows `make:crud` for a resource called *noun*."""
    one = st.tuples(st.sampled_from(NAMES), TYPES, st.booleans(), st.booleans())
    some = st.lists(one, min_size=1, max_size=7, unique_by=lambda one: one[0])
    fields = some.map(lambda found: [field(one, noun) for one in found])
    itself = st.sampled_from([[], [f"parent:ref:{noun}s?"]])
    owner = st.sampled_from([[], ["--owner"]])
    verbs = st.lists(st.sampled_from(VERBS), min_size=1, unique=True)
    some_verbs = verbs.map(lambda found: ["--only", ",".join(found)])
    only = st.one_of(st.just(list[str]()), some_verbs)
    frames = st.sampled_from([[], ["--frames"]])
    parts = st.tuples(fields, itself, owner, only, frames)
    return parts.map(lambda found: [noun, *(word for part in found for word in part)])
