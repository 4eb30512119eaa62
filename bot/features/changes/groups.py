"""Groups of a SCIM server: kept in step with who has a permission, change by change, and compared each night.

A change says that something happened to a member. What their group is set to is what they have now, so a
change that comes late does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from logging import getLogger

from bot.deps import Deps
from bot.features.changes.outcomes import TAKEN, Outcome, down
from bot.features.changes.outside import Outside
from bot.features.changes.people import scim_ids
from bot.features.changes.scim import ScimFailed, ScimServer, scim_server
from storage.access import grants
from storage.changes import people, receivers
from storage.changes.farewells import subject_of
from storage.changes.queue import Change
from storage.changes.receivers import Followed, Receiver
from storage.installs.token_keys import CannotDecrypt, TokenKeys

log = getLogger(__name__)

GONE = "404"

SEND_WITHIN = 20.0
COMPARE_WITHIN = 300.0
"""Seconds for all requests of one turn, so that a slow server holds up no others."""


@dataclass(frozen=True)
class Groups:
    """The groups of one receiver, and what changes them."""

    deps: Deps
    receiver: Receiver
    server: ScimServer

    async def send(self, changes: Sequence[Change], keys: TokenKeys) -> Sequence[Outcome]:
        """Set the group of each change to what its member has now; return an outcome for each."""
        workspace_id = self.receiver.workspace_id
        subjects = {change.id: subject_of(change, keys) for change in changes}
        users = sorted(set(subjects.values()))
        async with self.deps.database.read() as session:
            follows = await receivers.followed(session, workspace_id, self.receiver.id)
        ids = await scim_ids(self.deps, self.server, self.receiver, users, again=False)
        # Read after that, which may take a while.
        async with self.deps.database.read() as session:
            held = await grants.held_by(session, workspace_id, users)
        has = {(one.user_id, one.permission_id) for one in held}
        outcomes: dict[str, Outcome] = {}
        for one in follows:
            of_group = [change for change in changes if change.permission == one.permission]
            wanted = {
                subjects[change.id]: (subjects[change.id], one.permission) in has
                for change in of_group
            }
            if wanted:
                outcome = await self._set(one, wanted, ids)
                outcomes |= dict.fromkeys((change.id for change in of_group), outcome)
        # A permission that is no longer followed has no group to change.
        return [outcomes.get(change.id, TAKEN) for change in changes]

    async def _set(self, group: Followed, wanted: dict[str, bool], ids: dict[str, str]) -> Outcome:
        """Put members in a group or out of it; what was remembered is forgotten when that is refused."""
        found = {user: is_in for user, is_in in wanted.items() if user in ids}
        if not found:
            return TAKEN
        try:
            await self.server.change(
                await self._id_of(group),
                added={ids[user] for user, is_in in found.items() if is_in},
                removed={ids[user] for user, is_in in found.items() if not is_in},
            )
        except ScimFailed as problem:
            async with self.deps.database.write() as session:
                await receivers.save_group(session, group, None)
                await people.forget(session, self.receiver, found)
            return problem.outcome
        return TAKEN

    async def _id_of(self, group: Followed) -> str:
        """Return the id of a permission's group, which is looked for, or made, the first time."""
        if group.group_id is None:
            found = await self.server.group(group.group_name or group.permission)
            async with self.deps.database.write() as session:
                await receivers.save_group(session, group, found)
            group.group_id = found
        return group.group_id

    async def _members(self, group: Followed) -> set[str]:
        """Return who is in a group; one that was deleted at the server is looked for, or made, again."""
        if group.group_id is not None:
            try:
                return await self.server.members(group.group_id)
            except ScimFailed as problem:
                if problem.outcome.problem != GONE:
                    raise
            group.group_id = None
        return await self.server.members(await self._id_of(group))

    async def compare(self) -> receivers.Look:
        """Set every group to who has its permission; return what differed.

        A group that the server refuses to change holds up no other; that is raised at the end.
        """
        workspace_id = self.receiver.workspace_id
        async with self.deps.database.write() as session:
            await people.forget_unneeded(session, self.receiver)
        async with self.deps.database.read() as session:
            follows = await receivers.followed(session, workspace_id, self.receiver.id)
            users = {
                user
                for one in follows
                for user in await grants.holders(session, workspace_id, one.permission)
            }
        ids = await scim_ids(self.deps, self.server, self.receiver, sorted(users), again=True)
        added = removed = 0
        refused: ScimFailed | None = None
        for one in follows:
            try:
                missing, extra = await self._mend(one, ids)
            except ScimFailed as problem:
                if problem.outcome.is_down:
                    raise
                refused = problem
            else:
                added, removed = added + missing, removed + extra
        if refused:
            raise refused
        return receivers.Look(added, removed, len(users - set(ids)))

    async def _mend(self, group: Followed, ids: dict[str, str]) -> tuple[int, int]:
        """Set a group to who has its permission; return how many were missing, and how many too many."""
        there = await self._members(group)
        wanted = await self._wanted(group, ids)
        missing, extra = wanted - there, there - wanted
        if missing or extra:
            group_id = await self._id_of(group)
            try:
                await self.server.change(group_id, added=missing, removed=extra)
            except ScimFailed:
                # Somebody may have another id by now.
                gone = [user for user, scim_id in ids.items() if scim_id in missing]
                async with self.deps.database.write() as session:
                    await people.forget(session, self.receiver, gone)
                raise
            # What changed meanwhile may have been told to the server before this.
            wanted = await self._wanted(group, ids)
            late, early = missing - wanted, extra & wanted
            if late or early:
                await self.server.change(group_id, added=early, removed=late)
        return len(missing), len(extra)

    async def _wanted(self, group: Followed, ids: dict[str, str]) -> set[str]:
        """Return the ids of who has a group's permission now."""
        async with self.deps.database.read() as session:
            held = await grants.holders(session, self.receiver.workspace_id, group.permission)
        return {ids[user] for user in held if user in ids}


async def send(
    deps: Deps, outside: Outside, receiver: Receiver, changes: Sequence[Change]
) -> Sequence[Outcome]:
    """Tell a SCIM server of these changes, each of another member; return an outcome for each."""
    keys = deps.site.keys
    try:
        if keys is None:
            return [down("no_keys")] * len(changes)
        token = receiver.opened(keys)
        async with scim_server(outside, receiver.url, token, within=SEND_WITHIN) as server:
            return await Groups(deps, receiver, server).send(changes, keys)
    except CannotDecrypt as problem:
        log.error("receiver_token_unreadable", extra={"problem": str(problem)})
        return [down("no_keys")] * len(changes)
    except ScimFailed as problem:
        return [problem.outcome] * len(changes)


async def compare(deps: Deps, outside: Outside, receiver: Receiver) -> receivers.Look:
    """Set all groups of a receiver to who has their permissions; ScimFailed, or CannotDecrypt."""
    keys = deps.site.keys
    if keys is None:
        raise ScimFailed(down("no_keys"))
    token = receiver.opened(keys)
    async with scim_server(outside, receiver.url, token, within=COMPARE_WITHIN) as server:
        return await Groups(deps, receiver, server).compare()
