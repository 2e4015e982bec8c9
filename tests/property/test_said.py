"""What a frame says is read in two ways, by the form and quickly, and both read the same."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from app.actions.chat.post_message import Said
from app.requests.chat import PostMessage
from app.ws import frames
from app.ws.handlers.chat import read
from pkg.validation import Invalid, parse

odd = st.sampled_from(
    ["", " ", "\n", "\0", "\u3164", "\u202e", "\ud800", "\u200b", "é", "漢", "a", "x" * 5000]
)
texts = st.one_of(st.text(max_size=40), st.lists(odd, max_size=4).map("".join))
anything = st.one_of(st.none(), st.booleans(), st.integers(), texts, st.lists(texts, max_size=2))
addresses = st.one_of(st.just(""), st.from_regex(r"[uc]?:?[0-9]{0,20}", fullmatch=True), anything)
said = st.builds(
    frames.PostMessage,
    content=st.one_of(texts, anything),
    recipient=addresses,
    id=st.one_of(st.none(), st.uuids().map(str), anything),
    content_type=st.one_of(st.just("text"), anything),
    reply_to=st.one_of(st.none(), anything),
)


Way = Callable[[frames.PostMessage], tuple[str, Said]]


def by_form(frame: frames.PostMessage) -> tuple[str, Said]:
    form = parse(
        PostMessage,
        {
            "conversation": frame.recipient,
            "id": frame.id,
            "content": frame.content,
            "content_type": frame.content_type,
            "reply_to": frame.reply_to,
        },
    )
    return form.conversation, Said(form.content, form.id, form.kind, form.reply_to)


def outcome(way: Way, frame: frames.PostMessage) -> object:
    try:
        return way(frame)
    except Invalid as exc:
        return {"recipient" if name == "conversation" else name for name in exc.faults}


@given(said)
@example(frames.PostMessage(content=" padded ", id=" padded "))
@example(frames.PostMessage(content="\u3164", id="\u3164"))
@example(frames.PostMessage(content="漢" * 4096))
@example(frames.PostMessage(content="漢" * 5462))
@example(frames.PostMessage(content="a", recipient="7"))
def test_what_the_quick_way_takes_the_form_takes_as_the_same(frame: frames.PostMessage) -> None:
    assert outcome(read, frame) == outcome(by_form, frame)
