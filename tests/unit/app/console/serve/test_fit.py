"""What decides at a start whether sockets run on the hub's own protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.console.serve import server as serving
from app.console.serve.fit import fits
from app.console.serve.front import guarded
from app.console.serve.server import Options, OurServer, configured
from pkg.app import ServeConfig
from pkg.hub import HubProtocol


class Elsewhere(HttpToolsProtocol):
    """A release that keeps handshakes to itself."""

    def handle_websocket_upgrade(self) -> None:
        pass


class Otherwise(HttpToolsProtocol):
    """A release that makes protocols in another way."""

    def handle_websocket_upgrade(self) -> None:
        self.ws_protocol_class(everything=self)  # type: ignore[misc, call-arg]


@pytest.mark.parametrize("http", [HttpToolsProtocol, H11Protocol, guarded(ServeConfig())])
async def test_the_uvicorn_that_is_installed_fits(http: type[asyncio.Protocol]) -> None:
    assert await fits(http)


@pytest.mark.parametrize("http", [Elsewhere, Otherwise])
async def test_one_that_hands_sockets_over_in_another_way_does_not(
    http: type[asyncio.Protocol],
) -> None:
    assert not await fits(http)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers nothing."""


async def drain(state: Mapping[str, Any], grace: float) -> None:
    """Has nobody to send away."""


@pytest.mark.parametrize(
    ("own", "fit", "kind", "warns"),
    [
        (True, True, HubProtocol, False),
        (True, False, WebSocketsSansIOProtocol, True),
        (False, True, WebSocketsSansIOProtocol, False),
    ],
)
async def test_sockets_run_on_the_hubs_protocol_where_it_fits_and_is_wanted(
    own: bool,
    fit: bool,
    kind: type[asyncio.Protocol],
    warns: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def fitting(_: object) -> bool:
        return fit

    monkeypatch.setattr(serving, "fits", fitting)
    config = configured(app, ServeConfig())
    config.load()
    server = OurServer(config, Options(lambda: None, drain, own_sockets=own))

    await server.choose_sockets()

    assert config.ws_protocol_class is kind
    assert ("does not fit" in capsys.readouterr().err) == warns
