"""Who a member is at a SCIM server: found by the address that they confirmed in Slack, then remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from logging import getLogger
from typing import Any

from bot.deps import Deps
from bot.features.admin.service import is_of_workspace
from bot.features.changes.outcomes import NO_PROFILES, down
from bot.features.changes.scim import ScimFailed, ScimServer
from bot.features.clients.service import confirmed_email
from bot.slack.errors import MemberGone, Undeliverable
from storage.changes import people
from storage.changes.people import GUEST, NO_EMAIL, NOT_FOUND
from storage.changes.receivers import Receiver

log = getLogger(__name__)

ONE_BY_ONE = 30
"""Up to this many profiles are read one by one; for more, the whole list of users is read."""

AGAIN_AFTER = timedelta(minutes=50)
"""When somebody who was not found is looked for again: not in the next turn of the same comparison."""


@dataclass(frozen=True)
class Address:
    """The address by which somebody is looked for at a server, or why there is none."""

    email: str | None = None
    problem: str | None = None


UNKNOWN = Address(problem=NO_EMAIL)


async def scim_ids(
    deps: Deps, server: ScimServer, receiver: Receiver, user_ids: Sequence[str], *, again: bool
) -> dict[str, str]:
    """Return the ids of these members at the server; those who cannot be found are left out.

    What was looked up is remembered, and with `again` looked up again where nobody was found some time ago.
    ScimFailed when the server, or Slack, does not say.
    """
    async with deps.database.read() as session:
        known = await people.known(session, receiver, user_ids)
    found = {one: row.scim_id for one, row in known.items() if row.scim_id}
    before = deps.now() - AGAIN_AFTER
    old = {one for one, row in known.items() if again and row.at < before} - set(found)
    unknown = [one for one in user_ids if one not in known or one in old]
    try:
        addresses = await _addresses(deps, unknown) if unknown else {}
    except Undeliverable as refused:
        log.warning("profiles_unread", extra={"method": refused.method, "reason": refused.reason})
        raise ScimFailed(down(NO_PROFILES)) from None
    for user_id in unknown:
        address = addresses.get(user_id, UNKNOWN)
        scim_id = await server.person(address.email) if address.email else None
        problem = address.problem or (None if scim_id else NOT_FOUND)
        async with deps.database.write() as session:
            await people.remember(
                session, receiver, user_id, scim_id, problem=problem, now=deps.now()
            )
        if scim_id:
            found[user_id] = scim_id
    return found


async def _addresses(deps: Deps, user_ids: Sequence[str]) -> dict[str, Address]:
    """Return the addresses of these people in Slack, by few requests."""
    found: dict[str, Address] = {}
    if len(user_ids) > ONE_BY_ONE:
        wanted = set(user_ids)
        async for page in deps.slack.users_list():
            found |= {str(one["id"]): _of(deps, one) for one in page if one.get("id") in wanted}
        return found
    for user_id in user_ids:
        try:
            found[user_id] = _of(deps, await deps.slack.users_info(user_id))
        except MemberGone:
            continue
    return found


def _of(deps: Deps, profile: Mapping[str, Any]) -> Address:
    """Return the address of a profile. Guests have none; who left has one, to be removed by."""
    email = confirmed_email(profile)
    if email is None:
        return UNKNOWN
    if not profile.get("deleted") and not is_of_workspace(profile, deps.identity.workspace_id):
        return Address(problem=GUEST)
    return Address(email)
