"""Several drivers as one: the next is asked when one is down."""

from __future__ import annotations

from collections.abc import Mapping

from pkg.clock import Clock
from pkg.mail.contract import MailDriver, MailMessage, MailUnavailable, Receipt


class FailoverDriver(MailDriver):
    """Asks *drivers* in order until one takes the message; a refusal is final.

    One that failed rests for *rest* seconds, so its time-out is paid once and not by every caller;
    when all rest, all are asked again.
    """

    def __init__(
        self, drivers: Mapping[str, MailDriver], clock: Clock, *, rest: float = 30.0
    ) -> None:
        self._drivers = dict(drivers)
        self._clock = clock
        self._rest = rest
        self._resting: dict[str, float] = {}

    async def send(self, message: MailMessage) -> Receipt:
        failure = MailUnavailable("no mail driver is set")
        for name in self._order():
            try:
                receipt = await self._drivers[name].send(message)
            except MailUnavailable as exc:
                self._resting[name] = self._clock.monotonic() + self._rest
                failure = exc
            else:
                self._resting.pop(name, None)
                return receipt
        raise failure

    def _order(self) -> list[str]:
        now = self._clock.monotonic()
        awake = [name for name in self._drivers if self._resting.get(name, now) <= now]
        return awake or list(self._drivers)
