"""The four families of errors, and what every error carries.

The nearest ancestor decides what a caller may do; the dotted code says which one it was. Codes are
API: they never change, each stands once, and the words for people are in ``resources/lang``.
"""

from __future__ import annotations

from typing import ClassVar


class Error(Exception):
    """The root of everything this project raises on purpose.

    *message* is for logs and must hold no secret; *params* fill the translated text.
    """

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, **params: str | float
    ) -> None:
        super().__init__(message or self.code)
        self.retry_after = retry_after  # seconds
        self.params = params


class Misconfigured(Error):
    """The operator must change something; raised at boot only."""

    code = "misconfigured"


class Unavailable(Error):
    """A dependency is down or slow; the same call may work later."""

    code = "unavailable"


class Rejected(Error):
    """The caller asked for something that will not be done."""

    code = "rejected"


class Exhausted(Error):
    """The caller used up a limit; ``retry_after`` says when to come back."""

    code = "exhausted"
