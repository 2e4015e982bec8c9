"""Pictures as cameras, programs and attackers make them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

CANARY = b"<script>canary</script>"
RED, BLUE = (220, 20, 20), (20, 20, 220)


def plain(mode: str = "RGB", size: tuple[int, int] = (120, 80), colour: Any = None) -> Image.Image:
    return Image.new(mode, size, 200 if colour is None and mode in {"L", "P", "1"} else colour or 0)


def halves(size: tuple[int, int] = (100, 100)) -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (0, size[1] // 2, *size))
    return picture


def saved(picture: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def turned(orientation: int) -> bytes:
    """A JPEG whose EXIF says how it is to be held, with words in every corner of it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = CANARY.decode()  # ImageDescription
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}  # GPS
    return saved(halves(), "JPEG", exif=exif, comment=CANARY, icc_profile=CANARY, quality=95)


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises *width* times *height* pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 64)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def riff(data: bytes) -> dict[bytes, bytes]:
    """Answers the chunks of a WebP by name, read by hand and not by what wrote it."""
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"WEBP"
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8, "something follows the picture"
    found, at = {}, 12
    while at < len(data):
        length = struct.unpack("<I", data[at + 4 : at + 8])[0]
        found[data[at : at + 4]] = data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return found
