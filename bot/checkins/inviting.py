"""The two other messages to a member: a new self-check every ninety days, and one reminder ever."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, steps
from bot.checkins.deciding import key_of
from bot.deps import Deps
from bot.outgoing import Composed
from bot.results import beside, can_be_taken, latest_of_each
from bot.views.asks import asks
from bot.views.invitation_card import Due, Since, reassess_card, reminder_card
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
    results = await latest_of_each(session, key)
    if member is None or not results:
        return Skip("no_result")
    old = [one for one in reversed(results) if _is_old(one, now=deps.now())]
    again = [one for one in old if can_be_taken(deps, one)]
    if not again:
        return Skip("recent_result")
    zone = zone_of(member.zone)
    since = Since(
        due=[await _due(session, deps, key, last, zone=zone) for last in again],
        topics=await _finished(session, deps, key, since=min(map(_ended, again))),
    )
    return Composed(reassess_card(deps.render, row.id, since), form="reassess")


def _ended(row: Assessment) -> datetime:
    return row.ended_at or row.started_at


def _is_old(row: Assessment, *, now: datetime) -> bool:
    return now - _ended(row) >= SOON


async def _due(
    session: AsyncSession, deps: Deps, key: MemberKey, last: Assessment, *, zone: ZoneInfo
) -> Due:
    """A self-check to take again, as the words of its last time describe it."""
    words = await cards.words_of(session, deps, last)
    return Due(
        framework=beside(last.framework),
        title=words.title,
        asks=asks(words),
        when=day_words(local_date(_ended(last), zone), today=local_date(deps.now(), zone)),
        started=await assessments.open_one(session, key, last.framework) is not None,
    )


async def compose_reminder(session: AsyncSession, deps: Deps, row: Outgoing) -> Composed | Skip:
    """Recall an unfinished self-check, once ever."""
    key = key_of(row)
    if await members.hold(session, key) is None:
        return Skip("opted_out")
    if await assessments.latest(session, key):
        return Skip("finished")
    every = await assessments.open_ones(session, key)
    begun = next((one for one in every if not one.subject and can_be_taken(deps, one)), None)
    if begun is None:
        return Skip("nothing_open")
    loaded = await cards.load(session, deps, begun)
    # Composed again after Slack asked to wait, it is still the same one reminder.
    if not await paces.remind_once(session, key, now=deps.now()) and row.form is None:
        return Skip("reminded")
    card = reminder_card(deps.render, row.id, loaded.state, of=beside(begun.framework))
    return Composed(card, form="reminder")


async def nothing_more(session: AsyncSession, deps: Deps, row: Outgoing) -> None:
    """Nothing follows from having sent it."""


async def _finished(
    session: AsyncSession, deps: Deps, key: MemberKey, *, since: datetime
) -> dict[str | None, int]:
    """How many steps were finished since, by topic; None stands for those of no question."""
    done = [
        step
        for step in await step_rows.history(session, key)
        if step.state == "done" and step.changed_at >= since
    ]
    return dict(Counter(steps.topic_of(deps, step) for step in done))
