from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.types import Receive, Scope, Send

from app.errors import Unauthenticated
from app.http.pipeline import for_handshakes, pipeline
from app.http.traffic import Traffic
from pkg.app import AppConfig
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make, kinds

BOTH, REQUESTS = "requests and handshakes", "requests"
# From the wire inwards, and who passes it. `make:middleware` adds a line here, too.
ORDER = {
    "RequestId": BOTH,
    "ClientIp": BOTH,
    "Locale": BOTH,
    "AccessLog": BOTH,
    "Recovery": BOTH,
    "HostCheck": BOTH,
    "Maintenance": BOTH,
    "BodySize": REQUESTS,
    "Timeout": REQUESTS,
    "Shedding": REQUESTS,
    "Cors": REQUESTS,
    "SecurityHeaders": REQUESTS,
    "Session": BOTH,
    "Csrf": REQUESTS,
}


class Socket:
    """An endpoint that accepts, or not, and raises *failure*."""

    def __init__(self, failure: Exception, *, accepts: bool) -> None:
        self.failure, self.accepts = failure, accepts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.accepts:
            await send({"type": "websocket.accept", "headers": []})
        raise self.failure


def test_the_order_of_the_stages_is_fixed() -> None:
    stages = pipeline(AppConfig(), ROWS, Traffic())
    names = [stage.cls.__name__ for stage in stages]  # type: ignore[attr-defined]

    assert names == list(ORDER)


def test_a_handshake_passes_what_names_it_and_what_keeps_strangers_out() -> None:
    stages = for_handshakes(pipeline(AppConfig(), ROWS, Traffic()))
    names = [stage.cls.__name__ for stage in stages]  # type: ignore[attr-defined]

    assert names == [name for name, who in ORDER.items() if who == BOTH]


async def test_every_answer_carries_an_id(world: Make) -> None:
    ask = world(*ROWS).ask

    for path in ("/api/seen", "/nowhere", "/api/broken", "/api/me"):
        id = (await ask("GET", path)).header("x-request-id")
        assert id is not None
        assert re.fullmatch("[0-9a-f]{24}", id)


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "new\nline", "半角"])
async def test_a_callers_id_is_kept_only_when_it_is_well_formed(world: Make, given: str) -> None:
    ask = world(*ROWS).ask
    said = given.encode().decode("latin-1")

    own = await ask("GET", "/api/seen", headers={"x-request-id": "trace-0123456789"})
    bad = await ask("GET", "/api/seen", headers={"x-request-id": said})

    assert own.header("x-request-id") == "trace-0123456789"
    assert bad.header("x-request-id") not in {given, said}


@pytest.mark.rule(79)
async def test_inherited_forwarded_header_believed(world: Make) -> None:
    said = {
        "x-forwarded-for": "198.51.100.7",
        "forwarded": "for=198.51.100.7",
        "x-real-ip": "1.1.1.1",
    }

    answer = await world(*ROWS).ask("GET", "/api/seen", headers=said)

    assert answer.json()["data"]["ip"] == "203.0.113.9"


@pytest.mark.rule(79)
async def test_behind_a_trusted_proxy_the_last_untrusted_hop_is_the_caller(world: Make) -> None:
    made = world(*ROWS, trusted_proxies=("203.0.113.0/24",))
    said = [("x-forwarded-for", "10.9.9.9"), ("x-forwarded-for", "198.51.100.7, 203.0.113.8")]

    answer = await made.ask("GET", "/api/seen", headers=said)

    assert answer.json()["data"]["ip"] == "198.51.100.7"


async def test_the_language_is_the_one_the_caller_likes_best(world: Make) -> None:
    ask = world(*ROWS).ask

    for said, locale in (("zh-CN,zh;q=0.9", "zh_CN"), ("fr", "en"), ("zh-CN,zh;q=0.9", "zh_CN")):
        answer = await ask("GET", "/api/seen", headers={"accept-language": said})
        assert answer.json()["data"]["locale"] == locale


async def test_a_flood_of_different_languages_fills_no_memory(world: Make) -> None:
    ask = world(*ROWS).ask

    for number in range(600):
        await ask("GET", "/api/touch", headers={"accept-language": f"x-{number}"})

    answer = await ask("GET", "/api/seen", headers={"accept-language": "zh"})
    assert answer.json()["data"]["locale"] == "zh_CN"


@pytest.mark.rule(107)
@pytest.mark.rule(106)
async def test_what_breaks_is_a_500_that_tells_nothing_of_it(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/broken")

    assert answer.status == 500
    assert answer.json()["code"] == "internal"
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body


async def test_an_open_socket_whose_endpoint_breaks_is_closed_with_1011(world: Make) -> None:
    sockets = {"/ws": Socket(RuntimeError("x"), accepts=True)}

    sent = await world(*ROWS, sockets=sockets).ask.handshake("/ws")

    assert kinds(sent) == ["websocket.accept", "websocket.close"]
    assert sent[1]["code"] == 1011


@pytest.mark.parametrize(
    ("failure", "status"), [(RuntimeError("x"), 500), (Unauthenticated(), 401)]
)
async def test_a_handshake_that_is_refused_gets_a_problem(
    world: Make, failure: Exception, status: int
) -> None:
    sockets = {"/ws": Socket(failure, accepts=False)}

    start, body = await world(*ROWS, sockets=sockets).ask.handshake("/ws")

    assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
    names = [name for name, _ in start["headers"]]
    assert b"x-request-id" in names
    assert b"x-content-type-options" in names
    assert b'"code"' in body["body"]


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"])
@pytest.mark.rule(108)
async def test_another_method_is_405_and_told_which_would_do(world: Make, method: str) -> None:
    answer = await world(*ROWS).ask(method, "/api/seen")

    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD"
    assert answer.json()["code"] == "method.refused"


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/api/seen/", "/API/seen", "//api/seen", "/api/things/1/2", "/api"]
)
async def test_what_is_not_there_is_404(world: Make, path: str) -> None:
    answer = await world(*ROWS).ask("GET", path)

    assert answer.status == 404
    assert answer.header("content-type") == "application/problem+json"
    assert answer.json()["title"] == "No such thing"


async def test_a_head_is_answered_like_its_get(world: Make) -> None:
    ask = world(*ROWS).ask

    assert (await ask("HEAD", "/api/seen")).header("content-type") == "application/json"
    assert (await ask("HEAD", "/nowhere")).status == 404


async def test_a_path_without_a_parameter_wins(world: Make) -> None:
    assert (await world(*ROWS).ask("GET", "/api/things/newest")).status == 204


@pytest.mark.rule(83)
async def test_path_tricks_share_a_bucket(world: Make) -> None:
    ask = world(*ROWS).ask
    left = []
    for method, path in (("GET", "/api/seen"), ("HEAD", "/api/seen"), ("GET", "/api/things/7")):
        told = (await ask(method, path)).header("ratelimit") or ""
        left.append(int(told.split("r=")[1].split(";")[0]))

    assert left == [2999, 2998, 2997]


def _each_refusal() -> Iterator[tuple[str, str, dict[str, str], bytes, int]]:
    json = {"content-type": "application/json"}
    yield "GET", "/api/seen", {}, b"", 200
    yield "DELETE", "/api/things/1", {}, b"", 204
    yield "POST", "/api/things", json, b"{", 400
    yield "GET", "/api/me", {}, b"", 401
    yield "GET", "/api/confirmed", {"authorization": "Bearer right"}, b"", 403
    yield "GET", "/nowhere", {}, b"", 404
    yield "POST", "/api/seen", {}, b"", 405
    yield "POST", "/api/things", json, b"x" * 3000, 413
    yield "POST", "/api/things", {}, b"x", 415
    yield "POST", "/api/things", json, b"{}", 422
    yield "GET", "/api/broken", {}, b"", 500


@pytest.mark.rule(51)
@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), list(_each_refusal()))
async def test_every_status_carries_the_security_headers(
    world: Make, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    made = world(*ROWS, env="production", url="https://chat.example.com", max_body_bytes=2048)

    answer = await made.ask(method, path, headers=headers, body=body, host="chat.example.com")

    assert answer.status == status
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("content-security-policy") == "default-src 'none'; frame-ancestors 'none'"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("strict-transport-security") == "max-age=31536000"
    assert answer.header("server") is None


async def test_https_is_not_demanded_where_it_is_not_spoken(world: Make) -> None:
    assert (await world(*ROWS).ask("GET", "/api/seen")).header("strict-transport-security") is None
