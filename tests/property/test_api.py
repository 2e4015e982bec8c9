"""What the document promises, held against a running server by made-up requests.

Each operation is called with what its schema allows and with what it does not, by somebody who is
signed in and by somebody who is not. An answer has to be one the document names, of its kind and
of its shape; a 5xx is never right, and what the schema forbids is never taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from routes.document import openapi
from tests.server import Server

API = schemathesis.openapi.from_dict(openapi())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
    ignored_auth,
]
MOBILE = "+8619900000001"
UNTROUBLED = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.function_scoped_fixture,  # one session for all calls of an operation is meant
]
BOUNDED = settings(max_examples=12, suppress_health_check=UNTROUBLED)

pytestmark = [pytest.mark.slow, pytest.mark.rule(92), pytest.mark.rule(95), pytest.mark.rule(106)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("api")
    # Without limits: with them most answers would be 429, and tell nothing.
    with Server(
        folder,
        AUTH_TEST_HOOKS="true",
        AUTH_AUTO_SIGNUP="true",
        LIMITER_ENABLED="false",
        STORAGE_URL=f"file://{folder}/uploads",
    ) as running:
        yield running


@pytest.fixture
def bearer(server: Server) -> dict[str, str]:
    """A session of its own for each operation: some of them end it."""
    base = f"{server.url}/api/v1/auth"
    captcha = {"captcha_id": "captcha_skip_test", "captcha_answer": "0"}
    wanted = {"mobile": MOBILE, "purpose": "login", **captcha}
    code = httpx2.post(f"{base}/verify-codes/mobile", json=wanted).json()["data"]["code_id"]
    form = {"mobile": MOBILE, "code_id": code, "verify_code": "123456"}
    tokens = httpx2.post(f"{base}/login/mobile", json=form).json()["data"]
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@API.parametrize()
@BOUNDED
def test_the_document_holds_for_who_is_signed_in(
    case: Case[Any], server: Server, bearer: dict[str, str]
) -> None:
    case.call_and_validate(base_url=server.url, headers=bearer, checks=CHECKS)


@API.parametrize()
@BOUNDED
def test_the_document_holds_for_strangers(case: Case[Any], server: Server) -> None:
    case.call_and_validate(base_url=server.url, checks=CHECKS)
