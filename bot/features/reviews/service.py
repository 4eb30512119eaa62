"""What other capabilities show of reviews: the line on the Home tab."""

from slack_sdk.models.blocks import Block

from bot.deps import Deps
from bot.features.reviews.views import REVIEWS, home_block
from bot.slack.directory import clock_of
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence.queue import queue


async def home_line(session: Session, deps: Deps, key: MemberKey) -> Block | None:
    """Return the line about claims that wait for this person; None while none does, or reviews are off."""
    if REVIEWS not in deps.features.clicks:
        return None
    waiting = await queue(session, key, deps.now())
    return home_block(deps.render, waiting, await clock_of(session, deps, key))
