"""Who sends text messages."""

from __future__ import annotations

from collections.abc import Callable

from pkg.clock import Clock
from pkg.manager import Manager
from pkg.sms import SmsConfig, SmsDriver
from pkg.sms.drivers.failover import FailoverDriver
from pkg.sms.drivers.log import LogDriver


def open_sms(config: SmsConfig, clock: Clock, write: Callable[[str], None]) -> Manager[SmsDriver]:
    """Answers the drivers that *config* names, or several of which the next is asked.

    *write* is for whoever has no provider.
    """

    def aliyun() -> SmsDriver:
        from pkg.sms.drivers.aliyun import AliyunAccount, AliyunDriver  # noqa: PLC0415  300 ms

        account = AliyunAccount(
            key_id=config.aliyun_key_id,
            key_secret=config.aliyun_key_secret.get_secret_value(),
            sign=config.aliyun_sign,
            templates=config.aliyun_templates,
            endpoint=config.aliyun_endpoint,
        )
        return AliyunDriver(account, timeout=config.timeout)

    def failover() -> SmsDriver:
        return FailoverDriver({name: manager.use(name) for name in config.drivers}, clock)

    drivers: dict[str, Callable[[], SmsDriver]] = {
        "log": lambda: LogDriver(write),
        "aliyun": aliyun,
        "failover": failover,
    }
    one = config.drivers[0] if len(config.drivers) == 1 else "failover"
    manager = Manager(drivers, default=one)
    return manager
