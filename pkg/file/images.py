"""Pictures in, clean pictures out, never on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pkg.file.config import FileConfig
from pkg.file.errors import ImagesBusy, ImageTooLarge
from pkg.pool import Pool

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
        self._config = config = config or FileConfig()
        self._decode = decode
        self._pool = Pool(
            "image", workers=config.workers, max_waiting=config.max_waiting, full=_busy
        )

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
        try:
            async with asyncio.timeout(config.timeout):
                return await self._pool.run(lambda: self._decode(raw, config.max_pixels))
        except TimeoutError:
            raise ImagesBusy("the picture took too long", retry_after=5) from None

    def close(self) -> None:
        """Lets running work end, drops what waits, stops the threads."""
        self._pool.close()


def _busy() -> ImagesBusy:
    return ImagesBusy("the picture queue is full", retry_after=5)
