"""Who is asked to look at a claim, and when: the job that decides it, and the notice that says it."""

from bot.deps import Deps
from bot.features.notices.service import tell
from bot.features.reviews.handlers import words_of
from bot.features.reviews.views import REVIEWS
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph
from bot.slack.directory import clock_of
from coaching.evidence import WAITING
from storage.database import Session
from storage.evidence import claim_rows, review_requests
from storage.evidence.exclusions import reviewer
from storage.evidence.queue import held_now
from storage.notices import Notice

ASKED = "review_asked"
"""The kind of the notices."""


async def ask_next(deps: Deps) -> bool:
    """Ask one person to look at a claim, or remind them; True when there was one."""
    async with deps.database.write() as session:
        found = await review_requests.next_request(
            session, deps.identity.workspace_id, now=deps.now()
        )
        if found is not None:
            await tell(session, deps, found.to, ASKED, found.claim_id)
    return found is not None


async def asked_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write that a claim waits for this person; None when it doesn't any more, or not for them.

    A steward hears of it also while a verifier holds it, because nobody is asked after them.
    """
    key, now = notice.key, deps.now()
    claim = await claim_rows.one(session, key.workspace_id, notice.about)
    if claim is None or claim.status not in WAITING or not claim.needs:
        return None
    who = await reviewer(session, key, now=now)
    if who.exclusion(claim, now=now):
        return None
    stage = await review_requests.stage_asked(session, key, claim.id)
    if stage == "steward" and claim.ladder not in who.stewards:
        stage = "another"
    holder = (await held_now(session, key.workspace_id, [claim.id], now)).get(claim.id)
    if holder is not None and holder.verifier != key.user_id and stage != "steward":
        return None
    clock = await clock_of(session, deps, key)
    text = deps.render(
        "reviews/notice",
        stage=stage,
        claim=words_of(deps).claim(claim.ladder, claim.level),
        day=clock.day(claim.submitted_at or claim.opened_at),
    )
    return Message(text, [paragraph(text, beside=button("Open reviews", action=REVIEWS))])
