"""Passwords that change while somebody is using the old one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from app.actions.account.change_password import change_password
from app.actions.auth.log_in_by_password import Credentials, log_in_by_password
from app.errors import LoginRefused, PasswordWrong
from app.models import User
from pkg.hash import Hasher, Verified
from pkg.session import Device
from pkg.testing import race
from tests.site import PASSWORD, Person, Site

HERE = Device(ip="203.0.113.9", user_agent="", name="")
NEW = "another horse battery"

pytestmark = pytest.mark.rule(22)


@pytest.fixture
def ann(site: Site) -> Person:
    return site.sign_up(name="Ann")


class Interrupted:
    """A hasher that finds any password right, and whose check takes just too long."""

    def __init__(self, user_id: int, upgraded: str | None) -> None:
        self._user_id, self._upgraded = user_id, upgraded

    async def verify(self, password: str, hashed: str | None) -> Verified:
        await User.filter(id=self._user_id).update(password="of the new one")
        return Verified(ok=True, upgraded=self._upgraded)


def test_of_many_changes_from_one_password_one_is_made(site: Site, ann: Person) -> None:
    principal = site.run(site.services.auth.by_token, ann.tokens["access_token"])

    async def change(number: int) -> None:
        new = f"{NEW} {number}"
        await change_password(site.services, principal, old=PASSWORD, new=new, device=HERE)

    outcomes: list[Any] = site.run(race, 4, change)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, PasswordWrong) for outcome in outcomes) == 3


@pytest.mark.parametrize("upgraded", [None, "of the old one, costlier"])
def test_an_old_password_opens_nothing_once_a_new_one_stands(
    site: Site, ann: Person, upgraded: str | None
) -> None:
    hasher = cast(Hasher, Interrupted(int(ann.id), upgraded))
    services, shown = replace(site.services, hasher=hasher), Credentials("Ann", PASSWORD)

    async def come() -> User:
        with pytest.raises(LoginRefused):
            await log_in_by_password(services, shown, device=HERE, kind="token")
        return await User.get(id=int(ann.id))

    assert site.run(come).password == "of the new one"
    assert len(site.ask("GET", "/auth/sessions", by=ann).json()["data"]) == 1


def test_who_has_no_password_sets_the_first_one_and_needs_it_from_then_on(site: Site) -> None:
    site.run(forget_password, ann := site.sign_up())
    path, second = "/users/me/password", f"{NEW} again"

    first = site.ask("PUT", path, json={"new_password": NEW}, by=ann)
    refused = site.ask("PUT", path, json={"new_password": second}, by=ann)

    assert (first.status_code, refused.status_code) == (204, 422)


async def forget_password(person: Person) -> None:
    await User.filter(id=int(person.id)).update(password=None)
