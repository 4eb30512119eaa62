"""The two other messages to a member: a new self-check every ninety days, and one reminder ever."""

from collections import Counter
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards
from bot.checkins.deciding import key_of
from bot.deps import Deps
from bot.outgoing import Composed
from bot.views.checkin_card import Since, reassess_card, reminder_card
from bot.views.rhythm import day_words
from coaching.gate import Skip
from coaching.people import MemberKey
from coaching.timing import local_date, zone_of
from storage import assessments, members, paces
from storage import steps as step_rows
from storage.tables import Assessment, Outgoing

SOON = timedelta(days=60)
"""A self-check that is younger needs no new one."""


async def compose_reassess(session: AsyncSession, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Invite to a new self-check, with what was done since the last one; its result is not mentioned."""
    key = key_of(row)
    member = await members.hold(session, key)
    last = await assessments.latest(session, key)
    if member is None or last is None or last.ended_at is None:
        return Skip("no_result")
    if deps.now() - last.ended_at < SOON:
        return Skip("recent_result")
    zone = zone_of(member.zone)
    began, today = local_date(last.ended_at, zone), local_date(deps.now(), zone)
    since = Since(
        when=day_words(began, today=today),
        total=len((await cards.words_of(session, deps, last)).questions),
        topics=await _finished(session, deps, key, last),
        started=await assessments.open_one(session, key) is not None,
    )
    return Composed(reassess_card(deps.say, row.id, since), form="reassess")


async def compose_reminder(session: AsyncSession, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Recall an unfinished self-check, once ever."""
    key = key_of(row)
    if await members.hold(session, key) is None:
        return Skip("opted_out")
    if await assessments.latest(session, key):
        return Skip("finished")
    loaded = await cards.load_open(session, deps, key)
    if loaded is None:
        return Skip("nothing_open")
    # Composed again after Slack asked to wait, it is still the same one reminder.
    if not await paces.remind_once(session, key, now=deps.now()) and row.form is None:
        return Skip("reminded")
    return Composed(reminder_card(deps.say, row.id, loaded.state), form="reminder")


async def nothing_more(session: AsyncSession, deps: Deps, row: Outgoing) -> None:
    """Nothing follows from having sent it."""


async def _finished(
    session: AsyncSession, deps: Deps, key: MemberKey, last: Assessment
) -> dict[str | None, int]:
    """How many steps were finished since, by topic; None stands for those of no question."""
    family = deps.library.family(last.family)
    topics = {q.id: q.topic for q in family.questions} if family else {}
    done = [
        step
        for step in await step_rows.history(session, key)
        if step.state == "done" and last.ended_at and step.changed_at >= last.ended_at
    ]
    return dict(Counter(topics.get(step.question or "") for step in done))
