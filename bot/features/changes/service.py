"""What others read of the servers that are told: their names, and the part of the privacy page about them."""

from collections.abc import Iterable

from bot.deps import Deps
from bot.slack.phrases import host_of, listed
from coaching.safe_text import SafeText, escape
from storage.changes import receivers
from storage.changes.receivers import SCIM, Receiver
from storage.database import Session


def host_text(receiver: Receiver) -> str:
    """Return the host of a server; the rest of its address may have a secret in it."""
    return host_of(receiver.url) or "?"


def titles(deps: Deps, permissions: Iterable[str]) -> SafeText | None:
    """Return the titles of permissions, or their ids where the policy has them no longer; None for none."""
    there = deps.library.access.permissions
    found = [escape(there[one].title if one in there else one) for one in permissions]
    return listed(found) if found else None


async def privacy_text(session: Session, deps: Deps) -> str:
    """Return the part of the privacy page about the servers that are told; empty when there are none."""
    workspace_id = deps.identity.workspace_id
    followed = await receivers.all_followed(session, workspace_id)
    shown = [
        {
            "host": host_text(one),
            "follows": titles(deps, (each.permission for each in followed[one.id])),
            "is_scim": one.kind == SCIM,
        }
        for one in await receivers.every(session, workspace_id)
        if one.id in followed
    ]
    return deps.render("changes/privacy", servers=shown).strip() if shown else ""
