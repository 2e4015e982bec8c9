from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.http.files import POLICY, public_files
from app.http.middleware.security_headers import SecurityHeaders
from pkg.file import Storage
from pkg.file.drivers.fake import FakeStorage
from pkg.file.drivers.local import LocalStorage
from pkg.file.name import MEDIA, fresh


def client_of(storage: Storage) -> TestClient:
    app = Starlette(routes=[public_files(lambda _: storage)])
    return TestClient(SecurityHeaders(app, deployed=True))


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def client(storage: FakeStorage) -> Iterator[TestClient]:
    with client_of(storage) as made:
        yield made


@pytest.mark.rule(88)
@pytest.mark.parametrize("ending", MEDIA)
def test_a_file_goes_out_as_what_it_is_and_as_nothing_else(
    client: TestClient, storage: FakeStorage, ending: str
) -> None:
    name = fresh(ending)
    storage.files[name] = b"<script>1</script>"

    answer = client.get(f"/files/{name}")

    assert (answer.status_code, answer.content) == (200, b"<script>1</script>")
    assert answer.headers["content-type"] == MEDIA[ending]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f'inline; filename="{name}"'
    assert answer.headers.get_list("content-security-policy") == [POLICY]


def test_a_file_may_be_kept_for_ever_and_is_not_sent_twice(
    client: TestClient, storage: FakeStorage
) -> None:
    name = fresh("webp")
    storage.files[name] = b"x"

    first = client.get(f"/files/{name}")
    again = client.get(f"/files/{name}", headers={"If-None-Match": first.headers["etag"]})

    assert "immutable" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")


def test_a_head_request_gets_the_headers_alone(client: TestClient, storage: FakeStorage) -> None:
    name = fresh("png")
    storage.files[name] = b"four"

    answer = client.head(f"/files/{name}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "4"


@pytest.mark.rule(88)
@pytest.mark.parametrize("path", ["", "/", ".", "x.png", f"{'a' * 32}.html", f"{'a' * 32}.png"])
def test_there_is_no_listing_and_an_unknown_name_is_absent(client: TestClient, path: str) -> None:
    assert client.get(f"/files/{path}").status_code == 404


@pytest.mark.rule(88)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.lists(
        st.sampled_from(
            ["..", "%2e%2e", "%252e%252e", "/", "%2f", "%252f", "\\", "%5c", "%00", "a", "%c0%ae",
             "secret.png", "uploads", "//", "%2e", ".", ";"]
        ),
        max_size=8,
    ).map("".join)
)  # fmt: skip
def test_no_path_in_any_encoding_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "uploads").mkdir(exist_ok=True)

    answer = client_of(LocalStorage(tmp_path / "uploads")).get(f"/files/{path}")

    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_files_may_be_served_elsewhere(storage: FakeStorage) -> None:
    name = fresh("png")
    storage.files[name] = b"x"
    client = TestClient(Starlette(routes=[public_files(lambda _: storage, path="/media")]))

    assert client.get(f"/media/{name}").status_code == 200
