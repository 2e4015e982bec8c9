"""Codes and captchas over HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from pkg.mail import MailUnavailable
from pkg.sms import SmsUnavailable
from tests.site import CAPTCHA, PASSWORD, Site, codes

ANN = "+8613800138000"
BEN = "ben@example.com"


def test_a_captcha_comes_as_a_picture_without_its_answer(site: Site) -> None:
    answer = site.ask("POST", "/auth/captcha", json={"kind": "digits"})

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert data["image"].startswith("data:image/png;base64,")
    assert base64.b64decode(data["image"].partition(",")[2])[:4] == b"\x89PNG"
    assert set(data) == {"captcha_id", "image", "expires_in"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_code_goes_to_the_mobile_and_not_into_the_answer(site: Site) -> None:
    answer = site.send_code(ANN, "signup")

    assert answer.status_code == 200
    assert set(answer.json()["data"]) == {"code_id", "expires_in", "retry_after"}
    [sent] = site.texts.sent
    assert sent.to == ANN
    assert sent.params["code"] not in answer.text


def test_a_code_goes_to_the_mailbox_in_the_reader_s_language(site: Site) -> None:
    form = {"email": BEN, "purpose": "login", **CAPTCHA}
    site.ask(
        "POST", "/auth/verify-codes/email", json=form, headers={"Accept-Language": "zh-CN,zh;q=0.9"}
    )

    [mail] = site.mails.sent
    assert mail.to == BEN
    assert mail.locale == "zh_CN"
    assert mail.params["code"] in mail.text


@pytest.mark.rule(14)
@pytest.mark.parametrize("absent", ["captcha_id", "captcha_answer"])
def test_leaving_the_captcha_out_skips_nothing(site: Site, absent: str) -> None:
    form = {"mobile": ANN, "purpose": "signup", **CAPTCHA}
    del form[absent]

    answer = site.ask("POST", "/auth/verify-codes/mobile", json=form)

    assert answer.status_code == 422
    assert codes(answer) == {absent: "missing"}
    assert site.texts.sent == []


@pytest.mark.rule(13)
@pytest.mark.rule(14)
def test_a_wrong_captcha_sends_nothing(site: Site) -> None:
    puzzle = site.ask("POST", "/auth/captcha", json={}).json()["data"]

    answer = site.send_code(
        ANN, "signup", captcha_id=puzzle["captcha_id"], captcha_answer="nothing"
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "captcha.wrong")
    assert site.texts.sent == []


@pytest.mark.rule(8)
def test_inherited_limit_by_address_only(site: Site) -> None:
    assert site.send_code(ANN, "signup").status_code == 200

    refused = site.send_code(ANN, "login")  # another purpose is no way round it

    assert (refused.status_code, refused.json()["code"]) == (429, "code.cooldown")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert len(site.texts.sent) == 1


@pytest.mark.rule(8)
def test_a_recipient_gets_five_codes_an_hour(site: Site) -> None:
    for _ in range(5):
        assert site.send_code(ANN, "signup").status_code == 200
        site.clock.advance(61)

    refused = site.send_code(ANN, "signup")

    assert (refused.status_code, refused.json()["code"]) == (429, "code.budget")
    assert len(site.texts.sent) == 5


@pytest.mark.rule(26)
def test_all_spellings_of_a_mobile_are_one_recipient(site: Site) -> None:
    assert site.send_code("138 0013 8000", "signup").status_code == 200

    assert site.send_code("+86 (138) 0013-8000", "signup").status_code == 429
    assert [sent.to for sent in site.texts.sent] == [ANN]


@pytest.mark.rule(9)
@pytest.mark.parametrize(("target", "code"), [(ANN, "sms.unavailable"), (BEN, "mail.unavailable")])
def test_inherited_send_result_ignored(site: Site, target: str, code: str) -> None:
    site.texts.failure = SmsUnavailable("down")
    site.mails.failure = MailUnavailable("down")

    answer = site.send_code(target, "signup")

    assert (answer.status_code, answer.json()["code"]) == (502, code)


@pytest.mark.rule(29)
@pytest.mark.parametrize("purpose", ["login", "signup", "reset"])
def test_asking_for_a_code_tells_nothing_of_who_has_an_account(site: Site, purpose: str) -> None:
    site.sign_up(ANN)
    site.clock.advance(61)

    known = site.send_code(ANN, purpose)
    unknown = site.send_code("+8613900139000", purpose)

    assert shape(known) == shape(unknown)


def shape(answer: Any) -> object:
    data = answer.json()["data"]
    kept = {name: value for name, value in data.items() if name != "code_id"}
    varying = {"x-request-id", "date", "ratelimit"}
    headers = {k: v for k, v in answer.headers.items() if k not in varying}
    return answer.status_code, kept, headers, len(data["code_id"])


@pytest.mark.rule(5)
def test_inherited_code_crosses_purpose(site: Site) -> None:
    site.sign_up(ANN)
    site.clock.advance(61)
    proof = site.code(ANN, "login")

    answer = site.ask("POST", "/auth/password-reset/mobile", json={**proof, "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (422, "code.wrong")


@pytest.mark.rule(3)
def test_five_wrong_tries_kill_the_code(site: Site) -> None:
    proof = site.code(ANN, "login")
    wrong = {**proof, "verify_code": f"{(int(proof['verify_code']) + 1) % 10**6:06d}"}
    for _ in range(5):
        assert site.ask("POST", "/auth/login/mobile", json=wrong).status_code == 422

    answer = site.ask("POST", "/auth/login/mobile", json=proof)

    assert (answer.status_code, answer.json()["code"]) == (429, "code.tries")


@pytest.mark.rule(2)
def test_a_code_is_over_after_five_minutes(site: Site) -> None:
    proof = site.code(ANN, "login")

    site.clock.advance(301)

    assert site.ask("POST", "/auth/login/mobile", json=proof).json()["code"] == "code.wrong"


@pytest.mark.rule(11)
@pytest.mark.parametrize(
    "given",
    ["", " ", None, 123456, True, [], {}, "１２３４５６", "12345", "1234567"],
    ids=json.dumps,
)
def test_inherited_missing_answer_matches(site: Site, given: object) -> None:
    proof = {**site.code(ANN, "login"), "verify_code": given}

    answer = site.ask("POST", "/auth/login/mobile", json=proof)

    assert answer.status_code == 422
    assert set(codes(answer)) == {"verify_code"}


@pytest.mark.rule(10)
def test_a_test_number_takes_the_known_code_and_is_sent_nothing(site: Site) -> None:
    code_id = site.send_code("+8619900001234", "login").json()["data"]["code_id"]

    form = {"mobile": "+8619900001234", "code_id": code_id, "verify_code": "123456"}
    answer = site.ask("POST", "/auth/login/mobile", json=form)

    assert answer.status_code == 200
    assert site.texts.sent == []
