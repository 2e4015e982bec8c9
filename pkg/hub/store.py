"""The log behind the hub: what is not in it was never said."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

import msgspec

from pkg.errors import Error
from pkg.hub.message import Message


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A message that may be stored: its sender is allowed to say this here."""

    conversation: int
    sender: int
    ref: str  # the sender's own id for it
    content: str
    content_type: str | None = None  # None: plain text
    reply_to: int | None = None

    def __repr__(self) -> str:  # what people say belongs in no log
        return f"Draft(conversation={self.conversation}, sender={self.sender}, ref={self.ref!r})"


class Ack(msgspec.Struct, frozen=True, gc=False):
    """A message that is committed; *dup* when it already was, by an earlier try."""

    message: Message
    dup: bool = False


class MessageStore(ABC):
    """A log a conversation, `seq` 1, 2, 3 and so on. Any verb may raise Unavailable."""

    @abstractmethod
    async def append(self, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
        """Stores *batch* in one transaction and answers, draft by draft, what became of it.

        When it returns, every Ack is committed. Per conversation the drafts get the next seqs, in
        the order of the batch, without holes, whoever else appends. A (conversation, sender, ref)
        stored before gives its first message as a dup, or IdReused if it says something else;
        an unknown conversation gives ConversationGone. Neither keeps the others from being stored.

        Raises:
            Unavailable: the store is away; what became of the batch is not known. Every draft may
                be tried again under the same ref.
            Exception: it will not take the batch as a whole; none of it is stored.
        """

    @abstractmethod
    async def range(self, conversation: int, after: int, limit: int) -> Sequence[Message]:
        """Answers up to *limit* messages with a seq above *after*, in order of seq."""

    @abstractmethod
    async def tops(self, conversations: Collection[int]) -> Mapping[int, int]:
        """Answers the last seq of each of *conversations*, 0 where nothing was said yet."""

    @abstractmethod
    async def epoch(self) -> str:
        """Answers what names this log; one that was restored or replaced has another."""

    @abstractmethod
    async def renew(self, epoch: str) -> str:
        """Gives the log a new name if it is still called *epoch*, and answers what it is called.

        In one step: of all who find that the log has lost its end, one gives the name.
        """
