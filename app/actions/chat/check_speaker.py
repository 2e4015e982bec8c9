"""Whether somebody may speak."""

from __future__ import annotations

from app.container import Services
from app.errors import Muted, NotFound
from app.policies.conversation import can_post
from pkg.hub import conversation_address


async def check_speaker(services: Services, *, user_id: int, conversation_id: int) -> None:
    """Lets pass who may speak there: by typing, or by changing what they said.

    Raises:
        NotFound: there is no such conversation, or not for them.
        Muted: they may not speak there for now.
    """
    members, address = services.members, conversation_address(conversation_id)
    standing = members.standing(user_id, address) or await members.load(user_id, address)
    if standing is None:
        raise NotFound("no such conversation")
    until = standing.muted_until
    if until is not None and not can_post(until, services.clock.now()):
        raise Muted("muted for now")
