"""Accounts of a running server, made and used by HTTP alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

HOOK = {"captcha_id": "captcha_skip_test", "captcha_answer": "0"}
API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with tokens."""

    id: str
    access: str
    refresh: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}


def mobile(number: int) -> str:
    """Answers a mobile whose code is 123456 while test hooks are on."""
    return f"+861990000{number:04d}"


async def ask_code(client: httpx2.AsyncClient, number: int, purpose: str) -> str:
    """Has a code sent to the mobile *number*; answers its id."""
    form = {"mobile": mobile(number), "purpose": purpose, **HOOK}
    answer = await client.post(f"{API}/auth/verify-codes/mobile", json=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["code_id"])


async def sign_up(client: httpx2.AsyncClient, number: int) -> Person:
    """Makes the account *number*."""
    form = {
        "mobile": mobile(number),
        "code_id": await ask_code(client, number, "signup"),
        "verify_code": "123456",
        "name": f"person{number}",
        "password": f"a sentence of {number}",
    }
    answer = await client.post(f"{API}/auth/signup/mobile", json=form)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    return Person(data["user"]["id"], data["access_token"], data["refresh_token"])


async def read_log(client: httpx2.AsyncClient, person: Person) -> list[dict[str, Any]]:
    """Reads the whole lobby, page after page, by seq."""
    log: list[dict[str, Any]] = []
    while True:
        after = log[-1]["seq"] if log else 0
        answer = await client.get(
            f"{API}/conversations/1/messages",
            params={"after": after, "limit": 100},
            headers=person.bearer,
        )
        assert answer.status_code == 200, answer.text
        page = sorted(answer.json()["data"], key=lambda message: int(message["seq"]))
        if not page:
            return log
        log += page
