"""A self-check from the first question to the result: what the member does, one function each."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, planning, steps
from bot.cards import Loaded
from bot.delivery import Message
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click
from bot.views.question_card import question_card
from bot.views.result_card import ResultShown, result_card
from bot.views.tip_card import StepShown
from coaching.people import MemberKey
from coaching.tiers import standing
from content.model import Family
from storage import assessments, members
from storage.tables import Assessment


@dataclass(frozen=True)
class Answered:
    """A self-check after an answer; the last answer brings the result and a step."""

    loaded: Loaded
    result: ResultShown | None = None
    step: StepShown | None = None


async def begin(
    session: AsyncSession,
    deps: Deps,
    key: MemberKey,
    family: Family,
    *,
    card_key: str | None = None,
    is_met: bool = False,
) -> Loaded:
    """A new self-check in this family, or the one that is open already."""
    words = deps.words.keep(deps.library.questionnaire(family.id))
    if not is_met:
        await members.choose_family(session, key, family.id, now=deps.now())
    row = await assessments.start(
        session, key, words, now=deps.now(), card_key=card_key, is_met=is_met
    )
    return await cards.load(session, deps, row)


async def answer(deps: Deps, click: Click, value: AnswerValue) -> Answered | None:
    """Keep an answer, and the result after the last one; None when the click changes nothing.

    That is one that was drawn for an earlier state, or that did not come from the member's own card.
    """
    key = click.origin.key
    async with deps.database.write() as session:
        row = await assessments.get(session, key.workspace_id, value.assessment_id, lock=True)
        if row is None or not _counts(row, click, value):
            return None
        loaded = await cards.load(session, deps, row)
        question = loaded.words.next_question(set(loaded.answers))
        if question is None or question.id != value.question_id:
            return None
        if not loaded.words.allows(question.id, value.level):
            return None
        given = {**loaded.answers, question.id: value.level}
        is_last = loaded.words.next_question(set(given)) is None
        await assessments.answer(
            session,
            row,
            question.id,
            place=len(loaded.answers),
            level=value.level,
            now=deps.now(),
            is_last=is_last,
        )
        now = Loaded(row, loaded.words, given)
        return await _completed(session, deps, now) if is_last else Answered(now)


def _counts(row: Assessment, click: Click, value: AnswerValue) -> bool:
    """Whether the click came from this member's card, as it is now."""
    is_theirs = row.user_id == click.origin.key.user_id
    is_the_card = (row.card_channel, row.card_ts) == (click.origin.channel, click.message_ts)
    return is_theirs and is_the_card and row.revision == value.revision


async def _completed(session: AsyncSession, deps: Deps, loaded: Loaded) -> Answered:
    row = loaded.row
    await assessments.complete(session, row, standing(loaded.answers), now=deps.now())
    result = await cards.result_of(session, loaded)
    step = await steps.offer(session, deps, row, answers=loaded.answers)
    await planning.after_assessment(session, deps, MemberKey(row.workspace_id, row.user_id))
    return Answered(loaded, result, steps.shown(step) if step else None)


def drawn(deps: Deps, answered: Answered) -> Message:
    """The card after an answer: the next question, or the result."""
    if answered.result:
        return result_card(deps.say, answered.result, answered.step)
    loaded = answered.loaded
    question = loaded.words.next_question(set(loaded.answers))
    if question is None:
        raise ValueError("A self-check without a next question has a result.")
    return question_card(deps.say, loaded.state, question)


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
