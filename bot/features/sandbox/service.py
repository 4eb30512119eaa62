"""What the parts of sandboxes share: what the policy and the content offer, and who may read the register."""

from slack_sdk.models.blocks import Block

from bot.deps import Deps
from bot.feature import Role
from bot.features.holders.service import SUPERVISOR, has_role
from bot.features.sandbox.views import home_block
from bot.slack.directory import clock_of
from coaching.members import MemberKey
from coaching.sandbox import Offer
from storage.access.facts import on_permissions
from storage.database import Session
from storage.sandbox import register

LEAD = Role(
    "sandbox_lead",
    "Sandbox leads",
    "They see the list of all sandboxes: who tries what, until when, and the reports.",
    no_guests=True,
)


def offer(deps: Deps) -> Offer:
    """Return the permissions that a sandbox may grant here: marked in the policy, and ticked by an admin."""
    on = on_permissions(deps.settings)
    policy = deps.library.everything.access.permissions
    return {one.id: frozenset(one.data) for one in policy.values() if one.sandbox and one.id in on}


def permission_titles(deps: Deps) -> dict[str, str]:
    """Return the names of all permissions of the policy by id."""
    return {one.id: one.title for one in deps.library.everything.access.permissions.values()}


def risk_titles(deps: Deps) -> dict[str, str]:
    """Return the risks that a plan can choose from by id."""
    return {one.id: one.text for one in deps.library.everything.sandbox.risks}


async def supervises(session: Session, deps: Deps, key: MemberKey) -> bool:
    """Return whether this person supervises sandboxes now."""
    return await has_role(session, deps, key, SUPERVISOR.name)


async def home_line(session: Session, deps: Deps, key: MemberKey) -> Block | None:
    """Return the line about plans that wait for this person; None while none does, or sandboxes are off."""
    if not await supervises(session, deps, key):
        return None
    waiting = await register.waiting_for(session, key)
    return home_block(deps.render, waiting, await clock_of(session, deps, key))


async def sees_register(session: Session, deps: Deps, key: MemberKey) -> bool:
    """Return whether this person may read the register: supervisors and leads may."""
    return await supervises(session, deps, key) or await has_role(session, deps, key, LEAD.name)
