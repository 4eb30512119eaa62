"""Who is asked to look at a claim, and when: the job that decides it, and the notice that says it."""

from bot.deps import Deps
from bot.features.notices.service import tell
from bot.features.reviews.handlers import words_of
from bot.features.reviews.views import REVIEWS
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph
from bot.slack.directory import clock_of
from storage.database import Session
from storage.evidence import nudges
from storage.evidence.queue import queue
from storage.notices import Notice

ASKED = "review_asked"
"""The kind of the notices."""


async def ask_next(deps: Deps) -> bool:
    """Ask one person to look at a claim, or remind them; True when there was one."""
    async with deps.database.write() as session:
        found = await nudges.next_nudge(session, deps.identity.workspace_id, now=deps.now())
        if found is not None:
            await tell(session, deps, found.to, ASKED, found.claim_id)
    return found is not None


async def asked_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write that a claim waits for this person; None when it doesn't any more, or not for them."""
    waiting = await queue(session, notice.key, deps.now())
    one = next((each for each in waiting if each.claim_id == notice.about), None)
    if one is None:
        return None
    clock = await clock_of(session, deps, notice.key)
    text = deps.render(
        "reviews/notice",
        stage=await nudges.stage_asked(session, notice.key, one.claim_id),
        claim=words_of(deps).claim(one.ladder, one.level),
        day=clock.day(one.submitted_at),
    )
    return Message(text, [paragraph(text, beside=button("Open reviews", action=REVIEWS))])
