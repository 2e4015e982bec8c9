"""Does a reader that has stopped hold up the others?

    .venv/bin/python -m tests.benchmarks.bench_slow_readers [--rounds 3 --seconds 4]

One of the members of a room speaks at a fixed rate, and waits for nobody: each delay is counted
from when its message was due. Beside the members none, one and twenty more join over a socket, and
never read from it. Long messages fill what the kernel and the server keep for those before anything
is counted; the last column says how many of them lag. It needs gcc for what loads the server.
"""

from __future__ import annotations

import re
import secrets
import socket
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from urllib.request import Request, urlopen

import click

from tests.benchmarks import marks
from tests.benchmarks.hub import build
from tests.benchmarks.hub.load import Broken, Figures, loaded
from tests.benchmarks.hub.proc import raise_file_limit
from tests.benchmarks.hub.scenarios import Scenario
from tests.benchmarks.hub.servers import Running, ours

STOPPED = (0, 1, 20)
MESSAGE_BYTES = 128
FILL = ("-s", "4000", "-w", "32")  # more than kernel (4 MB) and HUB_OUTBOX_HIGH hold, in a second
WINDOW_BYTES = 4096  # what its kernel takes in at most
LAGGING = re.compile(r"^parley_hub_lagging\S* (\d+)", re.MULTILINE)
ACCEPTED = b"HTTP/1.1 101"
HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Authorization: Bearer {token}\r\n\r\n"
)


def stopped_reader(running: Running) -> socket.socket:
    """Joins, and leaves what comes where it is.

    Raises:
        Broken: the handshake is refused.
    """
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
    one.connect(("127.0.0.1", running.port))
    one.sendall(HANDSHAKE.format(port=running.port, token=running.tokens[0]).encode())
    answer = one.recv(len(ACCEPTED))
    if answer != ACCEPTED:
        one.close()
        raise Broken(f"a reader was refused: {answer!r}")
    return one


def lagging(running: Running, key: str) -> int:
    """Answers how many clients the server calls late."""
    request = Request(
        f"http://127.0.0.1:{running.port}/metrics", headers={"Authorization": f"Bearer {key}"}
    )
    with urlopen(request, timeout=10) as answer:  # noqa: S310  our own server
        found = LAGGING.search(answer.read().decode())
    if found is None:
        raise Broken("/metrics tells nothing of who lags")
    return int(found[1])


def measure(members: int, rate: int, seconds: float, stopped: int) -> Figures:
    """Answers what *members* saw beside that many *stopped* readers.

    Raises:
        Absent: there is no compiler.
        Broken: there are no figures.
    """
    fill = Scenario("fill", "one who speaks to the stopped ones", "broadcast", 1, FILL)
    said = ("-s", str(MESSAGE_BYTES), "-r", str(rate))
    room = Scenario("slow", "those who read on", "broadcast", members, said, is_rated=False)
    wsload, key = build.compiled(build.HERE / "wsload.c"), secrets.token_hex(16)
    with ours(settings={"METRICS_TOKEN": key})(room) as running, ExitStack() as stack:
        for _ in range(stopped):
            stack.enter_context(stopped_reader(running))
        loaded([str(wsload), *fill.words(1), *running.arguments])
        figures = loaded([str(wsload), *room.words(seconds), *running.arguments])
        return {**figures, "lagging": lagging(running, key)}


def table(found: Mapping[int, Sequence[Figures]]) -> Iterator[str]:
    """Answers Markdown: the middle round, the worst p99, and every loss."""
    yield "| Stopped readers | ms p50 | p99 (worst round) | lost / repeated / thrown out | lag |"
    yield "|---:|---:|---:|---:|---:|"
    for stopped, rounds in found.items():
        p50, p99 = ([each[name] / 1e3 for each in rounds] for name in ("p50_us", "p99_us"))
        faults = (
            sum(each[name] for each in rounds) for name in ("missing", "duplicates", "closed")
        )
        yield (
            f"| {stopped} | {statistics.median(p50):.1f} | {statistics.median(p99):.1f}"
            f" ({max(p99):.1f}) | {' / '.join(f'{each:.0f}' for each in faults)}"
            f" | {min(each['lagging'] for each in rounds):.0f} |"
        )


@click.command()
@click.option("--members", default=200, show_default=True)
@click.option("--rate", default=200, show_default=True, help="Messages a second.")
@click.option("--rounds", default=1, show_default=True, help="Turns of each.")
@click.option("--seconds", default=2.0, show_default=True, help="Of one measurement.")
@click.option("--write-docs", is_flag=True, help="Puts the table into docs/performance.md.")
def main(*, members: int, rate: int, rounds: int, seconds: float, write_docs: bool) -> None:
    raise_file_limit()
    found: dict[int, list[Figures]] = {stopped: [] for stopped in STOPPED}
    try:
        for _ in range(rounds):
            for stopped, figures in found.items():
                figures.append(measure(members, rate, seconds, stopped))
    except (build.Absent, Broken) as exc:
        raise click.ClickException(str(exc)) from exc
    said = f"{members} members, {rate} messages a second of {MESSAGE_BYTES} bytes:\n\n"
    said += "\n".join(table(found))
    click.echo(said)
    if write_docs:
        marks.write(marks.DOCS / "performance.md", "slow readers", said)


if __name__ == "__main__":
    main()
