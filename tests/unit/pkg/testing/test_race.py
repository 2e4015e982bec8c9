from __future__ import annotations

import asyncio

from pkg.testing import race


async def test_every_caller_begins_before_any_goes_on() -> None:
    began: list[int] = []

    async def call(number: int) -> int:
        began.append(number)
        await asyncio.sleep(0)
        return len(began)

    assert await race(5, call) == [5] * 5
    assert sorted(began) == [0, 1, 2, 3, 4]


async def test_answers_and_errors_come_in_the_order_of_the_callers() -> None:
    async def call(number: int) -> int:
        if number % 2:
            raise ValueError(number)
        return number

    answers = await race(4, call)

    assert [answers[0], answers[2]] == [0, 2]
    assert [str(answers[1]), str(answers[3])] == ["1", "3"]
