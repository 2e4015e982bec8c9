"""The painters, and how far a simple program gets with their pictures."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter

import pytest
from PIL import Image, ImageChops, ImageDraw

from pkg.captcha import Painter
from pkg.captcha.drivers.canvas import SIZE, draw, font
from pkg.captcha.drivers.digits import DIGITS, DigitsPainter
from pkg.captcha.drivers.fake import FakePainter
from pkg.captcha.drivers.math import MathPainter, made

PAINTERS: dict[str, Painter] = {
    "digits": DigitsPainter(),
    "math": MathPainter(),
    "fake": FakePainter(),
}


@pytest.fixture(params=PAINTERS)
def painter(request: pytest.FixtureRequest) -> Painter:
    return PAINTERS[request.param]


def opened(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image), formats=["PNG"])


def test_an_answer_is_printable_ascii_without_blanks(painter: Painter) -> None:
    for _ in range(50):
        answer = painter.paint().answer
        assert answer
        assert answer.isascii()
        assert answer.isalnum()


@pytest.mark.rule(16)
def test_a_picture_says_nothing_beside_itself(painter: Painter) -> None:
    picture = opened(painter.paint().image)

    picture.load()
    assert picture.format == "PNG"
    assert not picture.info
    assert not getattr(picture, "text", {})
    assert not picture.getexif()


@pytest.mark.rule(16)
def test_two_pictures_of_one_answer_have_nothing_in_common() -> None:
    pictures = {draw("23456") for _ in range(20)}

    assert len(pictures) == 20


@pytest.mark.parametrize("painter", [DigitsPainter(length=6), MathPainter()])
def test_a_picture_is_sharp_at_twice_the_size_it_is_shown_in(painter: Painter) -> None:
    puzzle = painter.paint()

    assert puzzle.media == "image/png"
    assert opened(puzzle.image).size == SIZE == (240, 88)
    assert len(puzzle.image) < 10_000


def test_signs_stay_inside_the_picture() -> None:
    for _ in range(30):
        mask = opened(draw("88888", noise=0)).convert("L").point(lambda v: 255 * (v < 128))
        edges = ImageChops.difference(mask, Image.new("L", SIZE))
        left, top, right, bottom = edges.crop((0, 0, *SIZE)).getbbox() or (0, 0, 0, 0)
        assert right - left > SIZE[0] / 2
        assert bottom - top > SIZE[1] / 2


@pytest.mark.parametrize("length", [4, 5, 6])
def test_digits_are_many_uniform_and_not_easily_confused(length: int) -> None:
    painter = DigitsPainter(length=length)
    drawn = [painter.paint().answer for _ in range(60)]

    assert {len(answer) for answer in drawn} == {length}
    seen = Counter("".join(drawn))
    assert seen.keys() <= set(DIGITS)
    assert not seen.keys() & set("01")
    expected = 60 * length / len(DIGITS)
    chi_square = sum((seen[digit] - expected) ** 2 / expected for digit in DIGITS)
    assert chi_square < 45  # 7 degrees of freedom: once in ten million times


def test_a_sum_is_right_and_no_answer_is_a_good_guess() -> None:
    sums = [made() for _ in range(3000)]

    for written, answer in sums:
        left, right = written.removesuffix("=?").split("+")
        assert int(left) + int(right) == int(answer)
    assert Counter(answer for _, answer in sums).most_common(1)[0][1] < 3000 * 0.03


@pytest.mark.rule(16)
def test_matching_signs_against_the_font_reads_next_to_nothing() -> None:
    painter = DigitsPainter()
    read = sum(
        naive(puzzle.image, 5) == puzzle.answer for puzzle in (painter.paint() for _ in range(60))
    )

    assert read <= 12  # 27 in a thousand when this was written


def naive(image: bytes, length: int) -> str:
    """Reads a picture slot by slot: the digit of the font that lies best over the dark pixels."""
    mask = opened(image).convert("L").point(lambda v: 255 * (v < 140))
    step = (SIZE[0] - 24) / length
    return "".join(_nearest(mask, round(12 + step * n), round(step)) for n in range(length))


def _nearest(mask: Image.Image, left: int, width: int) -> str:
    slot = mask.crop((left, 0, left + width, SIZE[1]))

    def apart(digit: str) -> int:
        tile = Image.new("L", slot.size)
        at = (slot.width / 2, slot.height / 2)
        ImageDraw.Draw(tile).text(at, digit, fill=255, font=font(62), anchor="mm", stroke_width=1)
        return ImageChops.difference(slot, tile).histogram()[255]

    return min(DIGITS, key=apart)


def test_importing_the_module_and_its_painters_loads_no_pillow() -> None:
    code = (
        "import sys, pkg.captcha, pkg.captcha.drivers.digits, pkg.captcha.drivers.math;"
        "sys.exit('PIL' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
