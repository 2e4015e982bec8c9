"""Reads SMS_*."""

from __future__ import annotations

from pkg.config import Env
from pkg.sms import SmsConfig
from pkg.sms.config import PURPOSES


def load(env: Env) -> SmsConfig:
    """Reads SMS_*; an aliyun account must be whole where aliyun is to send."""
    config = env.read(SmsConfig, "SMS_")
    if "aliyun" not in config.drivers:
        return config
    if not config.aliyun_key_id:
        env.fault("SMS_ALIYUN_KEY_ID", "is needed while SMS_DRIVER names aliyun")
    if not config.aliyun_key_secret.get_secret_value():
        env.fault("SMS_ALIYUN_KEY_SECRET", "is needed while SMS_DRIVER names aliyun")
    if not config.aliyun_sign:
        env.fault("SMS_ALIYUN_SIGN", "is needed while SMS_DRIVER names aliyun")
    if len(config.aliyun_templates) < len(PURPOSES):
        env.fault("SMS_ALIYUN_TEMPLATE", "is needed unless every SMS_ALIYUN_TEMPLATE_* is set")
    return config
