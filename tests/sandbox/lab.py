"""People who plan sandboxes and supervise them, with a policy whose permissions a sandbox may grant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from coaching.access.decision import decide
from coaching.access.policy import Approval, Permission, Policy
from coaching.members import MemberKey
from coaching.sandbox import ChosenRisk, Offer, PlanFacts
from storage import holders, members, workspaces
from storage.access import facts
from storage.access.facts import ACCESS, ON_PERMISSIONS, SANDBOX
from storage.database import Session
from storage.database.engine import Database
from storage.sandbox import decisions, plans
from storage.sandbox.plan_rows import Plan
from storage.sandbox.supervisors import SUPERVISOR
from storage.workspace_settings import CAPABILITIES, Setting, change

ADA, KENJI, MEI = (MemberKey("T1", user) for user in ("UADA", "UKENJI", "UMEI"))
RISKS = ("cost", "wrong-facts")
DAY = timedelta(days=1)


def permission(name: str, *data: str) -> Permission:
    """Return a permission that nobody meets, so that only a sandbox gives it."""
    return Permission(
        id=name,
        title=name,
        lets="Try it.",
        tools=("A tool",),
        data=data,
        risk="low",
        requires=Approval(),
        valid_for=timedelta(days=365),
        grace=timedelta(),
        on_expiry="ask",
        approver="security",
        sandbox=True,
    )


POLICY = Policy(
    MappingProxyType(
        {one.id: one for one in (permission("agent", "internal"), permission("editor", "internal"))}
    )
)
OFFER: Offer = {name: frozenset(one.data) for name, one in POLICY.permissions.items()}

PLAN = PlanFacts(
    question="Does an agent fix our flaky tests?",
    tool="Coding agent",
    data="internal",
    affected="My team",
    risks=(ChosenRisk("cost", "A limit of 50 dollars."),),
    undo="Every change is a pull request.",
    stop_when="Two wrong fixes in a row.",
    days=14,
    supervisor=KENJI.user_id,
    permissions=("agent", "editor"),
)


async def set_up(database: Database, *, now: datetime) -> None:
    """Switch access and sandboxes on, tick all permissions, and let everybody supervise."""
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=now)
        await meet(session, now=now)
        await put(session, CAPABILITIES, (ACCESS, SANDBOX), now=now)
        await put(session, ON_PERMISSIONS, tuple(POLICY.permissions), now=now)
        users = [one.user_id for one in (ADA, KENJI, MEI)]
        await holders.name_members(session, "T1", SUPERVISOR, users, now=now)


async def meet(session: Session, *, now: datetime) -> None:
    """Let the bot know everybody, as people who are no guests."""
    for key in (ADA, KENJI, MEI):
        await members.ensure(session, key, now=now)
        await members.record_profile(session, key, zone="UTC", is_active=True, now=now)


async def put(
    session: Session, setting: Setting[tuple[str, ...]], value: Sequence[str], *, now: datetime
) -> None:
    """Change a setting as an admin does."""
    await change(session, "T1", setting, tuple(value), by=MEI, place="Slack", now=now)


async def asked(
    session: Session, key: MemberKey = ADA, supervisor: MemberKey = KENJI, *, now: datetime
) -> Plan:
    """Return a plan that waits for its supervisor."""
    written = replace(PLAN, supervisor=supervisor.user_id)
    draft = await plans.save_draft(session, key, written, now=now)
    assert isinstance(draft, Plan)
    waiting = await plans.ask(session, key, draft.id, OFFER, RISKS, now=now)
    assert isinstance(waiting, Plan), waiting
    return waiting


async def running(
    database: Database,
    key: MemberKey = ADA,
    supervisor: MemberKey = KENJI,
    *,
    granted: Sequence[str] = ("agent",),
    now: datetime,
) -> Plan:
    """Return a plan that runs, with these permissions."""
    async with database.write() as session:
        plan = await asked(session, key, supervisor, now=now)
        done = await decisions.approve(session, supervisor, plan.id, granted, OFFER, now=now)
        assert isinstance(done, Plan), done
        return done


async def has(database: Database, name: str, key: MemberKey = ADA, *, now: datetime) -> bool:
    """Return what a program that asks is told: whether the member has the permission."""
    async with database.read() as session:
        known = await facts.facts_of(session, key)
    return decide(POLICY, name, known, now).is_allowed
