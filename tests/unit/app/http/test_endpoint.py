from __future__ import annotations

import pytest

from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make


async def test_an_answer_stands_under_data_and_nobody_keeps_it(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/things/7")

    assert answer.status == 200
    assert answer.json() == {"data": {"id": "7", "name": "thing"}}
    assert answer.header("content-type") == "application/json"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("content-length") == str(len(answer.body))


@pytest.mark.rule(49)
async def test_a_row_without_an_answer_is_204_with_nothing_in_it(world: Make) -> None:
    answer = await world(*ROWS).ask("DELETE", "/api/things/7")

    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("cache-control") == "no-store"
    assert answer.header("content-type") is None
    assert answer.header("x-dropped") == "7"


async def test_a_thing_made_says_where_it_stands(world: Make) -> None:
    answer = await world(*ROWS).ask.json("POST", "/api/things", {"name": "Ann"})

    assert answer.status == 201
    assert answer.header("location") == "/things/1"
    assert answer.json() == {"data": {"id": "1", "name": "Ann"}}


async def test_a_list_goes_out_beside_its_pager_and_links_its_neighbours(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/things?limit=5")

    assert answer.json()["data"] == [{"id": "1", "name": "5"}]
    assert answer.json()["pager"]["per_page"] == 5
    assert '</things?page=2>; rel="next"' in (answer.header("link") or "")


async def test_a_cursor_keeps_the_rest_of_the_query(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/stream?a=1&cursor=old")

    assert answer.header("link") == '</api/stream?a=1&cursor=abc>; rel="next"'


async def test_path_and_body_are_one_form(world: Make) -> None:
    answer = await world(*ROWS).ask.json("PATCH", "/api/things/9", {"name": "Bea"})

    assert answer.json() == {"data": {"id": "9", "name": "Bea"}}


async def test_a_body_must_not_name_what_the_path_says(world: Make) -> None:
    answer = await world(*ROWS).ask.json("PATCH", "/api/things/9", {"id": 3, "name": "Bea"})

    assert answer.status == 422
    assert answer.json()["errors"] == {
        "id": [{"code": "unknown", "message": "unknown", "params": {}}]
    }


async def test_a_query_must_not_name_what_the_path_says(world: Make) -> None:
    assert (await world(*ROWS).ask("GET", "/api/things/9?id=3")).status == 422


@pytest.mark.rule(92)
@pytest.mark.parametrize("id", ["0", "-1", "x", "1.5", "1e3", "9223372036854775808", "%00", "１"])
async def test_an_id_in_the_path_is_bounded(world: Make, id: str) -> None:
    answer = await world(*ROWS).ask("GET", f"/api/things/{id}")

    assert answer.status in {404, 422}
    assert answer.header("content-type") == "application/problem+json"


async def test_a_field_that_stands_twice_in_the_query_is_refused(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/things?limit=5&limit=6")

    assert answer.status == 422
    assert answer.json()["errors"]["limit"][0]["code"] == "duplicate"


async def test_a_query_field_may_be_written_with_brackets(world: Make) -> None:
    answer = await world(*ROWS).ask("GET", "/api/things?filter%5Bname%5D=ann")

    assert answer.json()["data"][0]["name"] == "ann"


@pytest.mark.rule(94)
@pytest.mark.parametrize("query", ["surprise=1", "limit=0", "limit=101", "limit=many", "limit="])
async def test_a_query_outside_the_form_is_refused(world: Make, query: str) -> None:
    assert (await world(*ROWS).ask("GET", f"/api/things?{query}")).status == 422


@pytest.mark.parametrize("query", ["a=%ff", "&".join(f"f{n}=1" for n in range(200)), "a=\xe9"])
async def test_a_query_that_cannot_be_read_is_400(world: Make, query: str) -> None:
    assert (await world(*ROWS).ask("GET", f"/api/things?{query}")).status == 400


@pytest.mark.rule(95)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"nul", 400),
        (b"\xff{}", 400),
        (b'{"name":"a","name":"b"}', 400),
        (b'{"name":NaN}', 400),
        (b'{"name":' + b"[" * 40 + b"]" * 40 + b"}", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b'{"name":1}', 422),
        (b'{"name":"Ann","more":1}', 422),
        (b'{"name":"a\\u0000b"}', 422),
    ],
)
async def test_what_is_no_right_form_is_refused(world: Make, body: bytes, status: int) -> None:
    said = {"content-type": "application/json"}

    answer = await world(*ROWS).ask("POST", "/api/things", headers=said, body=body)

    assert answer.status == status
    assert answer.header("content-type") == "application/problem+json"


@pytest.mark.rule(95)
@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ('Application/JSON;charset="UTF-8"', 201),
        ("application/json; charset=latin-1", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("", 415),
    ],
)
async def test_only_json_is_read(world: Make, media: str, status: int) -> None:
    said = {"content-type": media}

    answer = await world(*ROWS).ask("POST", "/api/things", headers=said, body=b'{"name":"Ann"}')

    assert answer.status == status


async def test_a_body_may_come_in_pieces(world: Make) -> None:
    said = {"content-type": "application/json"}
    pieces = [b'{"na', b'me":"A', b'nn"}']

    answer = await world(*ROWS).ask("POST", "/api/things", headers=said, body=pieces)

    assert answer.status == 201


async def test_all_faults_of_a_form_are_told_at_once_in_the_callers_language(world: Make) -> None:
    answer = await world(*ROWS).ask.json(
        "POST", "/api/things", {"label": "x" * 500, "more": 1}, headers={"accept-language": "zh-CN"}
    )

    errors = answer.json()["errors"]
    assert {name: faults[0]["code"] for name, faults in errors.items()} == {
        "name": "missing",
        "label": "too_long",
        "more": "unknown",
    }
    assert errors["name"][0]["message"] == "请填写。"
    assert str(errors["label"][0]["params"]["max"]) in errors["label"][0]["message"]


async def test_a_document_is_sent_once_and_held_by_its_tag(world: Make) -> None:
    ask = world(*ROWS).ask
    first = await ask("GET", "/api/text")
    tag = first.header("etag") or ""

    again = await ask("GET", "/api/text", headers={"if-none-match": f'"other", W/{tag}'})
    changed = await ask("GET", "/api/text", headers={"if-none-match": '"other"'})

    assert (first.body, first.header("content-type")) == (b"hello", "text/plain")
    assert (again.status, again.body, again.header("etag")) == (304, b"", tag)
    assert changed.status == 200


@pytest.mark.rule(99)
@pytest.mark.parametrize("value", ["a\r\nset-cookie: b", "a\nb", "a\0b"])
def test_a_line_break_never_reaches_a_header(value: str) -> None:
    from app.http.reply import Reply

    with pytest.raises(ValueError, match="line break"):
        Reply().say("location", value)
