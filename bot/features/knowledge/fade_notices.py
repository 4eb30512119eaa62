"""The notice, 30 days ahead, that a skill will no longer count as checked."""

from bot.deps import Deps
from bot.feature import FeatureJob
from bot.features.knowledge.views import fading_message
from bot.features.notices.service import tell
from bot.slack.api import Message
from bot.slack.directory import clock_of
from storage.database import Session
from storage.knowledge import checked
from storage.notices import Notice

KIND = "check_fading"


async def tell_ends(deps: Deps) -> bool:
    """Tell one member that a skill ends; True when there was one."""
    async with deps.database.write() as session:
        found = await checked.next_end(session, deps.identity.workspace_id, now=deps.now())
        if found is not None:
            key, skill = found
            await tell(session, deps, key, KIND, skill)
    return found is not None


async def fading_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write the notice; None when the skill was checked anew, has ended, or has left the content."""
    now = deps.now()
    skill = deps.library.knowledge.skill(notice.about)
    standing = next(
        (
            one
            for one in await checked.checked_of(session, notice.key, now)
            if one.skill == notice.about and one.notice_at <= now
        ),
        None,
    )
    if skill is None or standing is None:
        return None
    clock = await clock_of(session, deps, notice.key)
    return fading_message(deps.render, skill.id, skill.title, until=clock.day(standing.fades_at))


FADING_JOB = FeatureJob(
    name="check_fading",
    seconds=3600,
    promise=(
        "Plans the notice that a checked skill ends within 30 days. Run twice or in several processes: a "
        "member is told once of each skill. Run late: they have less time for a new check."
    ),
    run=tell_ends,
    due=checked.workspaces_with_ends,
)
