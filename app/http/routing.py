"""Rows: a way in as a value. mypy holds each against its controller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar, get_origin, overload

from pydantic import BaseModel
from starlette.routing import compile_path
from typing_extensions import TypeForm, is_typeddict

from app.http.document import Document
from app.http.guards import Guard
from app.http.state import Req
from app.http.upload import Upload, Uploaded
from pkg.errors import Error

F = TypeVar("F", bound=BaseModel)
A = TypeVar("A")
Takes = Callable[[Req, F], Awaitable[A]]
Stores = Callable[[Req, Uploaded], Awaitable[A]]
Acts = Callable[[Req], Awaitable[A]]
Refuses = tuple[type[Error], ...]


class Nothing:
    """Stands where a row has no answer: 204."""


NOTHING: Final = Nothing()


@dataclass(frozen=True)
class Row:
    """One way in: what it takes, what it answers, who may, how often."""

    method: str
    path: str
    controller: Callable[..., Awaitable[Any]]
    guard: Guard
    form: type[BaseModel] | None = None
    upload: Upload | None = None
    answer: Any = NOTHING
    limit: str = ""
    status: int = 200
    again: int | None = None  # the status of what was done before, and is answered alike
    refuses: Refuses = ()  # beside what its guard, limit and form refuse

    @cached_property
    def path_names(self) -> frozenset[str]:
        """The fields of the form that stand in the path."""
        return frozenset(compile_path(self.path)[2])

    @property
    def is_paged(self) -> bool:
        """Tells whether the answer is a list and its pager, which go out side by side."""
        kind = get_origin(self.answer) or self.answer
        return is_typeddict(kind) and kind.__annotations__.keys() == {"items", "pager"}

    @property
    def takes_query(self) -> bool:
        """Tells where the fields that are not in the path come from."""
        return self.method in {"GET", "DELETE"}

    @property
    def name(self) -> str:
        """The row's name in documents and clients: its controller's."""
        module = self.controller.__module__.rpartition(".")[2]
        return f"{module}.{self.controller.__name__}"


# One form for all input: fields named in the path come from there, the rest from the query here
# and from the body below. `answer` is a TypeForm, since `type[A]` refuses a union; a row without
# one is 204, and its controller answers None.
class Reads:
    """Makes rows that take a query."""

    def __init__(self, method: str) -> None:
        self._method = method

    # fmt: off
    @overload
    def __call__(self, path: str, controller: Takes[F, A], *, query: type[F], answer: TypeForm[A],
                 guard: Guard, limit: str = "", status: int = 200,
                 refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Acts[A], *, answer: TypeForm[A],
                 guard: Guard, limit: str = "", status: int = 200,
                 refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Takes[F, None], *, query: type[F],
                 guard: Guard, limit: str = "", refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Acts[None], *,
                 guard: Guard, limit: str = "", refuses: Refuses = ()) -> Row: ...
    def __call__(self, path: str, controller: Callable[..., Awaitable[Any]], *,
                 query: type[BaseModel] | None = None, answer: Any = NOTHING,
                 guard: Guard, limit: str = "", status: int = 200, refuses: Refuses = ()) -> Row:
        status = 204 if answer is NOTHING else status
        return Row(self._method, path, controller, guard,
                   form=query, answer=answer, limit=limit, status=status, refuses=refuses)
    # fmt: on


class Writes:
    """Makes rows that take a body, or one file."""

    def __init__(self, method: str) -> None:
        self._method = method

    # fmt: off
    @overload
    def __call__(self, path: str, controller: Takes[F, A], *, body: type[F], answer: TypeForm[A],
                 guard: Guard, limit: str = "", status: int = 200, again: int | None = None,
                 refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Stores[A], *, upload: Upload, answer: TypeForm[A],
                 guard: Guard, limit: str = "", status: int = 200,
                 refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Acts[A], *, answer: TypeForm[A],
                 guard: Guard, limit: str = "", status: int = 200,
                 refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Takes[F, None], *, body: type[F],
                 guard: Guard, limit: str = "", refuses: Refuses = ()) -> Row: ...
    @overload
    def __call__(self, path: str, controller: Acts[None], *,
                 guard: Guard, limit: str = "", refuses: Refuses = ()) -> Row: ...
    def __call__(self, path: str, controller: Callable[..., Awaitable[Any]], *,
                 body: type[BaseModel] | None = None, upload: Upload | None = None,
                 answer: Any = NOTHING, guard: Guard, limit: str = "", status: int = 200,
                 again: int | None = None, refuses: Refuses = ()) -> Row:
        status = 204 if answer is NOTHING else status
        return Row(self._method, path, controller, guard,
                   form=body, upload=upload, answer=answer, limit=limit,
                   status=status, again=again, refuses=refuses)
    # fmt: on


get: Final = Reads("GET")
delete: Final = Reads("DELETE")
post: Final = Writes("POST")
put: Final = Writes("PUT")
patch: Final = Writes("PATCH")


def document(path: str, controller: Acts[Document], *, guard: Guard, limit: str = "") -> Row:
    """Makes a row that answers bytes as they are."""
    return Row("GET", path, controller, guard, answer=Document, limit=limit)


def group(prefix: str, *, limit: str) -> Callable[..., tuple[Row, ...]]:
    """Puts *prefix* before the path of each row, and *limit* where a row names none."""

    def grouped(*rows: Row) -> tuple[Row, ...]:
        return tuple(replace(row, path=prefix + row.path, limit=row.limit or limit) for row in rows)

    return grouped
