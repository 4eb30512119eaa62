"""Where the process listens: on IPv6 and IPv4, everywhere or on loopback or at one address."""

import socket
from contextlib import suppress

import pytest
from starlette.applications import Starlette

from bot.slack.server import EVERYWHERE, LOOPBACK, PortTaken, serving_http

V4, OTHER, V6 = "127.0.0.1", "127.0.0.2", "::1"
"""On Linux all of 127.0.0.0/8 is this machine: 127.0.0.2 is an address beside loopback's usual one."""


def has_ipv6() -> bool:
    with suppress(OSError), socket.create_server((V6, 0), family=socket.AF_INET6):
        return True
    return False


def answering(port: int) -> set[str]:
    found = set()
    for address in (V4, OTHER, V6):
        with suppress(OSError), socket.create_connection((address, port), timeout=5):
            found.add(address)
    return found


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (EVERYWHERE, {V4, OTHER, V6}),
        ("::", {V4, OTHER, V6}),
        ("0.0.0.0", {V4, OTHER}),
        (LOOPBACK, {V4, V6}),
        (V4, {V4}),
        (V6, {V6}),
        (OTHER, {OTHER}),
    ],
)
async def test_it_listens_where_it_is_told_to(host: str, expected: set[str]) -> None:
    if not has_ipv6():
        expected = expected - {V6}
    if not expected:
        pytest.skip("This machine has no IPv6.")
    found = expected
    for _ in range(3):
        async with serving_http(Starlette(), port=0, host=host) as port:
            found = answering(port)
        # Another process of the tests may have the same port on an address that is not ours.
        if not answering(port):
            break
    assert found == expected


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "nowhere.invalid"])
async def test_an_address_of_another_machine_is_refused_by_name(host: str) -> None:
    with pytest.raises(
        PortTaken, match=f"RUNGS_HOST is '{host}', which is not an address of this machine"
    ):
        async with serving_http(Starlette(), port=0, host=host):
            pass


async def test_a_taken_port_is_refused_and_nothing_stays_open() -> None:
    with socket.create_server((V4, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} cannot be used"):
            async with serving_http(Starlette(), port=port, host=LOOPBACK):
                pass
    async with serving_http(Starlette(), port=port, host=LOOPBACK) as again:
        assert again == port
