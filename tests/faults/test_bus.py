"""What the bus over Redis does while its servers die, freeze, refuse and move."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from pkg.hub.bus import CHANNELS, BusRefused
from pkg.hub.bus.drivers.redis import RedisBus
from pkg.hub.bus.drivers.redis.link import MAX_WAITING
from tests.faults.own_redis import cli, cluster, clustered, free_port, running, sentinel
from tests.faults.proxy import before
from tests.listener import Listener
from tests.vendors.tls import tls_for

HASTE = 20  # the driver's pauses, as many times shorter


async def hasty(seconds: float) -> None:
    await asyncio.sleep(seconds / HASTE)


def node(url: str) -> Listener:
    return Listener(RedisBus(url, prefix="test", timeout=10, pause=hasty))


@asynccontextmanager
async def started(*urls: str) -> AsyncIterator[list[Listener]]:
    async with AsyncExitStack() as stack:
        nodes = [node(url) for url in urls]
        for each in nodes:
            stack.push_async_callback(each.bus.stop)
            await each.start()
        yield nodes


async def changed(listener: Listener, *changes: bool) -> None:
    """Returns once *listener* was told *changes* since it began."""
    told = list(changes)
    await listener.until(lambda it: it.changes[: len(told)] == told, pump=lambda: None)


async def talks(one: Listener, two: Listener) -> bool:
    """Tells whether every channel carries from *one* to *two*."""
    wanted = {f"{len(two.heard)} {channel}".encode() for channel in CHANNELS}
    for envelope, channel in zip(sorted(wanted), sorted(CHANNELS), strict=True):
        one.bus.publish(channel, envelope)
    await two.until(lambda it: wanted <= set(it.heard), pump=lambda: None)
    return True


async def test_a_redis_that_comes_back_is_used_again(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(running(port, tmp_path))
        one, two = await stack.enter_async_context(started(url, url))
        first.kill()
        await changed(one, True, False)
        await changed(two, True, False)
        one.bus.publish("7", b"lost")
        await stack.enter_async_context(running(port, tmp_path))
        await changed(one, True, False, True)
        await changed(two, True, False, True)

        assert await talks(one, two)
        assert b"lost" not in two.heard


async def test_a_redis_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        (one,) = await stack.enter_async_context(started(f"redis://127.0.0.1:{port}/0"))
        assert (one.bus.is_up, one.changes) == (False, [])
        await stack.enter_async_context(running(port, tmp_path))
        await changed(one, True)

        assert await talks(one, one)


async def test_a_frozen_redis_is_noticed_though_its_connections_stay_open(tmp_path: Path) -> None:
    port = free_port()
    async with running(port, tmp_path) as server, started(f"redis://127.0.0.1:{port}/0") as (one,):
        server.send_signal(signal.SIGSTOP)
        await changed(one, True, False)
        server.send_signal(signal.SIGCONT)
        await changed(one, True, False, True)

        assert await talks(one, one)


async def test_a_subscription_that_went_deaf_is_noticed(tmp_path: Path) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(port, tmp_path))
        proxy = await stack.enter_async_context(before(port))
        url = f"redis://127.0.0.1:{proxy.port}/0"
        (one,) = await stack.enter_async_context(started(url))
        proxy.is_deaf = True
        await changed(one, True, False)
        proxy.is_deaf = False
        await changed(one, True, False, True)

        assert await talks(one, one)


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
async def test_a_connection_that_redis_cuts_is_opened_anew(tmp_path: Path, kind: str) -> None:
    port = free_port()
    async with running(port, tmp_path), started(f"redis://127.0.0.1:{port}/0") as (one,):
        await cli(port, "client", "kill", "type", kind)
        await changed(one, True, False, True)

        assert await talks(one, one)


async def test_what_a_frozen_redis_does_not_take_is_dropped_and_not_kept(tmp_path: Path) -> None:
    port, envelope = free_port(), b"x" * (1 << 20)
    async with running(port, tmp_path) as server, started(f"redis://127.0.0.1:{port}/0") as (one,):
        server.send_signal(signal.SIGSTOP)
        for _ in range(4 * (MAX_WAITING >> 20)):
            one.bus.publish("7", envelope)
        dropped = one.bus.dropped
        await changed(one, True, False)

        assert dropped >= 3 * (MAX_WAITING >> 20)


@pytest.mark.parametrize("user", ["", ":wrong@"])
async def test_a_wrong_password_is_told_at_the_start(tmp_path: Path, user: str) -> None:
    port = free_port()
    async with running(port, tmp_path, "--requirepass", "right"):
        with pytest.raises(BusRefused) as refused:
            await node(f"redis://{user}127.0.0.1:{port}/0").start()

        assert "wrong" not in str(refused.value)
        async with started(f"redis://:right@127.0.0.1:{port}/0") as (one,):
            assert await talks(one, one)


async def test_a_right_that_lacks_is_told_at_the_start(tmp_path: Path) -> None:
    port = free_port()
    async with running(port, tmp_path):
        await cli(port, "acl", "setuser", "ann", "on", ">secret", "+@all", "resetchannels")

        with pytest.raises(BusRefused, match="NOPERM"):
            await node(f"redis://ann:secret@127.0.0.1:{port}/0").start()


async def test_a_user_needs_the_rights_that_the_page_about_deploying_names(tmp_path: Path) -> None:
    port, rights = free_port(), ("+publish", "+subscribe", "+ping", "&test:*")
    async with running(port, tmp_path):
        await cli(port, "acl", "setuser", "ann", "on", ">secret", "-@all", "resetchannels", *rights)

        async with started(f"redis://ann:secret@127.0.0.1:{port}/0") as (one,):
            assert await talks(one, one)


async def test_a_server_that_is_no_redis_is_told_and_waited_for(tmp_path: Path) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        told: list[str] = []
        url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        bus = RedisBus(url, prefix="test", told=told.append)
        await Listener(bus).start()
        await bus.stop()

    assert "no Redis" in told[0]


async def test_applications_and_databases_do_not_hear_each_other(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}"
    async with running(port, tmp_path), started(f"{url}/0", f"{url}/1") as (zero, one):
        other = Listener(RedisBus(f"{url}/0", prefix="other", pause=hasty))
        await other.start()

        assert await talks(zero, zero)
        await other.bus.stop()
        assert one.heard == other.heard == []


async def test_a_unix_socket_carries_a_bus(tmp_path: Path) -> None:
    path = tmp_path / "redis.sock"
    options = ("--unixsocket", str(path))
    async with running(free_port(), tmp_path, *options), started(f"unix://{path}") as (one,):
        assert await talks(one, one)


async def test_tls_holds_to_whom_the_certificate_names(tmp_path: Path) -> None:
    port, cert, key = free_port(), tls_for(tmp_path).ca, tmp_path / "localhost.key"
    options = (
        *("--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no"),
        *("--tls-cert-file", cert, "--tls-key-file", str(key), "--tls-ca-cert-file", cert),
    )
    url = f"rediss://127.0.0.1:{port}/0"
    async with running(port, tmp_path, *options):
        with pytest.raises(BusRefused, match="certificate"):
            await node(url).start()
        async with started(f"{url}?ssl_ca_certs={cert}", f"{url}?ssl_cert_reqs=none") as (one, two):
            assert await talks(one, two)


@pytest.mark.slow
async def test_a_cluster_spreads_the_channels_and_is_followed_when_they_move(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as (ports, servers):
        known = [free_port(), *ports]  # the first of them is away
        url = "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in known)
        async with started(url, url) as (one, two):
            assert await talks(one, two)
            counts = [await cli(port, "pubsub", "shardchannels") for port in ports]
            assert all(counts)

            rights = ("+spublish", "+ssubscribe", "+ping", "+cluster|slots", "&test:*")
            words = ("acl", "setuser", "ann", "on", ">secret", "-@all", "resetchannels", *rights)
            for port in ports:
                await cli(port, *words)
            async with started(url.replace("://", "://ann:secret@", 1)) as (ann,):
                assert await talks(ann, one)

            await move(b"test:0:hub:7", ports)
            await changed(one, True, False, True)
            await changed(two, True, False, True)
            assert await talks(one, two)

            servers[0].kill()
            await changed(one, True, False, True, False)
            async with running(ports[0], tmp_path, *clustered(ports[0])):
                await changed(one, True, False, True, False, True)
                await changed(two, True, False, True, False, True)
                assert await talks(one, two)


async def move(channel: bytes, ports: list[int]) -> None:
    """Gives the slot of *channel* to another master."""
    slot = (await cli(ports[0], "cluster", "keyslot", channel.decode())).decode().strip()
    names = [(await cli(port, "cluster", "myid")).decode().strip() for port in ports]
    carried = [channel in await cli(port, "pubsub", "shardchannels") for port in ports]
    owner = carried.index(True)
    target = (owner + 1) % 3
    for number in (target, owner, (owner + 2) % 3):
        await cli(ports[number], "cluster", "setslot", slot, "node", names[target])


@pytest.mark.slow
async def test_the_master_that_sentinels_name_is_followed_to_another(tmp_path: Path) -> None:
    master, replica, watcher = free_port(), free_port(), free_port()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(running(master, tmp_path))
        options = ("--replicaof", "127.0.0.1", str(master))
        await stack.enter_async_context(running(replica, tmp_path, *options))
        async with asyncio.timeout(30):
            while b"master_link_status:up" not in await cli(replica, "info", "replication"):
                pass
        await stack.enter_async_context(sentinel(watcher, tmp_path, master))
        async with asyncio.timeout(30):
            while b"num-slaves\n1" not in await cli(watcher, "sentinel", "master", "chat"):
                pass
        hosts = f"127.0.0.1:{free_port()},127.0.0.1:{watcher}"  # the first of them is away
        stranger = node(f"redis+sentinel://{hosts}/nobody/0")
        stack.push_async_callback(stranger.bus.stop)
        await stranger.start()
        assert stranger.changes == []
        url = f"redis+sentinel://{hosts}/chat/0"
        one, two = await stack.enter_async_context(started(url, url))
        assert await talks(one, two)

        first.kill()
        await changed(one, True, False, True)
        await changed(two, True, False, True)
        assert await talks(one, two)
        assert b"test:0:hub:7" in await cli(replica, "pubsub", "channels")
