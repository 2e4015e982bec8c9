"""Text messages through Alibaba Cloud (dysmsapi, SendSms).

Source: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pkg.sms.contract import Receipt, SmsDriver, SmsMessage, SmsRefused, SmsUnavailable

# What no other account would send either. All else may work elsewhere or later: an account without
# money, a signature in review, throttling, and every code the vendor invents after today.
REFUSED = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.INVALID_PARAMETERS",
        "isv.INVALID_JSON_PARAM",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
    }
)
THROTTLED = re.compile(r"^(Throttling|isv\.(BUSINESS_LIMIT|DAY_LIMIT|MONTH_LIMIT)_CONTROL)")
PLAIN = re.compile(r"^[A-Za-z0-9._^-]{1,64}$")  # a code, or an id such as 9006197^0
SENDERS = 4  # sends at once; each holds a thread for as long as the vendor takes


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    """Who pays, and under which approved names."""

    key_id: str
    key_secret: str = field(repr=False)
    sign: str
    templates: Mapping[str, str]
    endpoint: str = "dysmsapi.aliyuncs.com"
    protocol: str = "https"  # http only for a test's own server on loopback


class AliyunDriver(SmsDriver):
    """Sends through the vendor's SDK, which is loaded at the first message, in a thread.

    The SDK builds a TLS context and a connection for each call and may read files: none of that
    belongs on the event loop, so every send runs in a thread with a loop and a deadline of its own.
    """

    def __init__(self, account: AliyunAccount, *, timeout: float = 5.0) -> None:
        self._account = account
        self._timeout = timeout
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="aliyun-sms")

    async def send(self, message: SmsMessage) -> Receipt:
        template = self._account.templates.get(message.template)
        if template is None:
            raise SmsRefused(f"no aliyun template for {message.template!r}")
        loop = asyncio.get_running_loop()
        try:
            # The wait counts too: a queue behind a hanging vendor must not hold its callers.
            async with asyncio.timeout(self._timeout):
                body = await loop.run_in_executor(self._pool, self._call, message, template)
        except TimeoutError:
            raise SmsUnavailable("aliyun: no answer in time") from None
        return _receipt(body)

    def _call(self, message: SmsMessage, template: str) -> dict[str, object]:
        # Everything vendor-made ends here. `from None`: its errors may quote the URL, and the code
        # travels in the query string.
        try:
            return asyncio.run(asyncio.wait_for(self._ask(message, template), self._timeout))
        except TimeoutError:
            raise SmsUnavailable("aliyun: no answer in time") from None
        except Exception as exc:  # noqa: BLE001  the SDK raises whatever its parts raise
            code = _plain(getattr(exc, "code", None))
            kind = type(exc).__name__
        raise _failure(code) if code else SmsUnavailable(f"aliyun: {kind}")

    async def _ask(self, message: SmsMessage, template: str) -> dict[str, object]:
        client, models, runtime = self._sdk
        request = models.SendSmsRequest(
            phone_numbers=number(message.to),
            sign_name=self._account.sign,
            template_code=template,
            template_param=json.dumps(dict(message.params), ensure_ascii=False),
        )
        answer = await client.send_sms_with_options_async(request, runtime)
        return dict(answer.body.to_map())

    @cached_property
    def _sdk(self) -> tuple[Any, Any, Any]:
        from alibabacloud_dysmsapi20170525 import (  # noqa: PLC0415  vendor: 300 ms, 40 MiB
            client,
            models,
        )
        from alibabacloud_tea_openapi.models import Config  # noqa: PLC0415  vendor
        from darabonba.runtime import RuntimeOptions  # noqa: PLC0415  vendor

        account = self._account
        config = Config(
            access_key_id=account.key_id,
            access_key_secret=account.key_secret,
            endpoint=account.endpoint,
            protocol=account.protocol,
        )
        milliseconds = int(self._timeout * 1000)
        runtime = RuntimeOptions(
            autoretry=False, connect_timeout=milliseconds, read_timeout=milliseconds
        )
        return client.Client(config), models, runtime


def number(mobile: str) -> str:
    """Answers *mobile* as the vendor spells it: 11 digits at home, no plus sign abroad."""
    return mobile.removeprefix("+86") if mobile.startswith("+86") else mobile.removeprefix("+")


def _receipt(body: Mapping[str, object]) -> Receipt:
    # A business error is a 200 too: only the code in the body tells.
    code = _plain(body.get("Code"))
    if code != "OK":
        raise _failure(code or "answer without a code")
    return Receipt("aliyun", _plain(body.get("BizId")))


def _failure(code: str) -> SmsRefused | SmsUnavailable:
    if code in REFUSED:
        return SmsRefused(f"aliyun: {code}")
    throttled = THROTTLED.match(code) is not None
    return SmsUnavailable(f"aliyun: {code}", retry_after=60.0 if throttled else None)


def _plain(value: object) -> str:
    # Vendor text goes into our messages and logs only in this shape.
    return value if isinstance(value, str) and PLAIN.fullmatch(value) else ""
