"""The only place where a stranger's picture is decoded."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

from PIL import Image

from pkg.file.errors import ImageRefused, ImageTooLarge

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ORIENTATION = 0x0112  # EXIF 2.3, 4.6.4
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A progressive JPEG may hold thousands of empty scans: 60 bytes each, and each a pass over all its
# pixels. Cameras write 10. Source: libjpeg-turbo, "Two Issues with the JPEG Standard".
MAX_SCANS = 100
QUALITY = 82

# Pillow only warns from 89 Mpx on; without this it would go on, and write to stderr.
warnings.simplefilter("error", Image.DecompressionBombWarning)


def squares(raw: bytes, sizes: Sequence[int], *, max_pixels: int) -> dict[int, bytes]:
    """Answers the middle square of *raw* as WebP in each of *sizes*.

    Up to two seconds of CPU and 400 MB at 24 Mpx: run it in the pool.

    Raises:
        ImageRefused: no picture of ``FORMATS``, or a broken one.
        ImageTooLarge: more than *max_pixels*; it was not decoded.
    """
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
            _check(picture, raw, max_pixels)
            largest = _square(picture, max(sizes))
            return {size: _webp(largest, size) for size in sizes}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageTooLarge("the picture has too many pixels", max_pixels=max_pixels) from None
    except (ImageRefused, ImageTooLarge):
        raise
    except Exception as exc:  # noqa: BLE001  a broken file raises whatever its decoder trips over
        kind = type(exc).__name__
    raise ImageRefused(f"no picture: {kind}")


def _check(picture: Image.Image, raw: bytes, max_pixels: int) -> None:
    # Only the header has been read so far.
    if picture.format not in FORMATS:  # MPO comes in by JPEG's door
        raise ImageRefused("a picture of several pictures")
    if picture.width * picture.height > max_pixels:
        raise ImageTooLarge("the picture has too many pixels", max_pixels=max_pixels)
    if picture.format == "JPEG" and raw.count(b"\xff\xda") > MAX_SCANS:
        raise ImageRefused("a picture of too many scans")


def _square(picture: Image.Image, size: int) -> Image.Image:
    turn = _turn(picture)
    picture.draft(None, (size, size))  # JPEG: decodes at the half, quarter or eighth that suffices
    plain = _plain(picture)
    side = min(plain.size)
    left, top = (plain.width - side) // 2, (plain.height - side) // 2
    box = (left, top, left + side, top + side)
    small = plain.resize((size, size), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    # Last, and on the small one: the middle square is the same whichever way it is turned.
    return small if turn is None else small.transpose(turn)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    try:
        return UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  as above: a camera's bad EXIF does not make a bad picture
        return None


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey: a plain convert would cut, not scale
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("RGB")
    wanted = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)  # convert always copies


def _webp(picture: Image.Image, size: int) -> bytes:
    out = io.BytesIO()
    small = picture if picture.width == size else picture.resize((size, size))
    small.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
