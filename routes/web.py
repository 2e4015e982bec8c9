"""The page: `/` and what it loads, out of resources/web, read once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# Nothing inline, nothing foreign, no markup out of strings (Trusted Types): text stays text.
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; "  # a socket of the same origin is 'self' too (CSP 3)
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
MEDIA: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}
ASSETS: Final = "/assets/"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes out, plain and packed."""

    body: bytes
    packed: bytes
    media: str
    etag: str

    @classmethod
    def of(cls, body: bytes, suffix: str) -> Asset:
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'  # weak: one for both encodings
        return cls(body, gzip.compress(body, mtime=0), MEDIA[suffix], etag)

    def answer(self, request: Request, *, cache: str) -> Response:
        """Answers the file, or 304 to a client that holds it."""
        headers = {
            "ETag": self.etag,
            "Cache-Control": cache,
            "Content-Security-Policy": CSP,
            "Vary": "Accept-Encoding",
        }
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.body, media_type=self.media, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(self.packed, media_type=self.media, headers=headers)


class Web:
    """The files of *folder*, by name: a name that is not among them is 404, whatever its dots.

    Assets also answer under `/assets/<version>/`, the digest of them all. The page names them
    so: they may be kept for ever, and the modules of two releases never meet in one window.
    With *fresh* the folder is read again when a file changed, for those who edit it.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self._folder = folder
        self._fresh = fresh
        self._moments: list[int] = []
        self._load()

    async def page(self, request: Request) -> Response:
        """Answers `/`: asked for each time, sent when changed."""
        self._look()
        return self._index.answer(request, cache="no-cache")

    async def asset(self, request: Request) -> Response:
        """Answers a file of the page."""
        self._look()
        name = request.path_params["name"]
        version, _, rest = name.partition("/")
        asked = rest if version == self.version else name
        found = self._assets.get(asked)
        if found is None:
            raise HTTPException(404)
        kept = asked != name and not self._fresh
        return found.answer(
            request, cache="public, max-age=31536000, immutable" if kept else "no-cache"
        )

    def _look(self) -> None:
        if self._fresh and self._moments != self._changed():
            self._load()

    def _changed(self) -> list[int]:
        return [path.stat().st_mtime_ns for path in self._paths()]

    def _paths(self) -> list[Path]:
        found = self._folder.rglob("*")
        return sorted(path for path in found if path.suffix in MEDIA and path.is_file())

    def _load(self) -> None:
        self._moments = self._changed()  # first: what changes while we read is read again
        files = {
            path.relative_to(self._folder).as_posix(): path.read_bytes() for path in self._paths()
        }
        digest = hashlib.sha256(b"".join(name.encode() + body for name, body in files.items()))
        self.version = digest.hexdigest()[:12]
        page = files.pop("index.html").replace(ASSETS.encode(), f"{ASSETS}{self.version}/".encode())
        self._index = Asset.of(page, ".html")
        self._assets = {name: Asset.of(body, Path(name).suffix) for name, body in files.items()}


def web(folder: Path, *, fresh: bool = False) -> list[Route]:
    """Answers the routes of the page in *folder*."""
    page = Web(folder, fresh=fresh)
    return [
        Route("/", page.page, methods=["GET"], name="page"),
        Route(ASSETS + "{name:path}", page.asset, methods=["GET"], name="assets"),
    ]
