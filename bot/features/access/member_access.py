"""How a member stands with each permission that is on, and what else the cards about it need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from logging import getLogger

from bot.buttons import PROVE
from bot.deps import Deps
from bot.features.rules.views import RULES
from bot.slack.directory import clock_of, refresh
from bot.slack.errors import LogUndeliverable
from bot.slack.phrases import MemberClock
from coaching.access.decision import Decision, decide, ends_at
from coaching.access.facts import Facts
from coaching.access.policy import (
    Approval,
    Permission,
    Policy,
    RulesRead,
    TrainingDone,
    VerifiedLevel,
)
from coaching.access.requirements import Missing, end_of, requirement_state
from coaching.evidence import NOTICE
from coaching.members import MemberKey
from content.library import Library
from storage import members
from storage.access import people, requests
from storage.access.facts import facts_of
from storage.access.requests import AccessRequest
from storage.database import Session

log = getLogger(__name__)

NEAR = 3
"""How many permissions that a member does not have are shown at once, those of least effort."""


@dataclass(frozen=True)
class Standing:
    """A permission that is on: whether the member has it, until when, and what is missing.

    `until` is when it ends if nobody does anything; None for no end. `missing` is what the member can do to
    get it, or to keep it when it ends soon, in order of effort. `request` is the latest one for it.
    """

    permission: Permission
    decision: Decision
    missing: Sequence[Missing] = ()
    until: datetime | None = None
    request: AccessRequest | None = None

    @property
    def is_held(self) -> bool:
        """Whether the member has it now."""
        return self.decision.is_allowed

    @property
    def is_open(self) -> bool:
        """Whether those are asked for it who approve it by the policy of today."""
        request = self.request
        return (
            request is not None
            and request.state == "open"
            and request.approver_id == self.permission.approver
        )

    @property
    def asks_approval(self) -> bool:
        """Whether an approval is all that is missing, so that the member can ask for it."""
        return len(self.missing) == 1 and isinstance(self.missing[0].part, Approval)

    @property
    def effort(self) -> tuple[int, ...]:
        """How much the way to it takes."""
        efforts = [one.effort for one in self.missing]
        return tuple(map(sum, zip(*efforts, strict=True))) if efforts else ()


@dataclass(frozen=True)
class Around:
    """What the texts name beside the member: the content, who has which role, and what is on.

    `people` are user ids by the name of their role, without the member.
    """

    library: Library
    clock: MemberClock
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    has_rules: bool = False
    has_evidence: bool = False

    @property
    def policy(self) -> Policy:
        """The policy of the workspace's content."""
        return self.library.access

    def approvers(self, approver_id: str) -> Sequence[str]:
        """Return who can approve for the member now."""
        return self.people.get(people.role_name("approver", approver_id), ())

    @property
    def coordinators(self) -> Sequence[str]:
        """Who can confirm a training for the member now."""
        return self.people.get(people.COORDINATOR, ())


@dataclass(frozen=True)
class MemberAccess:
    """All that a member sees of access; `roles` are the names of those that they have themselves."""

    facts: Facts
    standings: Sequence[Standing]
    around: Around
    roles: frozenset[str] = frozenset()

    @property
    def may_approve(self) -> bool:
        """Whether the member approves permissions of others."""
        return any(role.startswith(people.APPROVER_OF) for role in self.roles)

    @property
    def approves(self) -> list[str]:
        """The ids of the permissions that are on and that the member approves for others."""
        every = (one.permission for one in self.standings)
        return [one.id for one in every if people.role_name("approver", one.approver) in self.roles]

    @property
    def may_confirm(self) -> bool:
        """Whether the member confirms trainings of others."""
        return people.COORDINATOR in self.roles

    def is_stuck(self, standing: Standing) -> bool:
        """Return whether the next step for a permission takes something of an admin first."""
        if standing.is_held or not standing.missing:
            return False
        around = self.around
        match standing.missing[0].part:
            case RulesRead():
                return not around.has_rules
            case TrainingDone():
                return not around.coordinators
            case VerifiedLevel():
                return not around.has_evidence
            case Approval():
                return not around.approvers(standing.permission.approver)

    @property
    def held(self) -> list[Standing]:
        """What the member has, what ends first at the top."""
        found = [one for one in self.standings if one.is_held]
        return sorted(found, key=lambda one: (one.until is None, one.until, one.permission.title))

    @property
    def others(self) -> list[Standing]:
        """What the member does not have, what takes least at the top, and last what waits for an admin."""
        found = [one for one in self.standings if not one.is_held]
        return sorted(found, key=lambda one: (self.is_stuck(one), one.effort))

    def of(self, permission_id: str) -> Standing | None:
        """Return how the member stands with this permission; None where it is not on."""
        return next((one for one in self.standings if one.permission.id == permission_id), None)


async def meet(deps: Deps, key: MemberKey) -> None:
    """Store the member where they are new, and read their profile where it is old: it says who is a guest."""
    async with deps.database.read() as session:
        is_known = await members.get(session, key) is not None
    if not is_known:
        async with deps.database.write() as session:
            await members.ensure(session, key, now=deps.now())
    with LogUndeliverable(log, "profile_unknown"):
        await refresh(deps, [key.user_id])


async def access_of(session: Session, deps: Deps, key: MemberKey) -> MemberAccess:
    """Return how the member stands with every permission that is on."""
    now, policy = deps.now(), deps.library.access
    facts = await facts_of(session, key)
    asked = await requests.of_member(session, key)
    every = await people.everyone(session, key.workspace_id, now=now)
    around = Around(
        deps.library,
        await clock_of(session, deps, key),
        people={
            role: [user for user in found if user != key.user_id] for role, found in every.items()
        },
        has_rules=RULES in deps.features.clicks,
        has_evidence=PROVE in deps.features.clicks,
    )
    return MemberAccess(
        facts,
        [
            _standing(policy, one, facts, asked.get(one.id), now)
            for one in policy.permissions.values()
            if one.id in facts.on
        ],
        around,
        frozenset(role for role, found in every.items() if key.user_id in found),
    )


def _standing(
    policy: Policy,
    permission: Permission,
    facts: Facts,
    request: AccessRequest | None,
    now: datetime,
) -> Standing:
    decision = decide(policy, permission.id, facts, now)
    if not decision.is_allowed:
        return Standing(permission, decision, decision.missing, request=request)
    if decision.via == "sandbox":
        return Standing(permission, decision, until=decision.until, request=request)
    until, lasts_to = ends_at(permission, facts, now), end_of(permission, facts, now)
    missing: Sequence[Missing] = ()
    if until is not None and until - now <= NOTICE:
        # What is over then is what the member can renew now.
        missing = requirement_state(policy, permission.id, facts, max(lasts_to, now)).missing
    return Standing(permission, decision, missing, until, request)


async def count_waiting(session: Session, deps: Deps, key: MemberKey, found: MemberAccess) -> int:
    """Return how many requests wait for this member's answer."""
    if not found.may_approve:
        return 0
    theirs = found.approves
    return len(await requests.waiting_for(session, key, permissions=theirs, now=deps.now()))
