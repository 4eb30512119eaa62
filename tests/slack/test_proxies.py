"""The way to Slack through a proxy: all of it or nothing of it, and never to this machine."""

from collections.abc import AsyncIterator
from pathlib import Path
from signal import SIGTERM

import pytest
from aiohttp import ClientConnectorDNSError

from bot.slack.client import Proxies, RetryPolicy, connect
from playground.server import Playground
from playground.server import running as playing
from tests.eventually import until
from tests.house.test_command_line import rungs as run
from tests.house.test_command_line import tokens
from tests.process import rungs
from tests.proxy import CERTIFICATE, PASSWORD, SLACK, Proxy, proxied

ADA = "U0ADAOKAFOR"
NOBODY = "http://127.0.0.1:9"
WHICH = Proxies(https="http://s:3128", http="http://p:3128", no_proxy="intra.test, .corp,10.0.0.1")
WAYS = {
    "https://slack.com/api/": "http://s:3128",
    "wss://wss-primary.slack.com/link/?ticket=1": "http://s:3128",
    "http://playground:8137/api/": "http://p:3128",
    "ws://playground:8137/socket/1": "http://p:3128",
    "https://intra.test/api/": None,
    "https://slack.intra.test/api/": None,
    "https://slack.corp:444/api/": None,
    "https://corporate/api/": "http://s:3128",
    "http://10.0.0.1:8137/api/": None,
    "http://localhost:8137/api/": None,
    "https://slack.localhost/api/": None,
    "http://127.0.0.1:8137/api/": None,
    "ws://127.8.0.1:8137/socket/1": None,
    "http://[::1]:8137/api/": None,
}


@pytest.mark.parametrize(("url", "proxy"), WAYS.items())
def test_each_address_has_its_way(url: str, proxy: str | None) -> None:
    assert WHICH.of(url) == proxy
    assert Proxies(https="http://s:1", http="http://p:1", no_proxy="*").of(url) is None
    assert Proxies().of(url) is None


def test_what_is_secure_takes_the_other_proxy_when_it_has_none() -> None:
    assert Proxies(http="http://p:1").of("https://slack.com/api/") == "http://p:1"
    assert Proxies(https="http://s:1").of("http://playground:1/api/") is None


@pytest.fixture
async def slack() -> AsyncIterator[Playground]:
    async with playing(Playground()) as slack:
        yield slack


@pytest.fixture
async def proxy(slack: Playground) -> AsyncIterator[Proxy]:
    async with proxied(slack) as proxy:
        yield proxy


async def test_everything_goes_through_it(slack: Playground, proxy: Proxy, sqlite_url: str) -> None:
    """The name slack.test exists at the proxy alone, so that nothing else can reach the playground."""
    settings = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": str(CERTIFICATE)}
    async with rungs("start", slack, database_url=sqlite_url, settings=settings) as process:
        dm = slack.workspace.dm(ADA).id
        assert (await slack.command(ADA, dm, "/rungs export")).acked
        files = slack.workspace.files
        await until(lambda: any(file.channel for file in files.values()), what="the export")
        assert all(file.content for file in files.values())
        process.send(SIGTERM)
        code, _, errors = await process.ended(within=10)
    assert set(proxy.asked) == {"slack.test:443"}
    assert (code, errors) == (0, "")


async def test_a_loopback_address_is_reached_without_it(slack: Playground, sqlite_url: str) -> None:
    """Nobody listens at the proxy."""
    settings = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), NOBODY)
    async with rungs("start", slack, database_url=sqlite_url, settings=settings):
        dm = slack.workspace.dm(ADA)
        assert (await slack.command(ADA, dm.id, "/rungs help")).acked
        await until(lambda: bool(dm.visible_to(ADA)), what="help")


async def asked_of_the_doctor(slack: Playground, tmp_path: Path, **settings: str) -> list[str]:
    code, out, err = await run("doctor", cwd=tmp_path, **tokens(slack), **settings)
    assert (code, err) == (1, "")
    assert PASSWORD not in out
    return out.splitlines()


@pytest.mark.parametrize("refusal", [None, "503 Service Unavailable"])
async def test_a_proxy_that_refuses_is_named_without_its_password(
    slack: Playground, proxy: Proxy, tmp_path: Path, refusal: str | None
) -> None:
    proxy.refusal = refusal
    known = proxy.url if refusal else proxy.url.replace("rungs:", "other:")
    (said,) = [
        line
        for line in await asked_of_the_doctor(slack, tmp_path, HTTPS_PROXY=known)
        if "token" in line
    ]
    assert said == (
        "fix   token: Slack does not answer at https://slack.test/api/ through the proxy "
        f"http://127.0.0.1:{proxy.port}, which answered "
        f"{refusal or '407 Proxy Authentication Required'}. Check HTTPS_PROXY and NO_PROXY."
    )


async def test_what_no_proxy_names_is_reached_without_it(proxy: Proxy) -> None:
    proxies = Proxies(https=proxy.url, no_proxy="slack.test")
    patience = RetryPolicy(pause=0.01)
    clients = connect("xoxb-1", base_url=f"{SLACK}/api/", proxies=proxies, patience=patience)
    with pytest.raises(ClientConnectorDNSError) as raised:
        await clients.repeating.auth_test()
    await clients.close()
    assert clients.unanswered(raised.value) == (
        "Slack does not answer at https://slack.test/api/. Check the network and SLACK_API_URL."
    )
    assert proxy.asked == []


async def test_a_proxy_that_cannot_be_one_is_refused_by_name(tmp_path: Path) -> None:
    wrong = f"socks5://rungs:{PASSWORD}@proxy:1080"
    code, _, err = await run("clock", cwd=tmp_path, HTTPS_PROXY=wrong, PORT="x")
    assert code == 1
    assert "HTTPS_PROXY begins with socks5://" in err
    assert "PORT is 'x'" in err
    assert PASSWORD not in err
