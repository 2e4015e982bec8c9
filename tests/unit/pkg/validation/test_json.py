from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.validation import NotJson, strict

WHOLE = st.integers(-(2**63), 2**64 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = st.none() | st.booleans() | WHOLE | TEXT | st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=30
)


@pytest.mark.rule(95)
@given(DOCUMENTS)
def test_every_document_comes_back_as_it_was(document: Any) -> None:
    for ascii_only in (True, False):
        raw = json.dumps(document, ensure_ascii=ascii_only).encode()

        assert strict(raw) == document


@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_document_or_in_not_json(raw: bytes) -> None:
    with suppress(NotJson):
        strict(raw)


@pytest.mark.rule(95)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{}{}",
        b"{'a':1}",
        b'{"a":1,}',
        b"NaN",
        b"Infinity",
        b'{"a":-Infinity}',
        b"1e999",
        b"01",
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\\ud800"',
        '"\ud800"'.encode("utf-8", "surrogatepass"),
        '{"a":1}'.encode("utf-16"),
        b'"\n"',
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(NotJson):
        strict(raw)


@pytest.mark.rule(95)
@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":1}',
        b'[{"x":{"b":1,"c":2,"b":3}}]',
        b'{"a:b":1,"c":"d:e","a:b":2}',
        b'{"":1,"":1}',
    ],
)
def test_a_doubled_key_is_refused_in_whatever_spelling(raw: bytes) -> None:
    with pytest.raises(NotJson):
        strict(raw)


@given(st.dictionaries(TEXT, LEAVES, min_size=1), st.data())
def test_no_doubled_key_hides_among_colons(document: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(document)))
    body = json.dumps(document)[:-1] + f", {json.dumps(key)}: null}}"

    with pytest.raises(NotJson):
        strict(body.encode())


def test_equal_keys_of_two_objects_are_no_double() -> None:
    assert strict(b'[{"a":":"},{"a":{"a":1}}]') == [{"a": ":"}, {"a": {"a": 1}}]


@pytest.mark.rule(95)
def test_32_levels_pass_and_33_do_not() -> None:
    for opening, leaf, closing in ((b"[", b"", b"]"), (b'{"a":', b"1", b"}")):
        assert strict(opening * 32 + leaf + closing * 32)
        for levels in (33, 1_000, 100_000):
            with pytest.raises(NotJson):
                strict(opening * levels + leaf + closing * levels)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert strict(b"[" + b",".join([b"{}"] * 1_000) + b"]") == [{}] * 1_000
    assert strict(b'"' + b"[" * 1_000 + b'"') == "[" * 1_000


@pytest.mark.rule(95)
def test_a_number_of_thousands_of_digits_does_no_harm() -> None:
    with pytest.raises(NotJson):
        strict(b'{"a":":","b":' + b"9" * 6_000 + b"}")
    assert isinstance(strict(b'{"a":":","b":' + b"9" * 30 + b"}")["b"], float)  # type: ignore[index]
