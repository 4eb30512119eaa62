"""Installing by OAuth: the consent page, codes that work once, tokens that are refreshed and end."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from playground.errors import NotThere
from playground.oauth.authorize import Refused, is_within
from playground.server import Playground, running
from tests.playground.installing import (
    BACK,
    IDA,
    LAB,
    LARK,
    MILL,
    NORTH,
    PAOLO,
    SCOPES,
    VERA,
    allowed,
    client_with,
    exchanged,
    installed,
    many,
    refreshed,
)
from tests.playground.people import client_of, error_of, still_clock

DAY = 86_400


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """Five workspaces, in none of which the app is, on a clock that stands still."""
    async with running(many(clock=still_clock(), reasons={"commands": "To hear /rungs."})) as made:
        yield made


@pytest.fixture
async def rotating() -> AsyncIterator[Playground]:
    """The same for an app whose tokens expire."""
    async with running(many(rotates=True, clock=still_clock())) as made:
        yield made


class Browser:
    """A browser without scripts: it reads the page, and sends its forms."""

    def __init__(self, session: aiohttp.ClientSession, playground: Playground) -> None:
        self._session = session
        self.address = f"{playground.address}/oauth/v2/authorize"
        self.asked = {
            "client_id": playground.credentials.client_id,
            "scope": ",".join(SCOPES),
            "state": 'a"b',
            "redirect_uri": BACK,
        }
        self.status = 0
        self.headers: dict[str, str] = {}

    async def opens(self, **changed: str) -> str:
        """Open the page, with parts of the address changed."""
        query = urlencode(self.asked | changed)
        async with self._session.get(f"{self.address}?{query}") as answer:
            return await self._read(answer)

    async def sends(self, page: str, **fields: str) -> str:
        """Send the form of the page; return where it leads, or the page that is shown instead."""
        form = page[page.index('method="post"') :]
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        sent = {name: value.replace("&quot;", '"') for name, value in hidden.items()} | fields
        origin = self.address.removesuffix("/oauth/v2/authorize")
        post = self._session.post(
            self.address, data=sent, headers={"Origin": origin}, allow_redirects=False
        )
        async with post as answer:
            return answer.headers.get("Location") or await self._read(answer)

    async def _read(self, answer: aiohttp.ClientResponse) -> str:
        self.status, self.headers = answer.status, dict(answer.headers)
        return await answer.text()


@pytest.fixture
async def browser(playground: Playground) -> AsyncIterator[Browser]:
    """A browser."""
    async with aiohttp.ClientSession() as session:
        yield Browser(session, playground)


async def test_a_person_allows_the_app_and_is_sent_back_with_a_code(
    playground: Playground, browser: Browser
) -> None:
    page = await browser.opens(team=LARK)
    assert "Rungs is requesting permission to access the Lark &amp; Sons workspace" in page
    for words in ("Send messages as the app", "chat:write", "To hear /rungs.", "Ida Lark (owner)"):
        assert words in page
    assert "<script" not in page
    assert "http" not in re.sub(r'value="[^"]*"', "", page)
    assert (
        f"form-action 'self' {BACK.removesuffix('/slack/oauth_redirect')}"
        in (browser.headers["Content-Security-Policy"])
    )
    sent_to = await browser.sends(page, user=IDA, decision="allow")
    query = parse_qs(urlsplit(sent_to).query)
    assert sent_to.startswith(f"{BACK}?")
    assert query["state"] == ['a"b']
    answer = await exchanged(playground, query["code"][0])
    assert answer["team"] == {"id": LARK, "name": "Lark & Sons"}
    assert answer["authed_user"] == {"id": IDA}


async def test_a_person_cancels(browser: Browser) -> None:
    page = await browser.opens()
    sent_to = await browser.sends(page, user=IDA, decision="cancel")
    assert (
        sent_to
        == f"{BACK}?{urlencode({'error': 'access_denied', 'state': browser.asked['state']})}"
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "1.2"}, "Invalid client_id parameter."),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri did not match any configured"),
        ({"redirect_uri": "https://rungs.example.evil/slack/oauth_redirect"}, "did not match"),
        ({"scope": "chat:write,admin"}, "Invalid permissions requested: admin."),
        ({"scope": ""}, "No scopes requested."),
        ({"user_scope": "search:read"}, "Invalid permissions requested: search:read."),
        ({"team": "T0NOWHERE00"}, "There is no workspace T0NOWHERE00."),
    ],
)
async def test_what_the_manifest_does_not_have_is_refused_on_the_page(
    browser: Browser, changed: dict[str, str], words: str
) -> None:
    page = await browser.opens(**changed)
    assert browser.status == 400
    assert "Something went wrong when authorizing this app." in page
    assert words in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("https://a.example/slack", True),
        ("https://a.example/slack/more", True),
        ("https://a.example/slack?x=1", True),
        ("https://a.example/slackish", False),
        ("https://a.example/slack/../other", False),
        ("http://a.example/slack", False),
        ("https://b.a.example/slack", False),
    ],
)
def test_a_redirect_address_lies_at_or_below_a_configured_one(wanted: str, fits: bool) -> None:
    assert is_within(wanted, "https://a.example/slack") is fits


async def test_a_workspace_may_ask_for_an_admin(playground: Playground, browser: Browser) -> None:
    playground.workspaces[LARK].needs_approval = True
    page = await browser.opens(team=LARK)
    shown = await browser.sends(page, user=PAOLO, decision="allow")
    assert browser.status == 403
    assert "Lark &amp; Sons needs an admin to approve apps. Ask one of its admins." in shown
    assert (await browser.sends(shown, user=IDA, decision="allow")).startswith(BACK)
    with pytest.raises(Refused, match="needs an admin"):
        allowed(playground, LARK, PAOLO)


def test_who_is_not_there_or_a_guest_installs_nothing(playground: Playground) -> None:
    with pytest.raises(Refused, match="Nobody here has the id"):
        allowed(playground, LARK, VERA)
    with pytest.raises(Refused, match="Guests"):
        allowed(playground, LAB, "U0BENOKORO0")


async def test_the_answer_is_slacks(playground: Playground) -> None:
    answer = await installed(playground)
    assert answer.pop("access_token").startswith("xoxb-")
    assert answer == {
        "ok": True,
        "token_type": "bot",
        "scope": ",".join(SCOPES),
        "bot_user_id": playground.workspaces[LARK].app.user_id,
        "app_id": "A0RUNGS0APP",
        "team": {"id": LARK, "name": "Lark & Sons"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": IDA},
    }


async def test_a_code_works_once_and_for_ten_minutes(playground: Playground) -> None:
    code = allowed(playground, LARK, IDA)
    wrong = exchanged(playground, code, redirect_uri="https://other.example/")
    assert await error_of(wrong) == "bad_redirect_uri"
    assert (await exchanged(playground, code))["ok"]
    assert await error_of(exchanged(playground, code)) == "code_already_used"
    late = allowed(playground, LARK, IDA)
    playground.clock.advance(601)
    assert await error_of(exchanged(playground, late)) == "invalid_code"
    assert await error_of(exchanged(playground, "123")) == "invalid_code"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
async def test_the_app_has_to_be_itself(
    playground: Playground, given: dict[str, str], error: str
) -> None:
    code = allowed(playground, LARK, IDA)
    assert await error_of(exchanged(playground, code, **given)) == error
    assert (await exchanged(playground, code))["ok"]


async def test_the_client_may_name_itself_with_arguments(playground: Playground) -> None:
    credentials = playground.credentials
    sent = {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "code": allowed(playground, LARK, IDA),
        "redirect_uri": BACK,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{playground.api_url}oauth.v2.access", data=sent) as answer,
    ):
        assert (await answer.json())["ok"]


async def test_no_code_or_secret_is_a_token(playground: Playground) -> None:
    assert await error_of(client_of(playground).auth_test()) == "invalid_auth"
    answer = await installed(playground)
    assert (await client_with(playground, answer).auth_test())["team_id"] == LARK
    calls = playground.calls_of("auth.test")
    assert [call.team for call in calls] == [None, LARK]


async def test_an_older_token_works_on_and_its_scopes_stay(playground: Playground) -> None:
    first = client_with(playground, await installed(playground))
    answer = await installed(playground, user=PAOLO, scopes=["commands"])
    assert answer["scope"] == ",".join(SCOPES)
    for slack in (first, client_with(playground, answer)):
        assert (await slack.users_info(user=IDA))["ok"]


async def test_after_an_uninstall_only_the_new_scopes_are_there(playground: Playground) -> None:
    first = client_with(playground, await installed(playground))
    await playground.at(LARK).lifecycle("app_uninstalled")
    assert await error_of(first.auth_test()) == "account_inactive"
    answer = await installed(playground, scopes=["commands", "chat:write"])
    assert answer["scope"] == "chat:write,commands"
    second = client_with(playground, answer)
    assert await error_of(second.users_info(user=IDA)) == "missing_scope"
    assert (await second.chat_postMessage(channel=IDA, text="Back"))["ok"]
    assert await error_of(first.auth_test()) == "account_inactive"


async def test_a_rotated_token_expires_and_is_refreshed(rotating: Playground) -> None:
    answer = await installed(rotating)
    assert answer["access_token"].startswith("xoxe.xoxb-")
    assert answer["refresh_token"].startswith("xoxe-1-")
    assert answer["expires_in"] == 43_200
    slack = client_with(rotating, answer)
    rotating.clock.advance(43_000)
    again = await refreshed(rotating, answer["refresh_token"])
    assert {"team", "bot_user_id", "scope", "refresh_token", "expires_in"} <= set(again)
    assert (await slack.auth_test())["ok"]
    rotating.clock.advance(200)
    assert await error_of(slack.auth_test()) == "token_expired"
    assert (await client_with(rotating, again).auth_test())["team_id"] == LARK
    assert await error_of(refreshed(rotating, answer["refresh_token"])) == "invalid_refresh_token"


async def test_of_two_refreshes_at_once_one_is_refused(rotating: Playground) -> None:
    rotating.tokens.lifetime = 5
    answer = await installed(rotating)
    assert answer["expires_in"] == 5
    both = await asyncio.gather(
        *(refreshed(rotating, answer["refresh_token"]) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(one, Exception) for one in both) == 1


async def test_a_token_is_revoked_and_with_the_last_one_the_app_is_out(
    playground: Playground,
) -> None:
    first, second = [client_with(playground, await installed(playground)) for _ in range(2)]
    assert not (await first.auth_revoke(test=True))["revoked"]
    assert (await first.auth_revoke())["revoked"]
    assert await error_of(first.auth_test()) == "token_revoked"
    assert (await second.auth_test())["ok"]
    await second.auth_revoke()
    assert playground.at(LARK).service.standing == "revoked"


async def test_an_app_uninstalls_itself_in_one_workspace(playground: Playground) -> None:
    slack = client_with(playground, await installed(playground))
    other = client_with(playground, await installed(playground, LAB, "U0FREYALUND"))
    credentials = playground.credentials
    given: dict[str, Any] = {"client_id": credentials.client_id}
    wrong = slack.apps_uninstall(**given, client_secret="guess")
    assert await error_of(wrong) == "bad_client_secret"
    assert (await slack.apps_uninstall(**given, client_secret=credentials.client_secret))["ok"]
    assert await error_of(slack.auth_test()) == "account_inactive"
    assert (await other.auth_test())["ok"]


async def test_tokens_outlast_a_restart(tmp_path: Path) -> None:
    async with running(many(rotates=True, data=tmp_path)) as playground:
        answer = await installed(playground)
        again = await refreshed(playground, answer["refresh_token"])
        whole = await installed(playground, NORTH, VERA, for_organization=True)
        await playground.at(NORTH).lifecycle("team_access_granted")
    async with running(many(rotates=True, data=tmp_path)) as playground:
        assert (await client_with(playground, again).auth_test())["team_id"] == LARK
        assert (await refreshed(playground, again["refresh_token"]))["ok"]
        assert await error_of(refreshed(playground, answer["refresh_token"])) == (
            "invalid_refresh_token"
        )
        assert (await client_with(playground, whole).auth_test())["team_id"] == MILL
        assert playground.at(NORTH).service.standing == "installed"
        assert playground.at(LARK).service.standing == "installed"
        assert playground.at(LAB).service.standing == "uninstalled"


async def test_the_log_shows_no_token(playground: Playground) -> None:
    answer = await installed(playground)
    log = str(playground.service.journal.since(0))
    assert answer["access_token"] not in log
    assert playground.credentials.client_secret not in log


async def test_slacks_own_libraries_install_and_refresh(
    rotating: Playground, tmp_path: Path
) -> None:
    credentials = rotating.credentials
    client_id, client_secret = credentials.client_id, credentials.client_secret
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        redirect_uri=BACK,
        authorization_url=f"{rotating.address}/oauth/v2/authorize",
        installation_store=FileInstallationStore(base_dir=str(tmp_path)),
    )
    slack = client_of(rotating, "")
    flow = AsyncOAuthFlow(settings=settings, client=slack)
    async with (
        aiohttp.ClientSession() as session,
        session.get(settings.authorize_url_generator.generate("s1")) as page,
    ):
        assert page.status == 200
    installation = await flow.run_installation(allowed(rotating, LARK, IDA))
    assert installation is not None
    assert (installation.team_id, installation.user_id) == (LARK, IDA)
    assert installation.bot_user_id == rotating.workspaces[LARK].app.user_id
    rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=slack)
    again = await rotator.perform_bot_token_rotation(
        bot=installation.to_bot(), minutes_before_expiration=60 * 24 * 365 * 40
    )
    assert again is not None
    assert again.bot_token != installation.bot_token
    assert (await client_of(rotating, again.bot_token).auth_test())["team_id"] == LARK


async def test_only_a_workspace_with_the_fixed_token_is_installed_by_a_click(
    playground: Playground,
) -> None:
    with pytest.raises(NotThere, match="Install it from the app's own page"):
        await playground.at(LARK).lifecycle("install")
    slack = client_of(playground, playground.install(LARK, scopes=["commands"]).value)
    assert (await slack.auth_test())["team_id"] == LARK
