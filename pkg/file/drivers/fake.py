"""The storage for tests: a dict, and failures on demand."""

from __future__ import annotations

from pkg.errors import Error
from pkg.file.contract import Storage
from pkg.file.errors import BadFileName
from pkg.file.name import is_name


class FakeStorage(Storage):
    """Keeps what it was given in ``files``; raises ``failure`` while one is set."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.failure: Error | None = None

    async def put(self, name: str, data: bytes) -> None:
        self._may_fail()
        if not is_name(name):
            raise BadFileName("this is no name of a stored file")
        self.files[name] = data

    async def get(self, name: str) -> bytes | None:
        self._may_fail()
        return self.files.get(name)

    async def delete(self, name: str) -> bool:
        self._may_fail()
        return self.files.pop(name, None) is not None

    def url(self, name: str) -> str:
        return f"/files/{name}"

    def _may_fail(self) -> None:
        if self.failure is not None:
            raise self.failure
