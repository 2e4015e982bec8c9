from __future__ import annotations

import pytest

from tests.asgi import Answer
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make

FILE = 'form-data; name="file"; filename="me.png"'


def part(disposition: str, content: bytes, *more: str) -> bytes:
    lines = [f"Content-Disposition: {disposition}", *more]
    return b"--B\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


async def send(
    world: Make, *pieces: bytes, media: str = "multipart/form-data; boundary=B"
) -> Answer:
    return await world(*ROWS).ask(
        "PUT", "/api/picture", headers={"content-type": media}, body=list(pieces)
    )


async def test_one_file_arrives_whole_however_it_is_cut(world: Make) -> None:
    whole = part(FILE, b"12345", "Content-Type: image/png") + b"--B--\r\n"

    for cut in (1, 7, len(whole)):
        pieces = [whole[at : at + cut] for at in range(0, len(whole), cut)]
        answer = await send(world, *pieces)
        assert answer.json() == {"data": {"id": "5", "name": "me.png"}}


@pytest.mark.rule(84)
async def test_a_file_over_its_bound_is_refused_while_it_streams(world: Make) -> None:
    answer = await send(world, part(FILE, b"x" * 100)[:-20], b"never read")

    assert (answer.status, answer.json()["code"]) == (413, "body.too_large")


@pytest.mark.rule(84)
async def test_a_file_of_just_the_bound_is_taken(world: Make) -> None:
    answer = await send(world, part(FILE, b"x" * 64) + b"--B--\r\n")

    assert answer.status == 200


@pytest.mark.rule(84)
async def test_an_announced_body_over_the_bound_is_not_read_at_all(world: Make) -> None:
    said = {"content-type": "multipart/form-data; boundary=B", "content-length": "9999"}

    assert (await world(*ROWS).ask("PUT", "/api/picture", headers=said)).status == 413


@pytest.mark.parametrize(
    ("parts", "field", "code"),
    [
        (b"", "file", "missing"),
        (part(FILE, b"1") + part(FILE, b"2"), "file", "duplicate"),
        (part('form-data; name="file"', b"1"), "file", "type"),
        (part('form-data; name="other"; filename="x"', b"1"), "other", "unknown"),
        (part("form-data", b"1"), "", "unknown"),
    ],
)
async def test_nothing_but_the_one_file_is_taken(
    world: Make, parts: bytes, field: str, code: str
) -> None:
    answer = await send(world, (parts or b"") + b"--B--\r\n")

    assert answer.status == 422
    assert answer.json()["errors"][field][0]["code"] == code


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("application/json", 415),
        ("", 415),
        ("multipart/mixed; boundary=B", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=" + "x" * 71, 400),
    ],
)
async def test_only_multipart_is_read(world: Make, media: str, status: int) -> None:
    assert (await send(world, part(FILE, b"1") + b"--B--\r\n", media=media)).status == status


@pytest.mark.parametrize(
    "body",
    [
        b"no part at all",
        part(FILE, b"1"),  # no end
        b"--B\r\nContent-Disposition form-data\r\n\r\n1\r\n--B--\r\n",
        part(FILE, b"1", "X-Long: " + "x" * 2100) + b"--B--\r\n",
        part(FILE, b"1", *(f"X-{n}: 1" for n in range(20))) + b"--B--\r\n",
    ],
)
async def test_a_broken_body_is_400(world: Make, body: bytes) -> None:
    assert (await send(world, body)).status == 400


async def test_a_file_shows_its_content_in_no_log() -> None:
    from app.http.upload import Uploaded

    assert "secret" not in repr(Uploaded(b"secret", "a", "b"))
