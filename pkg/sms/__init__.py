from __future__ import annotations

from pkg.sms.config import SmsConfig
from pkg.sms.contract import Receipt, SmsDriver, SmsMessage, SmsRefused, SmsUnavailable

__all__ = ["Receipt", "SmsConfig", "SmsDriver", "SmsMessage", "SmsRefused", "SmsUnavailable"]
