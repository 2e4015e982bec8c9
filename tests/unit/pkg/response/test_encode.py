from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address
from uuid import UUID

import pytest
from pydantic import SecretStr

from pkg.response import JsonResponse, encode


def test_a_moment_keeps_its_offset_and_utc_is_z() -> None:
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

    assert encode({"at": at}) == b'{"at":"2026-11-24T08:30:00Z"}'
    assert encode(date(2026, 11, 24)) == b'"2026-11-24"'
    assert encode(at.astimezone(timezone(timedelta(hours=8)))) == b'"2026-11-24T16:30:00+08:00"'


def test_what_json_lacks_has_one_spelling() -> None:
    assert encode(Decimal("1.10")) == b'"1.10"'
    assert encode({"b", "a", "c"}) == encode(frozenset("cab")) == b'["a","b","c"]'
    assert encode(timedelta(minutes=1.5)) == b"90.0"
    assert encode(ip_address("::1")) == b'"::1"'
    assert encode(UUID(int=1)) == b'"00000000-0000-0000-0000-000000000001"'


@pytest.mark.rule(7)
@pytest.mark.parametrize("value", [b"x", SecretStr("x"), object()])
def test_what_has_no_place_in_an_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode({"value": value})


def test_a_response_of_json_says_so() -> None:
    answer = JsonResponse({"data": ["你"]}, status_code=201)

    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    assert answer.body == '{"data":["你"]}'.encode()
