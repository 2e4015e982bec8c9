"""Pictures in, clean pictures out, never on the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pkg.file.config import FileConfig
from pkg.file.errors import ImagesBusy, ImageTooLarge

SIZES = (64, 256, 512)
Decode = Callable[[bytes, int], dict[int, bytes]]


def _decode(raw: bytes, max_pixels: int) -> dict[int, bytes]:
    from pkg.file.pixels import squares  # noqa: PLC0415  vendor: Pillow and its codecs

    return squares(raw, SIZES, max_pixels=max_pixels)


class Images:
    """Decodes what people upload, in few threads, and encodes it anew.

    A file is never believed and never kept: its kind is what decodes, its size what its header
    says, and what goes out is pixels we wrote ourselves. *decode* is for tests.
    """

    def __init__(self, config: FileConfig | None = None, *, decode: Decode = _decode) -> None:
        self._config = config or FileConfig()
        self._decode = decode
        self._pool = ThreadPoolExecutor(self._config.workers, thread_name_prefix="image")
        self._waiting, self._lock = 0, threading.Lock()

    async def avatar(self, raw: bytes) -> dict[int, bytes]:
        """Answers the middle square of *raw* as WebP in 64, 256 and 512 pixels, upright and bare.

        JPEG, PNG, WebP and the first frame of a GIF are taken. Up to two seconds of CPU.

        Raises:
            ImageRefused: it is another format, or broken.
            ImageTooLarge: over the bytes or the pixels allowed; it was not decoded.
            ImagesBusy: the queue is full, or the time is over.
        """
        config = self._config
        if len(raw) > config.max_image_bytes:
            raise ImageTooLarge("the picture has too many bytes", max_bytes=config.max_image_bytes)
        if self._waiting >= config.max_waiting:
            raise ImagesBusy("the picture queue is full", retry_after=5)
        with self._lock:
            self._waiting += 1
        future = self._pool.submit(self._decode, raw, config.max_pixels)
        # On the pool's future: a caller that left does not stop the work, which keeps its place.
        future.add_done_callback(self._done)
        try:
            async with asyncio.timeout(config.timeout):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise ImagesBusy("the picture took too long", retry_after=5) from None

    def close(self) -> None:
        """Lets running work end, drops what waits, stops the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _done(self, _: object) -> None:
        with self._lock:  # a pool thread calls this
            self._waiting -= 1
