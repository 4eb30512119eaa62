"""What runs by the clock: ends of plans, looks halfway, missing reports, and whether somebody supervises."""

from bot.deps import Deps
from bot.feature import FeatureJob
from bot.features.sandbox.told import OFF, tell_member, tell_of
from coaching.members import MemberKey
from storage import workspace_settings
from storage.access.facts import SANDBOX
from storage.database import Session
from storage.sandbox import clock, ends, kept
from storage.workspace_settings import CAPABILITIES


async def look_at_plan(deps: Deps) -> bool:
    """Do the next thing that is due with a plan, and tell of it; True when there was one."""
    async with deps.database.write() as session:
        event = await clock.take_next(session, deps.identity.workspace_id, now=deps.now())
        if event is not None:
            await tell_of(session, deps, event)
    return event is not None


async def look_at_supervision(deps: Deps) -> bool:
    """Store of which running plans the supervisor has the role no more; end all where sandboxes are off."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.write() as session:
        settings = await workspace_settings.read(session, workspace_id)
        if SANDBOX in settings.get(CAPABILITIES):
            await clock.check_supervision(session, workspace_id, now=deps.now())
            return False
        ended = await ends.end_next(session, workspace_id, now=deps.now())
        if ended is not None:
            await tell_member(session, deps, ended, OFF)
    return ended is not None


async def leave(session: Session, deps: Deps, key: MemberKey) -> None:
    """End the plans of a member who was deactivated."""
    await ends.end_of_member(session, key, "left", now=deps.now())


async def forget(session: Session, deps: Deps, key: MemberKey) -> None:
    """End the plans of a member who erases their data, and keep those that stay, without the person."""
    await kept.forget_person(session, key, now=deps.now())


JOBS = (
    FeatureJob(
        name="sandbox_plans",
        seconds=30,
        promise=(
            "Ends plans of sandboxes whose time is over or that nobody supervises, plans the notices and the "
            "line of a week. Run twice or in several processes: each happens once. Run late: a plan ended "
            "when its time was over, and its permissions did too."
        ),
        run=look_at_plan,
        due=clock.due,
    ),
    FeatureJob(
        name="sandbox_supervision",
        seconds=600,
        promise=(
            "Looks whether the supervisors of running plans still have the role; without one, a plan ends a "
            "day later. Where sandboxes were switched off, all plans end, and their members are told. Run "
            "twice or in several processes: the first moment stays. Run late: the day begins later."
        ),
        run=look_at_supervision,
        due=clock.supervised_workspaces,
    ),
)
