from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Tells whether *host*, a name or an address without brackets, is this very machine.

    Of names only `localhost` is: what another one leads to, the DNS may change at any time.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
