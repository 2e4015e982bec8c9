from __future__ import annotations

import pytest

from pkg.errors import Rejected
from pkg.http import BadAnswer, HttpAnswer, HttpClient, HttpUnavailable, UrlRefused
from pkg.http.drivers.fake import FakeDriver

URL = "https://example.com/token"


@pytest.fixture
def driver() -> FakeDriver:
    return FakeDriver()


@pytest.fixture
def client(driver: FakeDriver) -> HttpClient:
    return HttpClient(driver)


async def test_a_query_is_put_behind_the_one_the_address_has(
    client: HttpClient, driver: FakeDriver
) -> None:
    await client.get(URL, query={"a": "1 & 2"})
    await client.get(f"{URL}?b=3", query={"é": "4"}, headers={"accept": "text/plain"})

    assert [asked.url for asked in driver.asked] == [
        f"{URL}?a=1+%26+2",
        f"{URL}?b=3&%C3%A9=4",
    ]
    assert driver.asked[1].headers == {"accept": "text/plain"}


async def test_a_form_goes_out_as_a_page_would_send_it(
    client: HttpClient, driver: FakeDriver
) -> None:
    await client.post_form(URL, {"code": "a&b"}, headers={"authorization": "Basic x"})

    (asked,) = driver.asked
    assert (asked.method, asked.body) == ("POST", b"code=a%26b")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["authorization"] == "Basic x"


async def test_json_goes_out_and_comes_back(client: HttpClient, driver: FakeDriver) -> None:
    driver.answers[URL].append(HttpAnswer(201, {}, b'{"ok": [1]}'))

    answer = await client.post_json(URL, {"a": "é"})

    assert driver.asked[0].body == b'{"a":"\\u00e9"}'
    assert driver.asked[0].headers["content-type"] == "application/json"
    assert (answer.is_ok, answer.json()) == (True, {"ok": [1]})


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer) as caught:
        HttpAnswer(200, {}, body).json()
    assert isinstance(caught.value, HttpUnavailable)
    assert caught.value.__cause__ is None


async def test_answers_come_in_order_and_an_unknown_address_is_absent(
    client: HttpClient, driver: FakeDriver
) -> None:
    driver.answers[URL] = [HttpAnswer(500), HttpAnswer(200)]

    statuses = [(await client.get(f"{URL}?n={n}")).status for n in range(3)]

    assert statuses == [500, 200, 200]
    assert (await client.get("https://example.com/other")).status == 404
    assert not (await client.get("https://example.com/other")).is_ok


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/a?b=c",
        "https://[2001:db8::1]/",
        "http://127.0.0.1:8000/x",
        "http://127.8.9.1/",
        "http://[::1]:9/",
        "http://localhost/x",
    ],
)
async def test_https_goes_anywhere_and_http_to_this_machine(
    client: HttpClient, driver: FakeDriver, url: str
) -> None:
    await client.get(url)

    assert driver.asked[0].url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/token",
        "example.com",
        "//example.com/x",
        "http://example.com/s3cr3t",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://localhost.example.com/",
        "http://127.0.0.1@example.com/",
        "https://ann:s3cr3t@example.com/",
        "https://127.0.0.1\\@example.com/",
        "http://127.0.0.1\\.example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://[::1",
        "https://example.com/a b",
        "https://example.com/\r\nHost: evil",
        "https://example.com/\0",
        "https://example.com/é",
        "https://exämple.com/",
        "https://example.com/" + "a" * 5000,
    ],
)
async def test_no_other_address_is_asked_or_quoted(
    client: HttpClient, driver: FakeDriver, url: str
) -> None:
    with pytest.raises(UrlRefused) as refused:
        await client.get(url)

    assert isinstance(refused.value, Rejected)
    assert "s3cr3t" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert not driver.asked


async def test_a_failure_reaches_the_caller(client: HttpClient, driver: FakeDriver) -> None:
    driver.failure = HttpUnavailable("down")

    with pytest.raises(HttpUnavailable, match="down"):
        await client.get(URL)


async def test_the_fake_knows_that_it_was_closed(driver: FakeDriver) -> None:
    await driver.close()

    assert driver.closed
