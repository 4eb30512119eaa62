"""Slack's events about the app itself: removed, its tokens revoked, and teams of an organization."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from logging import getLogger
from typing import Any

from bot.coaches import Coaches
from bot.features.installs.service import InstallService, connect_teams, leave, leave_teams
from bot.features.installs.welcome import ADMIN
from bot.slack.middleware import InFlight
from storage import workspaces
from storage.database import Session
from storage.installs import installs
from storage.installs.token_keys import WHOLE_ORGANIZATION, InstallKey

log = getLogger(__name__)

Body = Mapping[str, Any]
Work = Callable[[InstallService, Body], Coroutine[Any, Any, None]]
Listener = Callable[[Body, Coaches, InFlight], None]


def listeners(service: InstallService) -> dict[str, Listener]:
    """Return what to do with each of these events, in the background."""
    works: dict[str, Work] = {
        "app_uninstalled": _uninstalled,
        "tokens_revoked": _revoked,
        "team_access_granted": _granted,
        "team_access_revoked": _withdrawn,
    }
    return {kind: partial(_listen, service, work) for kind, work in works.items()}


def _listen(
    service: InstallService, work: Work, body: Body, _coaches: Coaches, flight: InFlight
) -> None:
    flight.start(_logged(service, work, body))


async def _logged(service: InstallService, work: Work, body: Body) -> None:
    try:
        await work(service, body)
    except Exception:
        log.exception("install_event_failed", extra={"kind": str(body["event"]["type"])})


async def _uninstalled(service: InstallService, body: Body) -> None:
    await leave(service, _key_of(body), reason="app_uninstalled", at=_moment(service, body))


async def _revoked(service: InstallService, body: Body) -> None:
    """End an install whose bot tokens were revoked; those of people alone are not ours."""
    if (body["event"].get("tokens") or {}).get("bot"):
        await leave(service, _key_of(body), reason="tokens_revoked", at=_moment(service, body))


async def _granted(service: InstallService, body: Body) -> None:
    """Connect teams that were added to an organization-wide install."""
    key = InstallKey(WHOLE_ORGANIZATION, _enterprise(body))
    async with service.database.read() as session:
        row = await installs.get(session, key)
    if row is None:
        return
    known = await service.store.team_names(service.store.tokens_of(row).bot)
    async with service.database.write() as session:
        teams = {
            team: known.get(team, row.name)
            for team in _teams(body)
            if team in known or not await _is_elsewhere(session, team, key)
        }
        await connect_teams(session, key, teams, form=ADMIN, now=service.now())
    for team in teams:
        service.coaches.forget(team)


async def _is_elsewhere(session: Session, team: str, key: InstallKey) -> bool:
    """Return whether a team is connected, and not as one of this organization."""
    workspace = await workspaces.get(session, team)
    if workspace is None or workspace.disconnected_at:
        return False
    return workspace.enterprise_id != key.enterprise_id


async def _withdrawn(service: InstallService, body: Body) -> None:
    key, at = InstallKey(WHOLE_ORGANIZATION, _enterprise(body)), _moment(service, body)
    await leave_teams(service, key, _teams(body), reason="team_access_revoked", at=at)


def _key_of(body: Body) -> InstallKey:
    """Return the key of the install that an event is about."""
    about = (body.get("authorizations") or [body])[0]
    if about.get("is_enterprise_install"):
        return InstallKey(WHOLE_ORGANIZATION, _enterprise(body))
    return InstallKey(str(about.get("team_id") or body.get("team_id") or ""), _enterprise(body))


def _enterprise(body: Body) -> str:
    about = (body.get("authorizations") or [body])[0]
    return str(about.get("enterprise_id") or body.get("enterprise_id") or "")


def _teams(body: Body) -> list[str]:
    return [str(team) for team in body["event"].get("team_ids") or []]


def _moment(service: InstallService, body: Body) -> datetime:
    """Return when the event happened; Slack says it in whole seconds."""
    seconds = body.get("event_time")
    return datetime.fromtimestamp(seconds, UTC) if seconds else service.now()
