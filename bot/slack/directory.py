"""What Slack knows of people and channels: profiles, Do-not-disturb, and who may act in a channel."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from logging import getLogger
from typing import Any, Literal

from bot.deps import Deps
from bot.slack.errors import ChannelGone, LogUndeliverable, MemberGone, ScopeMissing
from bot.slack.payloads import Request
from bot.slack.phrases import MemberClock
from bot.slack.reader import Json
from coaching.members import MemberKey
from coaching.timing import zone_from
from storage import members
from storage.database import Session
from storage.outbox import queue, schedules

log = getLogger(__name__)

FRESH = timedelta(minutes=10)
ONE_BY_ONE = 10
"""Up to this many profiles are read one by one; for more, the whole list of users is read."""

LONGEST_ZONE = 60
"""How many characters of an unknown zone are logged."""

TITLE_WITHIN = 2
"""Seconds to wait for a title; the member waits meanwhile, and the answer is good without it."""

DND_AT_ONCE = 50
"""Slack returns the Do-not-disturb of up to this many people in one answer."""


async def refresh(deps: Deps, user_ids: Collection[str], *, older_than: timedelta = FRESH) -> None:
    """Read the profiles of these members that are older than `older_than`, and save them."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        stale = await members.stale_profiles(
            session, workspace_id, user_ids, before=deps.now() - older_than
        )
    if len(stale) <= ONE_BY_ONE:
        for user_id in stale:
            await _refresh_one(deps, user_id)
        return
    wanted = set(stale)
    async for page in deps.slack.users_list():
        await _save_page(deps, [profile for profile in page if profile.get("id") in wanted])


async def _refresh_one(deps: Deps, user_id: str) -> None:
    """Read and save one profile; a person whom Slack no longer shows is stored as deactivated."""
    try:
        profile: Mapping[str, Any] = await deps.slack.users_info(user_id)
    except MemberGone:
        profile = {"id": user_id, "deleted": True}
    await save_profile(deps, profile)


async def _save_page(deps: Deps, profiles: Sequence[Mapping[str, Any]]) -> None:
    """Save unchanged profiles together, and each changed one by itself."""
    told = {
        str(profile["id"]): (zone_in(profile), not profile.get("deleted"), is_guest(profile))
        for profile in profiles
    }
    async with deps.database.write() as session:
        workspace_id = deps.identity.workspace_id
        news = await members.record_unchanged_profiles(session, workspace_id, told, now=deps.now())
    for profile in profiles:
        if profile["id"] in news:
            await save_profile(deps, profile)


async def ask_zone(
    deps: Deps, key: MemberKey, *, is_asked: bool | None = None, known: object = None
) -> None:
    """Ask Slack for the zone of a member whose profile was never read; without an answer, UTC is used.

    `is_asked` says whether it was read, and is looked up unless given. `known` is passed to `save_profile`.
    """
    if is_asked or (is_asked is None and not await _is_stranger(deps, key)):
        return
    with LogUndeliverable(log, "zone_unknown"):
        await save_profile(deps, await deps.slack.users_info(key.user_id), known=known)


async def _is_stranger(deps: Deps, key: MemberKey) -> bool:
    async with deps.database.read() as session:
        member = await members.get(session, key)
    return member is not None and member.profile_at is None


async def clock_of(session: Session, deps: Deps, key: MemberKey) -> MemberClock:
    """Return the time now where the member is, for dates that they read."""
    member = await members.get(session, key)
    return MemberClock(deps.now(), member.zone if member else None)


async def title_of(deps: Deps, user_id: str) -> str:
    """Return the title of a person's profile, which is not stored; empty where Slack names none in time."""
    profile: Mapping[str, Any] = {}
    with LogUndeliverable(log, "title_unknown"), suppress(TimeoutError):
        async with asyncio.timeout(TITLE_WITHIN):
            profile = (await deps.slack.users_info(user_id)).get("profile") or {}
    return str(profile.get("title") or "")


async def profile_changed(deps: Deps, profile: Mapping[str, Any]) -> None:
    """Save a profile that Slack reports as changed, if what is stored of a known member did."""
    key = MemberKey(deps.identity.workspace_id, str(profile.get("id", "")))
    async with deps.database.read() as session:
        member = await members.get(session, key)
    if member is None:
        return
    before = (member.deactivated_at is None, member.is_guest)
    is_other = before != (not profile.get("deleted"), is_guest(profile))
    if is_other or zone_in(profile) not in (None, member.zone):
        await save_profile(deps, profile)


async def save_profile(deps: Deps, profile: Mapping[str, Any], *, known: object = None) -> None:
    """Save a profile, and run the hooks of capabilities if the zone or the activity changed.

    `known` is passed to the hooks: what the caller has just read about the member.
    """
    key = MemberKey(deps.identity.workspace_id, str(profile.get("id", "")))
    zone, is_active = zone_in(profile), not profile.get("deleted")
    async with deps.database.write() as session:
        news = await members.record_profile(
            session,
            key,
            zone=zone,
            is_active=is_active,
            is_guest=is_guest(profile),
            now=deps.now(),
        )
        if is_active and (news or zone is None):
            _log_unknown_zone(profile, zone)
        if news and not is_active:
            await deps.features.member_gone(session, deps, key)
        elif news:
            await deps.features.member_moved(session, deps, key, zone, known)


def is_guest(profile: Mapping[str, Any]) -> bool:
    """Return whether Slack calls somebody restricted, as it does every guest, or of another company."""
    return bool(profile.get("is_restricted") or profile.get("is_stranger"))


def zone_in(profile: Mapping[str, Any]) -> str | None:
    """Return the zone of a profile: its name, or its offset from UTC when the name is missing or unknown."""
    return zone_from(profile.get("tz"), profile.get("tz_offset"))


def _log_unknown_zone(profile: Mapping[str, Any], used: str | None) -> None:
    if used != profile.get("tz"):
        named = str(profile.get("tz") or "none")[:LONGEST_ZONE]
        log.warning("zone_unknown", extra={"zone": named, "used": used or "the one before, or UTC"})


async def do_not_disturb(deps: Deps, user_ids: Collection[str]) -> dict[str, datetime]:
    """Return the members who are in Do-not-disturb now, and until when."""
    now = deps.now()
    found: dict[str, datetime] = {}
    async for user_id, told in _told(deps, list(user_ids)):
        ends = [end for start, end in _spans(told) if start <= now < end]
        if ends:
            found[user_id] = max(ends)
    return found


async def _told(deps: Deps, user_ids: list[str]) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    if len(user_ids) == 1:
        # Of a person whom Slack no longer shows, the post itself will be refused.
        with suppress(MemberGone):
            yield user_ids[0], await deps.slack.dnd_info(user_ids[0])
        return
    for at in range(0, len(user_ids), DND_AT_ONCE):
        told = await deps.slack.dnd_team_info(user_ids[at : at + DND_AT_ONCE])
        for user_id, one in told.items():
            yield user_id, one


def _spans(told: Mapping[str, Any]) -> list[tuple[datetime, datetime]]:
    """Return the times of the Do-not-disturb schedule and of a snooze of notifications."""
    spans = []
    if told.get("dnd_enabled"):
        spans.append((told.get("next_dnd_start_ts") or 0, told.get("next_dnd_end_ts") or 0))
    if told.get("snooze_enabled"):
        spans.append((0, told.get("snooze_endtime") or 0))
    return [(datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)) for a, b in spans]


PROFILES_READ_BEFORE = timedelta(minutes=30)
"""Profiles are read this long before a message is due, and again when they are older than this."""

MANY_PROFILES_READ_BEFORE = timedelta(minutes=90)
"""Used instead of `PROFILES_READ_BEFORE` when more than `ONE_BY_ONE` are stale. The whole list of users is
read then; reading further ahead keeps that to once an hour."""

MOST_RECEIVERS = 50_000


async def stale_receivers(session: Session, workspace_id: str, *, now: datetime) -> list[str]:
    """Return the ids of members whose message is due soon and whose profile was not read lately."""
    soon = await _receivers_due(session, workspace_id, before=now + PROFILES_READ_BEFORE)
    stale = await members.stale_profiles(
        session, workspace_id, soon, before=now - PROFILES_READ_BEFORE
    )
    if len(stale) <= ONE_BY_ONE:
        return stale
    return await _receivers_due(session, workspace_id, before=now + MANY_PROFILES_READ_BEFORE)


async def _receivers_due(session: Session, workspace_id: str, *, before: datetime) -> list[str]:
    waiting = await queue.members_waiting(
        session, workspace_id, before=before, limit=MOST_RECEIVERS
    )
    due = await schedules.members_due(session, workspace_id, before=before, limit=MOST_RECEIVERS)
    return list(dict.fromkeys([*waiting, *due]))


Obstacle = Literal[
    "direct", "unseen", "not_invited", "archived", "shared", "not_member", "guest", "stranger"
]
"""Why not: the conversation is no channel, or one that the bot cannot see, is not in, that is archived or
shared with another organization; the person is not in the channel, a guest, or from elsewhere."""


async def channel_obstacle(deps: Deps, channel: str | None) -> Obstacle | None:
    """Return why the bot cannot post a digest or a list of agents here; None when it can."""
    if not channel or channel.startswith("D"):
        return "direct"
    try:
        about = await deps.slack.channel_info(channel)
    except ChannelGone:
        return "unseen"
    except ScopeMissing as problem:
        if "channels:read" in problem.reason or "groups:read" in problem.reason:
            raise
        # A group message takes another scope, which the bot does not ask for.
        return "direct"
    return _of_channel(about)


async def _asker_obstacle(deps: Deps, request: Request, channel: str) -> Obstacle | None:
    """Return why this person may not see the digest or the agents of a channel; None when they may.

    Slack's members of the channel decide, whatever the act: a button can be clicked by somebody who looks at
    a public channel from outside or who left meanwhile, and a command is not known to come from inside.
    """
    async for page in deps.slack.channel_members(channel):
        if request.key.user_id in page:
            return None
    return "not_member"


async def is_stranger(deps: Deps, request: Request) -> bool:
    """Return whether somebody of another company acts, as they can in a shared channel.

    In an organization, Slack is asked about people of its other workspaces: they may act as well.
    """
    known = deps.identity
    if request.home in (None, known.workspace_id, known.enterprise_id):
        return False
    if known.enterprise_id is None:
        return True
    try:
        return is_of_others(deps, await deps.slack.users_info(request.key.user_id))
    except MemberGone:
        return True


def is_of_others(deps: Deps, about: Mapping[str, Any]) -> bool:
    """Return whether a person is of another company; `about` is their profile in Slack."""
    known = deps.identity
    organization = (about.get("enterprise_user") or {}).get("enterprise_id")
    if organization is not None and organization == known.enterprise_id:
        return False
    return bool(about.get("is_stranger")) or about.get("team_id") not in (None, known.workspace_id)


def _person_obstacle(deps: Deps, about: Json) -> Obstacle | None:
    """Return why a person in the channel may not change either; `about` is their profile in Slack."""
    if is_of_others(deps, about):
        return "stranger"
    return "guest" if is_guest(about) else None


def _of_channel(about: Json) -> Obstacle | None:
    if about.get("is_im") or about.get("is_mpim"):
        return "direct"
    if about.get("is_archived"):
        return "archived"
    if about.get("is_ext_shared") or about.get("is_pending_ext_shared"):
        return "shared"
    return None if about.get("is_member") else "not_invited"


@dataclass(frozen=True)
class ChannelAccess:
    """Whether a person may act in a channel; `zone` is theirs, looked up only for a change."""

    obstacle: Obstacle | None
    zone: str | None = None


async def check_access(
    deps: Deps, request: Request, channel: str, *, to_change: bool = False
) -> ChannelAccess:
    """Ask Slack about the channel and the person."""
    obstacle = await channel_obstacle(deps, channel)
    if obstacle is None:
        obstacle = await _asker_obstacle(deps, request, channel)
    if obstacle or not to_change:
        return ChannelAccess(obstacle)
    about = await deps.slack.users_info(request.key.user_id)
    return ChannelAccess(_person_obstacle(deps, about), zone=zone_in(about))
