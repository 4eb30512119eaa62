"""Who a member is at a SCIM server: found by the address that they confirmed in Slack, then remembered."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.deps import Deps
from bot.features.admin.service import is_of_workspace
from bot.features.changes.scim import ScimServer
from bot.features.clients.service import confirmed_email
from bot.slack.errors import MemberGone
from storage.changes import people
from storage.changes.receivers import Receiver

ONE_BY_ONE = 10
"""Up to this many profiles are read one by one; for more, the whole list of users is read."""

NO_EMAIL, NOT_FOUND, GUEST = "no_email", "not_found", "guest"


async def scim_ids(
    deps: Deps, server: ScimServer, receiver: Receiver, user_ids: Sequence[str], *, again: bool
) -> dict[str, str]:
    """Return the ids of these members at the server; those who cannot be found are left out.

    What was looked up is remembered, and with `again` looked up again where nobody was found.
    """
    async with deps.database.read() as session:
        known = await people.known(session, receiver, user_ids)
    unknown = [
        one for one in user_ids if one not in known or (again and known[one].scim_id is None)
    ]
    found = {one: row.scim_id for one, row in known.items() if row.scim_id}
    profiles = await _profiles(deps, unknown) if unknown else {}
    for user_id in unknown:
        scim_id, problem = await _look_up(deps, server, profiles.get(user_id))
        async with deps.database.write() as session:
            await people.remember(
                session, receiver, user_id, scim_id, problem=problem, now=deps.now()
            )
        if scim_id:
            found[user_id] = scim_id
    return found


async def _look_up(
    deps: Deps, server: ScimServer, profile: Mapping[str, Any] | None
) -> tuple[str | None, str | None]:
    """Return the id of whoever has this profile, or why there is none."""
    email = confirmed_email(profile) if profile else None
    if profile is None or email is None:
        return None, NO_EMAIL
    if not profile.get("deleted") and not is_of_workspace(profile, deps.identity.workspace_id):
        return None, GUEST
    scim_id = await server.person(email)
    return scim_id, None if scim_id else NOT_FOUND


async def _profiles(deps: Deps, user_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return what Slack says of these people, by few requests."""
    found: dict[str, Mapping[str, Any]] = {}
    if len(user_ids) > ONE_BY_ONE:
        wanted = set(user_ids)
        async for page in deps.slack.users_list():
            found |= {str(one["id"]): one for one in page if one.get("id") in wanted}
        return found
    for user_id in user_ids:
        try:
            found[user_id] = await deps.slack.users_info(user_id)
        except MemberGone:
            continue
    return found
