"""The console over a log that keeps nothing: what `parley` has beyond it is what keeping costs.

python tests/benchmarks/hub/undurable.py serve
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from app.models import LOBBY_ID
from app.providers.messages import DatabaseMessages
from main import CONSOLE
from pkg.clock import SystemClock
from pkg.errors import Error
from pkg.helpers import stamp
from pkg.hub import Ack, Draft, Message, conversation_address, user_address

counted: Counter[int] = Counter()  # the last seq of each conversation


async def append(self: DatabaseMessages, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
    at = stamp(SystemClock().now())
    return [Ack(said(draft, at)) for draft in batch]


async def tops(self: DatabaseMessages, conversations: Collection[int]) -> Mapping[int, int]:
    return {id: counted[id] for id in conversations}


def said(draft: Draft, at: str) -> Message:
    counted[draft.conversation] += 1
    address = conversation_address(draft.conversation)
    return Message(
        sender=user_address(draft.sender),
        recipient="" if draft.conversation == LOBBY_ID else address,
        content=draft.content,
        conversation=address,
        seq=counted[draft.conversation],
        id=draft.ref,
        at=at,
    )


if __name__ == "__main__":
    DatabaseMessages.append = append  # type: ignore[method-assign]  # the point of it
    DatabaseMessages.tops = tops  # type: ignore[method-assign]
    CONSOLE()
