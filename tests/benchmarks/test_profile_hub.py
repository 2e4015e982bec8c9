from __future__ import annotations

import pytest

from tests.architecture.source import functions, sources
from tests.benchmarks.profile_hub import PARTS, REST, part_of, table

ROOT = "/srv/parley"
RUN = f"<module> ({ROOT}/main.py:9);Runner.run (/usr/lib/asyncio/runners.py:118)"


@pytest.mark.parametrize(
    ("inner", "part"),
    [
        (f"HubProtocol.write ({ROOT}/pkg/hub/socket/protocol.py:150)", "write"),
        (f"HubProtocol.data_received ({ROOT}/pkg/hub/socket/protocol.py:90)", "receive"),
        (f"_push ({ROOT}/pkg/hub/room.py:281)", "write"),
        (f"Client.push ({ROOT}/pkg/hub/client.py:123)", "fan-out"),
        (f"parse ({ROOT}/pkg/validation/form.py:30);validate (/lib/pydantic/main.py:1)", "decode"),
        (f"_commit ({ROOT}/pkg/hub/commit.py:99);execute (/lib/aiosqlite/core.py:7)", "commit"),
    ],
)
def test_a_sample_counts_for_its_innermost_function_of_a_part(inner: str, part: str) -> None:
    found, _ = part_of(f"{RUN};{inner}")

    assert found.startswith(f"{part}:")


def test_what_is_in_no_part_is_the_loop() -> None:
    assert part_of(RUN) == (REST, "Runner.run")


def test_the_table_is_in_per_cent_of_all_samples() -> None:
    write = f"{RUN};HubProtocol.write ({ROOT}/pkg/hub/socket/protocol.py:150)"

    rows = [*table([f"{write} 30", f"{write} 45", f"{RUN} 25"])]

    assert [row.split("|")[2].strip() for row in rows[2:]] == ["75", "25"]
    assert rows[2].endswith("| `protocol.py:HubProtocol.write` 75 |")


def test_every_part_is_of_files_that_are_there() -> None:
    here = [f"{file.path}:{name}" for file in sources() for name, _ in functions(file.tree)]

    assert {name for name in PARTS if not any(part_of_name(name, each) for each in here)} == set()


def part_of_name(part: str, where: str) -> bool:
    path, _, function = where.partition(":")
    return part_of(f"{function} ({ROOT}/{path}:1)")[0] == part
