"""A self-check from the first question to the result: what the member does, one function each."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, steps
from bot.cards import Loaded
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click
from coaching.people import MemberKey
from coaching.tiers import standing
from content.model import Family
from storage import assessments, members
from storage.tables import Assessment


async def begin(session: AsyncSession, deps: Deps, key: MemberKey, family: Family) -> Loaded:
    """A new self-check in this family, or the one that is open already."""
    words = deps.words.keep(deps.library.questionnaire(family.id))
    await members.choose_family(session, key, family.id, now=deps.now())
    row = await assessments.start(session, key, words, now=deps.now())
    return await cards.load(session, deps, row)


async def answer(deps: Deps, click: Click, value: AnswerValue) -> Assessment | None:
    """Keep an answer, and the result after the last one; the assessment as it is now.

    A click that was drawn for an earlier state changes nothing.
    """
    async with deps.database.write() as session:
        row = await assessments.get(
            session, click.origin.key.workspace_id, value.assessment_id, lock=True
        )
        if row is None or row.user_id != click.origin.key.user_id:
            return row
        if row.revision != value.revision or not cards.is_current(click, row):
            return row
        loaded = await cards.load(session, deps, row)
        question = loaded.words.next_question(set(loaded.answers))
        if question is None or question.id != value.question_id:
            return row
        if not loaded.words.allows(value.level):
            return row
        place = len(loaded.answers)
        await assessments.answer(
            session, row, question.id, place=place, level=value.level, now=deps.now()
        )
        given = {**loaded.answers, question.id: value.level}
        if loaded.words.next_question(set(given)) is None:
            await assessments.complete(session, row, standing(given), now=deps.now())
            await steps.offer(session, deps, row, answers=given)
        return row


async def take_back(session: AsyncSession, loaded: Loaded) -> bool:
    """Go back one question; False on the first one."""
    given = [q for q in loaded.words.question_ids if q in loaded.answers]
    return bool(given) and await assessments.take_back(session, loaded.row, given[-1])


async def start_over(session: AsyncSession, deps: Deps, row: Assessment, family: Family) -> Loaded:
    """Set the open self-check aside and begin a new one on the same card."""
    await assessments.abandon(session, row, now=deps.now())
    key = MemberKey(row.workspace_id, row.user_id)
    loaded = await begin(session, deps, key, family)
    if row.card_channel and row.card_ts:
        await assessments.pin_card(session, loaded.row, channel=row.card_channel, ts=row.card_ts)
    return loaded
