"""What goes over the bus, as bytes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.hub.nodes.envelope import MAX_BYTES, Entry, mark, pack, parted, seal, unpack, unseal

ENTRIES = st.lists(
    st.builds(
        Entry,
        st.integers(1, 2**63 - 1),
        st.integers(1, 2**53),
        st.lists(st.binary(), max_size=4).map(tuple),
    ),
    max_size=4,
)


@given(st.text(max_size=16), st.text(max_size=40), ENTRIES)
def test_what_is_sealed_is_unsealed_as_it_was(node: str, epoch: str, entries: list[Entry]) -> None:
    envelope = unseal(seal(node, epoch, entries))

    assert envelope is not None
    assert (envelope.node, envelope.epoch, list(envelope.entries)) == (node, epoch, entries)


@given(st.binary())
def test_bytes_of_anybody_are_an_envelope_or_none(data: bytes) -> None:
    unseal(data)


def test_a_node_knows_its_own_without_unsealing_and_no_others() -> None:
    own = mark("12345678")

    assert seal("12345678", "epoch", [Entry(7, 1, (b"text",))]).startswith(own)
    assert not seal("12345679", "epoch", [Entry(7, 1, (b"text",))]).startswith(own)


def test_an_entry_without_texts_says_how_far_the_log_goes() -> None:
    assert Entry(7, 5).last == 4


def test_what_is_too_long_for_one_envelope_goes_in_several_in_order() -> None:
    entries = [Entry(id, 1, (b"x" * (MAX_BYTES // 2),)) for id in range(1, 6)]

    assert [[each.conversation for each in part] for part in parted(entries)] == [
        [1, 2],
        [3, 4],
        [5],
    ]


def test_an_entry_that_is_too_long_by_itself_stands_alone() -> None:
    long, short = Entry(1, 1, (b"x" * (2 * MAX_BYTES),)), Entry(2, 1, (b"x",))

    assert parted([short, long, short]) == [[short], [long], [short]]


def test_a_word_is_read_as_what_it_should_be_or_not_at_all() -> None:
    assert unpack(pack((7, b"text")), tuple[int, bytes]) == (7, b"text")
    with pytest.raises(msgspec.ValidationError):
        unpack(pack("no such thing"), tuple[int, bytes])
