"""Who may administer Rungs in a workspace, and the guard for clicks and forms that only they may use."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from logging import getLogger
from typing import Any, Literal

from bot.deps import Deps
from bot.feature import ClickHandler, FormHandler
from bot.slack.blocks import notice
from bot.slack.errors import LogUndeliverable, MemberGone
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import Reply
from coaching.members import MemberKey
from storage import admin

log = getLogger(__name__)

Role = Literal["slack", "named"]
"""Why somebody may administer: as an owner or admin in Slack, or because one of these named them."""

SEEN_FOR = timedelta(minutes=5)
"""For how long help and Home take somebody for what they were seen to be. No act relies on it."""

MOST_SEEN = 5000
ANSWER_WITHIN = 2
"""Seconds to wait for Slack's answer where only the look of a page depends on it."""


async def role_of(deps: Deps, key: MemberKey) -> Role | None:
    """Return why this person may administer, as of now; None when they may not. Asks Slack each time."""
    role: Role | None = None
    with suppress(MemberGone):
        profile = await deps.slack.users_info(key.user_id)
        if is_of_workspace(profile, key.workspace_id):
            role = "slack" if _is_slack_admin(profile) else await _named(deps, key)
    deps.admins[key] = (role is not None, deps.now())
    deps.admins.move_to_end(key)
    while len(deps.admins) > MOST_SEEN:
        deps.admins.popitem(last=False)
    return role


async def _named(deps: Deps, key: MemberKey) -> Role | None:
    async with deps.database.read() as session:
        return "named" if await admin.is_named(session, key) else None


def is_of_workspace(profile: Mapping[str, Any], workspace_id: str) -> bool:
    """Return whether this is a full member of the workspace: no guest, bot, or person from elsewhere.

    Slack calls every guest restricted, also one who is in a single channel.
    """
    flags = ("deleted", "is_bot", "is_stranger", "is_restricted")
    if any(profile.get(flag) for flag in flags):
        return False
    in_organization = profile.get("enterprise_user") or {}
    teams = in_organization.get("teams") or [profile.get("team_id") or workspace_id]
    return workspace_id in teams


def _is_slack_admin(profile: Mapping[str, Any]) -> bool:
    """Return whether Slack says that they run the workspace, or the organization that it belongs to."""
    in_organization = profile.get("enterprise_user") or {}
    flags = ("is_admin", "is_owner", "is_primary_owner")
    return any(one.get(flag) for one in (profile, in_organization) for flag in flags)


def seen_as_admin(deps: Deps, key: MemberKey) -> bool | None:
    """Return whether they were seen to be an admin lately; None when nobody looked. Asks nobody."""
    is_admin, at = deps.admins.get(key, (False, None))
    return None if at is None or deps.now() - at >= SEEN_FOR else is_admin


async def look_whether_admin(deps: Deps, key: MemberKey) -> bool:
    """Return the same, asking Slack when nobody looked lately; False where Slack does not answer in time."""
    seen = seen_as_admin(deps, key)
    if seen is None:
        with LogUndeliverable(log, "admin_unknown"), suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_WITHIN):
                return await role_of(deps, key) is not None
    return bool(seen)


async def may_administer(deps: Deps, request: Request) -> bool:
    """Return whether this person may administer, as of now; tell them who can where they may not."""
    if await role_of(deps, request.key):
        return True
    await Reply(deps, request).privately(notice(deps.render("admin/not_admin")))
    if request.on_home:
        # They may have been an admin when this page was published.
        await deps.features.refresh_home(deps, request)
    return False


def for_admins(handler: ClickHandler) -> ClickHandler:
    """Return the handler for a click that only an admin may make."""

    async def guarded(deps: Deps, click: Click) -> None:
        if await may_administer(deps, click.request):
            await handler(deps, click)

    return guarded


def for_admins_form(handler: FormHandler) -> FormHandler:
    """Return the handler for a form that only an admin may send."""

    async def guarded(deps: Deps, submission: Submission) -> None:
        if await may_administer(deps, submission.request):
            await handler(deps, submission)

    return guarded
