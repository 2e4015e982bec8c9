"""What the text message vendor answers, word for word as its reference has it."""

from __future__ import annotations

import json

from tests.vendors.web import Answer


def ok(biz_id: str = "900619746936498440^0") -> Answer:
    return said("OK", "OK", BizId=biz_id)


def said(code: str, message: str = "", **more: str) -> Answer:
    """A business answer: always a 200, its meaning in the body."""
    return Answer(
        body=json.dumps(
            {"Code": code, "Message": message or code, "RequestId": "F655A8D5-B967-440B"} | more
        ).encode()
    )


def failed(status: int, code: str) -> Answer:
    """A gateway's answer: bad account, throttling, or its own fault."""
    body = {"Code": code, "Message": code, "RequestId": "F655A8D5", "HostId": "dysmsapi"}
    return Answer(status=status, body=json.dumps(body).encode())
