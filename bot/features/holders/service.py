"""Who has which role, and whom admins can give one."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.deps import Deps
from bot.feature import Role
from bot.slack.errors import MemberGone
from coaching.members import MemberKey
from storage import holders as stored
from storage.database import Session


def roles_in(deps: Deps) -> Mapping[str, Role]:
    """Return the roles of the capabilities that are on, by name."""
    return deps.features.roles_in(deps.library)


async def has_role(session: Session, deps: Deps, key: MemberKey, role: str) -> bool:
    """Return whether the member has this role now; never while no capability that is on declares it."""
    if role not in roles_in(deps):
        return False
    return await stored.has_role(session, key, role, now=deps.now())


async def holders(session: Session, deps: Deps, role: str) -> list[str]:
    """Return the user ids of all who have this role now; none while no capability that is on declares it."""
    if role not in roles_in(deps):
        return []
    return await stored.holders(session, deps.identity.workspace_id, role, now=deps.now())


async def can_be_named(deps: Deps, user_id: str, *, no_guests: bool = False) -> bool:
    """Return whether this is a person of the workspace: active, no bot, and not of another company.

    With `no_guests`, also whether they are no guest.
    """
    flags = ("deleted", "is_bot", "is_stranger", *(("is_restricted",) if no_guests else ()))
    with suppress(MemberGone):
        profile = await deps.slack.users_info(user_id)
        return not any(profile.get(flag) for flag in flags)
    return False


async def roles_text(session: Session, deps: Deps, key: MemberKey) -> str:
    """Return the part of the privacy page about roles: those of this member, and what others' roles show."""
    roles = roles_in(deps)
    if not roles:
        return ""
    held = await stored.roles_of(session, key, now=deps.now())
    mine: list[dict[str, Any]] = [
        {"title": roles[one.role].title, "sees": roles[one.role].sees, "handle": one.handle}
        for one in held
        if one.role in roles
    ]
    return deps.render("holders/page", mine=mine, roles=_in_words(roles.values())).strip()


def _in_words(roles: Any) -> list[dict[str, str]]:
    return [{"title": role.title, "sees": role.sees} for role in roles]


VERIFIER = Role(
    "verifier",
    "Verifiers",
    "They see the work that somebody submitted to be verified, and nothing else of that person.",
)
STEWARD = Role(
    "steward",
    "Stewards",
    "They see the claims that verifiers disagree on, that were appealed, or that wait for too long.",
)
SUPERVISOR = Role(
    "supervisor",
    "Supervisors",
    "They see the plans, notes and reports of the sandboxes that they supervise, and the list of all.",
    no_guests=True,
)
APPROVER = Role(
    "approver",
    "Approvers",
    "They see who asks for a permission that they approve, and why.",
)
TRAINING_COORDINATOR = Role(
    "training_coordinator",
    "Training coordinators",
    "They see whether a training of somebody is confirmed, and nothing else about them.",
)
MENTORS_COORDINATOR = Role(
    "mentors_coordinator",
    "Mentors' coordinator",
    "They see who offers to mentor, and who asks for a mentor without finding one.",
)
ORGANIZATION_LEAD = Role(
    "organization_lead",
    "Organization leads",
    "They see figures about groups of people, under the rules of team digests, and nothing about one person.",
)
