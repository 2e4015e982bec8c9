"""What a controller wants said beside its answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.http.state import Req


@dataclass(slots=True)
class Reply:
    """A status in place of the row's, and headers in addition."""

    status: int | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    def say(self, name: str, value: str) -> None:
        """Adds the header *name*; one that stands already stays too.

        Raises:
            ValueError: *value* would break out of its line.
        """
        if "\r" in value or "\n" in value or "\0" in value:
            raise ValueError(f"a line break in the header {name}")
        self.headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))

    def created(self, location: str) -> None:
        """Answers 201: a thing was made, and stands at *location*."""
        self.status = 201
        self.say("location", location)


def reply(request: Req) -> Reply:
    """Answers the reply of *request*, to be written on."""
    found: Reply = request.scope["reply"]
    return found
