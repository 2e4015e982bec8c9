"""Rows of no product: one of each kind."""

from __future__ import annotations

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from app.errors import NotFound
from app.http.document import Document
from app.http.guards import admin, anyone, confirmed, guest, user
from app.http.reply import reply
from app.http.routing import delete, document, get, group, patch, post, put
from app.http.state import Req, client_ip, device, locale, principal
from app.http.upload import Upload, Uploaded
from pkg.paginator import CursorPage, Page
from pkg.validation import DeviceName, Id, Limit, Name


class Thing(TypedDict):
    id: str
    name: str


class Seen(TypedDict):
    ip: str
    locale: str
    agent: str
    user: str


class NewThing(BaseModel, frozen=True, extra="forbid"):
    name: Name
    label: DeviceName | None = None


class OneThing(BaseModel, frozen=True, extra="forbid"):
    id: Id


class ChangedThing(BaseModel, frozen=True, extra="forbid"):
    id: Id
    name: Name


class Listed(BaseModel, frozen=True, extra="forbid"):
    limit: Limit = 20
    starting: str | None = Field(default=None, alias="filter[name]", max_length=8)


async def make(request: Req, form: NewThing) -> Thing:
    """Makes a thing.

    It stands where Location says.
    """
    reply(request).created("/things/1")
    return {"id": "1", "name": form.name}


async def show(request: Req, form: OneThing) -> Thing:
    if form.id > 100:
        raise NotFound
    return {"id": str(form.id), "name": "thing"}


async def change(request: Req, form: ChangedThing) -> Thing:
    return {"id": str(form.id), "name": form.name}


async def drop(request: Req, form: OneThing) -> None:
    reply(request).say("x-dropped", str(form.id))


async def index(request: Req, form: Listed) -> Page[Thing]:
    items: list[Thing] = [{"id": "1", "name": form.starting or str(form.limit)}]
    return {
        "items": items,
        "pager": {
            "page": 1,
            "per_page": form.limit,
            "total_page": 2,
            "total_count": 2,
            "next_page_url": "/things?page=2",
            "prev_page_url": None,
        },
    }


class Streamed(BaseModel, frozen=True, extra="forbid"):
    cursor: str = ""
    a: str = ""


async def stream(request: Req, form: Streamed) -> CursorPage[Thing]:
    return {
        "items": [],
        "pager": {"per_page": 1, "next_cursor": "abc", "prev_cursor": None, "has_more": True},
    }


async def seen(request: Req) -> Seen:
    return {
        "ip": client_ip(request),
        "locale": locale(request),
        "agent": device(request).user_agent,
        "user": str(principal(request).user_id) if request.scope["principal"] else "",
    }


async def touch(request: Req) -> None:
    return None


async def store(request: Req, file: Uploaded) -> Thing:
    return {"id": str(len(file.content)), "name": file.name}


async def text(request: Req) -> Document:
    return Document.of(b"hello", "text/plain")


async def broken(request: Req) -> None:
    raise RuntimeError("a secret of ours")


ROWS = group("/api", limit="api")(
    post("/things", make, body=NewThing, answer=Thing, guard=anyone, status=201),
    get("/things", index, query=Listed, answer=Page[Thing], guard=anyone),
    get("/things/{id}", show, query=OneThing, answer=Thing, guard=anyone),
    patch("/things/{id}", change, body=ChangedThing, answer=Thing, guard=anyone),
    delete("/things/{id}", drop, query=OneThing, guard=anyone),
    get("/things/newest", touch, guard=anyone),
    get("/stream", stream, query=Streamed, answer=CursorPage[Thing], guard=anyone),
    get("/seen", seen, answer=Seen, guard=anyone),
    post("/touch", touch, guard=anyone),
    get("/me", seen, answer=Seen, guard=user),
    post("/me", touch, guard=user),
    get("/guest", touch, guard=guest),
    get("/confirmed", touch, guard=confirmed),
    get("/admin", touch, guard=admin),
    put("/picture", store, upload=Upload(max_bytes=64), answer=Thing, guard=anyone),
    document("/text", text, guard=anyone),
    get("/broken", broken, guard=anyone),
    post("/captcha", touch, guard=anyone, limit="captcha"),
)
