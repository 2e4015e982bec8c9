"""Made-up lines of talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from database.factories.chance import LOCALES

if TYPE_CHECKING:
    from faker import Faker


@dataclass(frozen=True, slots=True)
class Line:
    """A message before it has its place in a log; `messages` has no model (see Conversation)."""

    ref: str
    sender_id: int
    content: str
    created_at: datetime


def message(faker: Faker, *, sender_id: int, **overrides: Any) -> Line:
    """Answers a line of *sender_id* in one of the two languages."""
    speaks = faker[faker.random_element(LOCALES)]
    values: dict[str, Any] = {
        "ref": faker.uuid4(),
        "sender_id": sender_id,
        "content": speaks.sentence(),
        "created_at": datetime.now(UTC),
    }
    return Line(**(values | overrides))
