"""What a mail is, and what whoever sends one owes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pkg.errors import Rejected, Unavailable

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
CONTROL = re.compile(f"[{_CONTROL}]")
# One address, bare: what could end a header, start another or name a second recipient is not in it.
ADDRESS = re.compile(
    rf"[^\s@<>()\[\]\\,;:\"{_CONTROL}]{{1,64}}@[^\s@<>()\[\]\\,;:\"/%{_CONTROL}]{{1,253}}"
)


class MailRefused(Rejected):
    """The mail will never be sent: its address, its template or its content is at fault."""

    code = "mail.refused"


class MailUnavailable(Unavailable):
    """The server did not take the mail now; another driver, or a later try, may work."""

    code = "mail.unavailable"


@dataclass(frozen=True, slots=True)
class Mail:
    """What somebody wants said to one address."""

    to: str
    template: str  # a name in resources/mail
    locale: str = "en"
    params: Mapping[str, str] = field(default_factory=dict, repr=False)  # holds codes


@dataclass(frozen=True, slots=True)
class MailMessage:
    """A mail written out. None exists whose headers could hold a line break.

    Raises:
        MailRefused: *to* is no single bare address, or a header holds control characters.
    """

    id: str  # the Message-ID, brackets included
    date: datetime
    sender: str  # an address, or `Name <address>`
    to: str
    subject: str
    locale: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if ADDRESS.fullmatch(self.to) is None:
            raise MailRefused("the recipient is no single bare address")
        for name in ("id", "sender", "subject", "locale"):
            if CONTROL.search(getattr(self, name)) is not None:
                raise MailRefused(f"control characters in the mail's {name}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a server took a mail; delivery is another matter."""

    driver: str
    id: str  # the Message-ID


class MailDriver(ABC):
    """A way to send mail."""

    @abstractmethod
    async def send(self, message: MailMessage) -> Receipt:
        """Hands *message* to the server once, within its time-out; no retry inside.

        Raises:
            MailRefused: it will never be sent (address, content). Do not retry.
            MailUnavailable: time-out, 4xx, no connection. Another driver may be tried.
        """
