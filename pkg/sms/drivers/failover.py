"""Several drivers as one: the next is asked when one is down."""

from __future__ import annotations

from collections.abc import Mapping

from pkg.clock import Clock
from pkg.sms.contract import Receipt, SmsDriver, SmsMessage, SmsUnavailable


class FailoverDriver(SmsDriver):
    """Asks *drivers* in order until one takes the message; a refusal is final.

    One that failed rests for *rest* seconds, so its time-out is paid once and not by every caller;
    when all rest, all are asked again.
    """

    def __init__(
        self, drivers: Mapping[str, SmsDriver], clock: Clock, *, rest: float = 30.0
    ) -> None:
        self._drivers = dict(drivers)
        self._clock = clock
        self._rest = rest
        self._resting: dict[str, float] = {}

    async def send(self, message: SmsMessage) -> Receipt:
        failure = SmsUnavailable("no sms driver is set")
        for name in self._order():
            try:
                receipt = await self._drivers[name].send(message)
            except SmsUnavailable as exc:
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
