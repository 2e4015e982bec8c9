"""What comes out of a stranger's picture, and what does not come in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from pkg.file import ImageRefused, ImageTooLarge
from pkg.file.pixels import MAX_SCANS, squares
from tests.unit.pkg.file.pictures import (
    BLUE,
    CANARY,
    RED,
    halves,
    opened,
    plain,
    png_of,
    riff,
    saved,
    turned,
)

SIZES = (16, 32)
PIXELS = 24_000_000
# Where the red half of `halves()` lies once the picture is held as its EXIF says (EXIF 2.3, 4.6.4).
RED_AT = {
    1: (0.5, 0.1), 2: (0.5, 0.1), 3: (0.5, 0.9), 4: (0.5, 0.9),
    5: (0.1, 0.5), 6: (0.9, 0.5), 7: (0.9, 0.5), 8: (0.1, 0.5),
}  # fmt: skip


def made(raw: bytes, *, max_pixels: int = PIXELS) -> dict[int, bytes]:
    return squares(raw, SIZES, max_pixels=max_pixels)


def near(found: Any, wanted: tuple[int, ...], *, by: int = 40) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


@pytest.mark.rule(85)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_known_format_becomes_webp_in_every_size(format: str) -> None:
    out = made(saved(halves(), format))

    assert set(out) == set(SIZES)
    for size, data in out.items():
        picture = opened(data)
        assert (picture.format, picture.size) == ("WEBP", (size, size))
        assert near(picture.convert("RGB").getpixel((size // 2, 1)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"

    assert set(made(saved(Image.new(mode, (40, 40)), format))) == set(SIZES)


def test_sixteen_bits_of_grey_are_scaled_and_not_cut() -> None:
    out = made(saved(Image.new("I;16", (40, 40), 0x8000), "PNG"))

    assert near(opened(out[16]).convert("RGB").getpixel((8, 8)), (128, 128, 128), by=3)


def test_what_was_transparent_stays_so() -> None:
    out = made(saved(Image.new("RGBA", (40, 40), (200, 0, 0, 0)), "PNG"))

    assert opened(out[16]).getpixel((8, 8))[3] == 0  # type: ignore[index]  # RGBA: a tuple


def test_the_middle_square_is_what_is_kept() -> None:
    picture = Image.new("RGB", (300, 100), BLUE)
    picture.paste(RED, (100, 0, 200, 100))

    found = opened(made(saved(picture, "PNG"))[32]).convert("RGB")

    assert all(near(found.getpixel(at), RED) for at in ((1, 1), (30, 1), (16, 16), (30, 30)))


@pytest.mark.rule(85)
@pytest.mark.parametrize("orientation", RED_AT)
def test_a_picture_comes_out_upright(orientation: int) -> None:
    found = opened(made(turned(orientation))[32]).convert("RGB")

    x, y = RED_AT[orientation]
    assert near(found.getpixel((int(x * 32), int(y * 32))), RED)
    assert near(found.getpixel((31 - int(x * 32), 31 - int(y * 32))), BLUE)


def test_words_about_a_picture_that_cannot_be_read_are_no_reason_to_refuse_it() -> None:
    assert made(saved(halves(), "PNG", exif=b"Exif\0\0broken"))


@pytest.mark.rule(85)
def test_nothing_but_pixels_comes_out() -> None:
    for raw in (turned(6), saved(halves(), "PNG", icc_profile=CANARY)):
        for data in made(raw).values():
            assert set(riff(data)) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
            assert CANARY not in data
            assert not opened(data).getexif()


@pytest.mark.rule(85)
def test_of_a_moving_picture_the_first_frame_is_taken() -> None:
    frames = [plain(colour=RED), plain(colour=BLUE)]
    for format in ("GIF", "WEBP", "PNG"):
        raw = saved(frames[0], format, save_all=True, append_images=frames[1:])
        assert len(list(ImageSequence.Iterator(opened(raw)))) == 2

        picture = opened(made(raw)[16])

        assert near(picture.convert("RGB").getpixel((8, 8)), RED)
        assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.rule(86)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>1</script>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"P6 4 4 255 " + b"\0" * 48,
    ],
    ids=["empty", "zeros", "svg", "xml", "html", "pdf", "eps", "ppm"],
)
def test_what_is_no_picture_of_ours_is_refused(raw: bytes) -> None:
    with pytest.raises(ImageRefused) as refused:
        made(raw)
    assert refused.value.code == "image.refused"


@pytest.mark.rule(86)
@pytest.mark.parametrize("format", ["TIFF", "PDF", "EPS", "BMP", "ICO", "TGA", "MPO", "JPEG2000"])
def test_a_real_picture_of_another_format_is_refused(format: str) -> None:
    options = {"save_all": True, "append_images": [plain()]} if format == "MPO" else {}

    with pytest.raises(ImageRefused):
        made(saved(plain(), format, **options))


@pytest.mark.rule(86)
@pytest.mark.parametrize(
    "raw",
    [
        saved(halves(), "JPEG", comment=CANARY),
        saved(halves(), "JPEG") + CANARY,
        saved(halves(), "PNG") + b"PK\x03\x04" + CANARY,
        saved(halves(), "GIF", comment=CANARY),
        saved(halves(), "GIF") + b"*/=1;" + CANARY,
        saved(halves(), "WEBP", xmp=CANARY),
    ],
    ids=["jpeg comment", "jpeg tail", "png tail", "gif comment", "gif tail", "webp xmp"],
)
def test_a_polyglot_comes_out_clean(raw: bytes) -> None:
    assert CANARY in raw

    for data in made(raw).values():
        assert b"canary" not in data
        assert b"PK\x03\x04" not in data
        riff(data)


@pytest.mark.rule(85)
@pytest.mark.parametrize(
    "size", [(24_000_001, 1), (6000, 4001), (10_000, 9000), (2**31 - 1, 2**31 - 1)]
)
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    # Its body is 64 bytes: decoding it would be "broken", so "too large" was said before that.
    with pytest.raises((ImageTooLarge, ImageRefused)) as refused:
        made(png_of(*size))
    if max(size) < 2**31 - 1:
        assert refused.value.code == "image.too_large"


def test_a_picture_of_just_as_many_pixels_as_allowed_is_taken() -> None:
    raw = saved(plain(size=(50, 40)), "PNG")

    assert made(raw, max_pixels=2000)
    with pytest.raises(ImageTooLarge) as refused:
        made(raw, max_pixels=1999)
    assert refused.value.params == {"max_pixels": 1999}


@pytest.mark.rule(90)
def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded() -> None:
    raw = saved(halves(), "JPEG", progressive=True)
    assert 1 < raw.count(b"\xff\xda") < MAX_SCANS
    assert made(raw)
    scan = raw[raw.rindex(b"\xff\xda") : -2]

    with pytest.raises(ImageRefused, match="scans"):
        made(raw[:-2] + scan * MAX_SCANS + raw[-2:])


@settings(max_examples=150, deadline=None)
@given(
    format=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    at=st.floats(min_value=0, max_value=1),
    put=st.binary(max_size=12),
    cut=st.booleans(),
)
def test_a_damaged_file_is_a_picture_or_a_refusal(
    format: str, at: float, put: bytes, cut: bool
) -> None:
    raw = WHOLE[format]
    where = int(at * len(raw))
    damaged = raw[:where] + put + (b"" if cut else raw[where + len(put) :])

    with suppress(ImageRefused, ImageTooLarge):
        assert all(riff(data) for data in made(damaged, max_pixels=1_000_000).values())


WHOLE = {format: saved(halves(), format) for format in ("JPEG", "PNG", "WEBP", "GIF")}
