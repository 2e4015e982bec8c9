"""The grammar of fields: what it reads, and where it points when it cannot."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.make.fields import TAKEN, TYPES, BadField, Field, read
from app.models.base import Base
from pkg.console import Exit


def one(text: str) -> Field:
    return read([text])[0]


def mark(text: str) -> int:
    """Answers where the message about *text* points."""
    with pytest.raises(BadField) as caught:
        read([text])
    _, shown, below = caught.value.message.split("\n")
    assert shown == f"  {text}"
    assert caught.value.exit_code == Exit.USAGE
    return below.index("^") - 2


@pytest.mark.parametrize(
    ("text", "kind", "args", "unique", "null"),
    [
        ("title:string:40!", "string", ("40",), True, False),
        ("title:string", "string", (), False, False),
        ("body:text?", "text", (), False, True),
        ("author:ref:users", "ref", ("users",), False, False),
        ("status:enum:draft,live", "enum", ("draft", "live"), False, False),
        ("price:decimal:10,2", "decimal", ("10", "2"), False, False),
        ("at:datetime?", "datetime", (), False, True),
        ("slug:string:20!?", "string", ("20",), True, True),
        ("slug:string:20?!", "string", ("20",), True, True),
        ("many:integer", "int", (), False, False),
        ("is_open:boolean", "bool", (), False, False),
    ],
)
def test_a_field_is_read(
    text: str, kind: str, args: tuple[str, ...], unique: bool, null: bool
) -> None:
    field = one(text)

    assert (field.kind, field.args, field.unique, field.null) == (kind, args, unique, null)
    assert field.name == text.partition(":")[0]


@pytest.mark.parametrize("text", ["author:ref:users", "author_id:ref:users"])
def test_a_reference_is_kept_in_a_column_of_its_id(text: str) -> None:
    assert (one(text).name, one(text).column) == ("author", "author_id")


def test_sizes_have_their_defaults() -> None:
    assert one("a:string").length == 255
    assert one("a:enum:one,three").length == 5
    assert one("a:decimal").precision == (12, 2)
    assert one("a:decimal:5,0").precision == (5, 0)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("title", 5),
        ("title:strin", 6),
        ("tiTle:string", 2),
        ("t-itle:string", 1),
        ("9a:int", 0),
        ("title:string:0", 13),
        ("title:string:4001", 13),
        ("title:string:4,4", 13),
        ("title:string:١", 13),
        ("n:int:3", 6),
        ("price:decimal:3,4", 14),
        ("price:decimal:39,4", 14),
        ("a:ref", 5),
        ("a:ref:Users", 6),
        ("a:enum:", 7),
        ("a:enum:x,x", 7),
        ("a:enum:x,Y", 7),
        ("a:string!!", 9),
        ("body:text!", 9),
        ("a:bool!", 6),
        ("a:string:256!", 2),
        (":int", 0),
        ("", 0),
        ("!", 0),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text: str, at: int) -> None:
    assert mark(text) == at


@pytest.mark.parametrize("texts", [["a:int", "a:text"], ["author:ref:users", "author_id:int"]])
def test_two_fields_never_share_a_column(texts: list[str]) -> None:
    with pytest.raises(BadField, match="there are two fields named"):
        read(texts)


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    "name",
    ["class", "lambda", "import_id", "id", "fields", "int", "a__b", "self", "l", "ctid", "xmin"],
)
def test_a_name_that_means_something_else_is_refused(name: str) -> None:
    assert mark(f"{name}:string") == 0


def test_no_field_can_hide_what_every_model_has() -> None:
    theirs = {name for name in dir(Base) if not name.startswith("_")}

    assert theirs | {"id", "created_at", "updated_at", "fields"} == TAKEN


@pytest.mark.rule(100)
@given(st.text(st.sampled_from(string.printable + "ß“１\u202e"), max_size=12))
def test_whatever_is_read_has_a_safe_name(text: str) -> None:
    for kind in (*TYPES, text):
        try:
            field = one(f"{text}:{kind}")
        except BadField:
            continue
        assert field.name.isidentifier()
        assert field.name.isascii()
        assert len(field.column) <= 43
