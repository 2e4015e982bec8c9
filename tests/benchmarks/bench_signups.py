"""Two hundred people sign up at once; how long does a health check wait meanwhile?

Each comes from an address of its own, through a proxy the server trusts. Run it alone:

    .venv/bin/python -m tests.benchmarks.bench_signups [--people 200]

Prints what the sign-ups took, their statuses, and the spread of ``/health/live`` while they ran.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click
import httpx2

from tests.server import ROOT, Server

CAPTCHA = {"captcha_id": "captcha_skip_test", "captcha_answer": "0"}
HOOKS = {
    "AUTH_TEST_HOOKS": "true",
    "TRUSTED_PROXIES": "127.0.0.1/32",
    "LOG_LEVEL": "error",
    "LIMITER_CODE_BUDGET": "100000-H",
}


async def sign_up(client: httpx2.AsyncClient, number: int) -> int:
    """Walks one person from the code to the account; answers the last status."""
    mobile = f"+861990000{number:04d}"
    proxied = {"X-Forwarded-For": f"203.0.{number // 250}.{number % 250 + 1}"}
    sent = await client.post(
        "/api/v1/auth/verify-codes/mobile",
        json={"mobile": mobile, "purpose": "signup", **CAPTCHA},
        headers=proxied,
    )
    if sent.status_code != 200:
        return sent.status_code
    form = {
        "mobile": mobile,
        "code_id": sent.json()["data"]["code_id"],
        "verify_code": "123456",
        "name": f"person{number}",
        "password": f"correct horse {number}",
    }
    done = await client.post("/api/v1/auth/signup/mobile", json=form, headers=proxied)
    return done.status_code


async def probe(base: str, waits: list[float], stop: asyncio.Event) -> None:
    """Asks for ``/health/live`` every 10 ms on a connection of its own."""
    async with httpx2.AsyncClient(base_url=base, timeout=30) as client:
        while not stop.is_set():
            began = time.perf_counter()
            (await client.get("/health/live")).raise_for_status()
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.01)


async def measure(base: str, people: int) -> tuple[float, Counter[int], list[float]]:
    waits: list[float] = []
    stop = asyncio.Event()
    watcher = asyncio.create_task(probe(base, waits, stop))
    limits = httpx2.Limits(max_connections=people)
    async with httpx2.AsyncClient(base_url=base, timeout=120, limits=limits) as client:
        began = time.perf_counter()
        statuses = await asyncio.gather(*(sign_up(client, n) for n in range(people)))
        took = time.perf_counter() - began
    stop.set()
    await watcher
    return took, Counter(statuses), waits


@click.command()
@click.option("--people", default=200, show_default=True, help="Sign-ups under way at once.")
def main(people: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder), root=ROOT, **HOOKS) as server,
    ):
        took, statuses, waits = asyncio.run(measure(server.url, people))
    cuts = [1000 * cut for cut in statistics.quantiles(waits, n=100)]
    click.echo(f"{people} sign-ups in {took:.2f} s, statuses {dict(statuses)}")
    click.echo(f"health/live n={len(waits)} p50={cuts[49]:.1f} ms p99={cuts[98]:.1f} ms")
    sys.exit(0 if statuses == {201: people} and cuts[98] < 100 else 1)


if __name__ == "__main__":
    main()
