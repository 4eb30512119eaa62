"""Bolt's OAuth flow with our own stores: states and installs lie in the database.

What Bolt does differently is set right here: its cookie has no SameSite and asks for https on this machine
too, it puts what stands in an address into another one unchecked, and it stores whatever scopes Slack gave.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from logging import getLogger
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urljoin

from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation as Granted
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.features.installs.service import InstallService, connect_teams
from bot.features.installs.welcome import ADMIN, MEMBER, UNKNOWN
from bot.slack.installation import OPTIONAL, OPTIONAL_SCOPES, SCOPES
from bot.slack.retries import NO_ANSWER
from coaching.safe_text import is_slack_id
from storage.database import Session
from storage.installs import erasure, installs, states
from storage.installs.installs import NewInstall
from storage.installs.token_keys import InstallKey, Tokens

log = getLogger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
COOKIE = "rungs-install"
REQUIRED = frozenset(SCOPES) - OPTIONAL
JUST_NOW = timedelta(seconds=10)
ROWS_AT_ONCE = 500


class ScopesMissing(BoltError):
    """Slack gave fewer permissions than Rungs needs."""

    def __init__(self, scopes: Iterable[str]) -> None:
        super().__init__("Slack granted too few scopes.")
        self.scopes = sorted(scopes)


class JustInstalled(BoltError):
    """Somebody else installed the app in the same workspace a moment ago."""


class StateStore(AsyncOAuthStateStore):
    """States in the database, each good once and for ten minutes."""

    def __init__(self, service: InstallService) -> None:
        self._service = service

    async def async_issue(self, *_: object, **__: object) -> str:
        """Return a new state."""
        state = token_urlsafe(32)
        async with self._service.database.write() as session:
            await states.issue(session, state, now=self._service.now())
        return state

    async def async_consume(self, state: str) -> bool:
        """Use a state up; True if it was good."""
        async with self._service.database.write() as session:
            return await states.use(session, state, now=self._service.now())


class InstallStore(AsyncInstallationStore):
    """Saves what Slack granted; everything else reads our own table."""

    def __init__(self, service: InstallService) -> None:
        self._service = service

    async def async_save(self, installation: Granted) -> None:
        """Store an install with its workspace and the message to its installer, in one transaction.

        Raises ScopesMissing and JustInstalled, which leave everything as it was.
        """
        service = self._service
        new = new_install(installation, now=service.now())
        if missing := REQUIRED - set(new.scopes):
            raise ScopesMissing(missing)
        await _finish_erasure(service, new.key.workspace_id)
        form = await _form_of_welcome(service, new)
        teams = await _teams_of(service, new)
        async with service.database.write() as session:
            await _refuse_race(session, new, now=service.now())
            await installs.save(session, service.store.keys, new, now=service.now())
            await connect_teams(session, new.key, teams, form=form, now=service.now())
        for workspace_id in teams:
            service.coaches.forget(workspace_id)
        log.info("installed", extra={"install": str(new.key)})


def new_install(granted: Granted, *, now: datetime) -> NewInstall:
    """Return what Slack granted as it is stored."""
    is_org_wide = bool(granted.is_enterprise_install)
    key = InstallKey(
        "" if is_org_wide else str(granted.team_id or ""), str(granted.enterprise_id or "")
    )
    name = granted.enterprise_name if is_org_wide else granted.team_name
    ends = None
    if granted.bot_token_expires_at:
        # Bolt adds the seconds to the wall clock, which is not always ours.
        ends = now + timedelta(seconds=granted.bot_token_expires_at - int(granted.installed_at))
    return NewInstall(
        key=key,
        name=str(name or key),
        tokens=Tokens(str(granted.bot_token), granted.bot_refresh_token, ends),
        scopes=tuple(granted.bot_scopes or ()),
        bot_user_id=str(granted.bot_user_id),
        bot_id=str(granted.bot_id),
        app_id=str(granted.app_id),
        installed_by=granted.user_id,
    )


async def _finish_erasure(service: InstallService, workspace_id: str) -> None:
    """Finish the erasure of a workspace that returns after its time, so that no half of it is left."""
    left_before, some = service.now() - service.keep, 1
    while some:
        async with service.database.write() as session:
            some = await erasure.erase_rows(
                session, workspace_id, left_before=left_before, limit=ROWS_AT_ONCE
            )


async def _refuse_race(session: Session, new: NewInstall, *, now: datetime) -> None:
    before = await installs.get(session, new.key)
    is_new = before is not None and now - before.installed_at < JUST_NOW
    if before and is_new and before.installed_by not in (None, new.installed_by):
        raise JustInstalled("Installed a moment ago.")


async def _form_of_welcome(service: InstallService, new: NewInstall) -> str:
    """Return whether the installer is an owner or admin, as far as Slack says."""
    try:
        answer = await service.store.client.users_info(
            token=new.tokens.bot, user=str(new.installed_by)
        )
    except (SlackApiError, *NO_ANSWER):
        return UNKNOWN
    user: Mapping[str, Any] = answer["user"]
    is_admin = any(user.get(name) for name in ("is_admin", "is_owner", "is_primary_owner"))
    organization = user.get("enterprise_user") or {}
    is_org_admin = any(organization.get(name) for name in ("is_admin", "is_owner"))
    return ADMIN if is_admin or is_org_admin else MEMBER


async def _teams_of(service: InstallService, new: NewInstall) -> dict[str, str]:
    """Return the teams that an install serves, by id: one, or those that the organization added already."""
    if new.key.workspace_id:
        return {new.key.workspace_id: new.name}
    return await service.store.team_names(new.tokens.bot)


class Cookies(OAuthStateUtils):
    """The cookie that binds a state to the browser."""

    def __init__(self, *, is_secure: bool) -> None:
        super().__init__(cookie_name=COOKIE)
        self._attributes = "; Path=/slack; HttpOnly; SameSite=Lax" + (
            "; Secure" if is_secure else ""
        )

    def build_set_cookie_for_new_state(self, state: str) -> str:
        """Return the header that sets the cookie."""
        return f"{self.cookie_name}={state}; Max-Age={self.expiration_seconds}{self._attributes}"

    def build_set_cookie_for_deletion(self) -> str:
        """Return the header that removes the cookie."""
        return f"{self.cookie_name}=; Max-Age=0{self._attributes}"


class InstallFlow(AsyncOAuthFlow):
    """The flow; its address of Slack asks for what the link asked for besides."""

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Return the address of Slack's consent page."""
        team = first(request.query, "team")
        query = {
            "client_id": self.client_id,
            "scope": ",".join(sorted([*SCOPES, *optional_scopes(request.query)])),
            "user_scope": "",
            "redirect_uri": str(self.redirect_uri),
            "state": state,
            **({"team": team} if is_slack_id(team) else {}),
        }
        return f"{self.settings.authorization_url}?{urlencode(query)}"


def first(query: Mapping[str, Any], name: str) -> str:
    """Return the first value of this name in an address; empty when there is none."""
    return str((query.get(name) or [""])[0])


def optional_scopes(query: Mapping[str, Any]) -> list[str]:
    """Return the known optional scopes that a link asks for."""
    asked = first(query, "with").replace(",", " ").split()
    return [scope for scope in OPTIONAL_SCOPES if scope in asked]


def new_flow(
    service: InstallService, callbacks: AsyncCallbackOptions, *, public_url: str, api_url: str
) -> InstallFlow:
    """Return the flow of a service that the internet reaches at this address."""
    app = service.store.app
    settings = AsyncOAuthSettings(
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=sorted(SCOPES),
        user_scopes=[],
        redirect_uri=f"{public_url}{REDIRECT_PATH}",
        install_path=INSTALL_PATH,
        install_page_rendering_enabled=False,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=callbacks,
        authorization_url=urljoin(api_url, "/oauth/v2/authorize"),
        installation_store=InstallStore(service),
        state_store=StateStore(service),
    )
    settings.state_utils = Cookies(is_secure=public_url.startswith("https:"))
    return InstallFlow(client=service.store.client, logger=getLogger("bolt"), settings=settings)
