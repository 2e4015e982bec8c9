"""What frames of resources share."""

from __future__ import annotations

import pytest

from app.ws.errors import FrameMalformed
from app.ws.resource import Asked, Told, seen, told


@pytest.mark.parametrize(("id", "ref"), [("a1", "a1"), (None, None), (7, None), ({}, None)])
def test_an_answer_names_the_frame_it_answers_where_that_has_a_name(
    id: object, ref: str | None
) -> None:
    assert told(Asked(id=id), {"n": 1}, rev=3) == Told(ref, {"n": 1}, 3)


def test_a_change_says_which_version_it_has_seen() -> None:
    assert seen(Asked(rev=4)) == frozenset({4})
    with pytest.raises(FrameMalformed, match="rev"):
        seen(Asked())
