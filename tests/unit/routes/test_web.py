from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from routes.web import ASSETS, CSP, web

PAGE = '<link href="/assets/main.css"><script src="/assets/js/main.js"></script>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "js").mkdir()
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "main.css").write_text("p { color: red }", encoding="utf-8")
    (tmp_path / "js" / "main.js").write_text("start()", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not for the world", encoding="utf-8")
    return tmp_path


def client_of(folder: Path, *, fresh: bool = False) -> TestClient:
    return TestClient(Starlette(routes=web(folder, fresh=fresh)))


def versioned(client: TestClient) -> str:
    """Answers the address under which the page names its script."""
    return str(client.get("/").text.split('src="')[1].split('"')[0])


def test_the_page_names_its_files_with_their_version(folder: Path) -> None:
    client = client_of(folder)

    address = versioned(client)

    assert address.startswith(ASSETS)
    assert address.endswith("/js/main.js")
    answer = client.get(address)
    assert answer.text == "start()"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]


def test_a_file_without_its_version_is_asked_for_each_time(folder: Path) -> None:
    answer = client_of(folder).get("/assets/main.css")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_who_holds_a_file_gets_304(folder: Path) -> None:
    client = client_of(folder)
    etag = client.get("/").headers["etag"]

    answer = client.get("/", headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert answer.content == b""


@pytest.mark.parametrize("path", ["/", "/assets/main.css"])
def test_every_answer_carries_the_policy(folder: Path, path: str) -> None:
    assert client_of(folder).get(path).headers["content-security-policy"] == CSP


def test_the_policy_lets_nothing_inline_and_nothing_foreign_in() -> None:
    assert "default-src 'none'" in CSP
    assert "unsafe" not in CSP
    assert "http" not in CSP
    assert "*" not in CSP


def test_a_client_that_unpacks_gets_it_packed(folder: Path) -> None:
    client = client_of(folder)

    with client.stream("GET", "/assets/main.css", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    plain = client.get("/assets/main.css", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.rule(88)
@pytest.mark.parametrize(
    "name",
    ["notes.txt", "../web.py", "..%2f..%2fmain.py", "%2e%2e/%2e%2e/.env", "js/", "", "index.html"],
)
def test_what_is_no_file_of_the_page_is_404(folder: Path, name: str) -> None:
    assert client_of(folder).get(f"/assets/{name}").status_code == 404


def test_an_edited_file_is_served_anew_where_people_edit(folder: Path) -> None:
    client, kept = client_of(folder, fresh=True), client_of(folder)
    file = folder / "js" / "main.js"
    before = versioned(client)

    file.write_text("again()", encoding="utf-8")
    os.utime(file, ns=(1, 1))  # whatever the file system's clock makes of two writes at once

    assert client.get("/assets/js/main.js").text == "again()"
    assert versioned(client) != before
    assert kept.get("/assets/js/main.js").text == "start()"
