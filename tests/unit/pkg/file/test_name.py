from __future__ import annotations

import pytest

from pkg.file.name import MEDIA, fresh, is_name, media, sized


@pytest.mark.rule(87)
def test_a_name_is_128_random_bits_and_never_comes_twice() -> None:
    names = {fresh("webp") for _ in range(500)}

    assert len(names) == 500
    assert all(len(bytes.fromhex(name.removesuffix(".webp"))) == 16 for name in names)
    # each of 128 bits is seen set and unset: no part is a clock or a counter
    bits = [int(name[:32], 16) for name in names]
    assert all(0 < sum(value >> bit & 1 for value in bits) < 500 for bit in range(128))


def test_a_size_is_part_of_the_name() -> None:
    name = fresh("webp")

    assert sized(name, 64) == f"{name[:32]}-64.webp"
    assert is_name(sized(name, 512))


@pytest.mark.parametrize("ending", MEDIA)
def test_the_content_type_is_that_of_the_ending(ending: str) -> None:
    assert is_name(fresh(ending))
    assert media(fresh(ending)) == MEDIA[ending]
    assert media(fresh(ending)).startswith("image/")


@pytest.mark.rule(88)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 32 + ".html",
        "a" * 32 + ".svg",
        "a" * 32,
        "a" * 31 + ".png",
        "A" * 32 + ".png",
        "a" * 32 + ".png\n",
        "a" * 32 + ".png.html",
        "a" * 32 + "-0.png",
        "a" * 32 + "-12345.png",
        "a" * 32 + "-\u0661.png",
        "g" * 32 + ".png",
        "../" + "a" * 32 + ".png",
    ],
)
def test_what_is_not_quite_a_name_is_none(text: str) -> None:
    assert not is_name(text)
