"""What a text message is, and what whoever sends one owes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from pkg.errors import Rejected, Unavailable


class SmsRefused(Rejected):
    """The message will never be sent: its number or its template is at fault."""

    code = "sms.refused"


class SmsUnavailable(Unavailable):
    """The provider did not take the message now; another driver, or a later try, may work."""

    code = "sms.unavailable"


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """One text message to one mobile."""

    to: str  # E.164
    template: str  # our name; the driver's config maps it to the vendor's
    params: Mapping[str, str] = field(repr=False)  # holds codes: not in a repr, so not in a log


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a provider took a message; delivery is another matter."""

    driver: str
    id: str  # the provider's own, for asking it later


class SmsDriver(ABC):
    """A way to send text messages."""

    @abstractmethod
    async def send(self, message: SmsMessage) -> Receipt:
        """Hands *message* to the provider once, within 5 s; no retry inside.

        Raises:
            SmsRefused: it will never be sent (number, template). Do not retry.
            SmsUnavailable: timeout, 5xx, throttled. Another driver may be tried.
        """
