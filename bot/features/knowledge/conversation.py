"""A try at a skill, asked by the engine of assessments: its cards, its end, the result, and the rule."""

from collections.abc import Sequence
from secrets import SystemRandom

from slack_sdk.models.views import View

from bot.assessments.session import (
    AssessmentName,
    AssessmentSession,
    AssessmentSubject,
    CardAnswers,
    Conversation,
)
from bot.assessments.values import AnswerValue
from bot.deps import Deps
from bot.features.knowledge import practice
from bot.features.knowledge.items import asked_item, comes_below
from bot.features.knowledge.views import ResultView, item_card, result_card, rule_view
from bot.slack.api import Message
from bot.slack.directory import clock_of
from bot.slack.payloads import Click
from coaching.assessment import Card, Words
from coaching.items import Skill
from coaching.knowledge.check import OUTCOMES, KnowledgeCheck, drawn
from coaching.knowledge.checked import TRY_EVERY, Checked, next_try_at
from coaching.members import MemberKey
from storage import members
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.knowledge import answers, checked, tries

COMMAND = "/rungs quiz"


async def draw(session: Session, deps: Deps, key: MemberKey, skill_id: str) -> Words | None:
    """Return the items of a new try; None for an unknown skill, too soon, or with too few items."""
    skill = deps.library.knowledge.skill(skill_id)
    if skill is None:
        return None
    now = deps.now()
    # A try begins at most once: the member is locked, so two processes see each other's.
    member = await members.ensure(session, key, now=now, is_alone=True)
    last = tries.latest_by_skill(await tries.tries_of(session, key)).get(skill_id)
    if last and next_try_at(last.last_at, now=now):
        return None
    return _words(deps, skill, family=member.family)


def _words(deps: Deps, skill: Skill, *, family: str | None) -> KnowledgeCheck | None:
    items = drawn([asked_item(item, family) for item in skill.items], rng=SystemRandom())
    version = deps.library.knowledge.version
    return KnowledgeCheck(version, skill.id, skill.title, items) if items else None


def _draw_card(deps: Deps, loaded: AssessmentSession, card: Card, _note: str | None) -> Message:
    """Return the item, and below its options how sure the member is once one is chosen."""
    item = loaded.words_as(KnowledgeCheck).item(card.id)
    chosen = loaded.draft.answers.get(item.id)
    return item_card(deps.render, loaded.state, item, None if chosen is None else int(chosen))


def _answers_of(loaded: AssessmentSession, card: Card, click: Click) -> CardAnswers:
    """Return the option that was chosen, or how sure the member is, over what the draft has."""
    value = AnswerValue.parse(click.value)
    kept = {item: level for item, level in loaded.draft.answers.items() if item in card.items}
    return CardAnswers({**kept, value.question_id: value.level} if value else kept)


def _missing_note(_deps: Deps, _loaded: AssessmentSession, _items: Sequence[str]) -> str:
    """Return nothing: the card itself asks for what is missing."""
    return ""


async def _finish(session: Session, deps: Deps, loaded: AssessmentSession) -> None:
    """Store the outcome and the scored answers, and what follows from them.

    Of the words, those of the items that were asked stay.
    """
    row, words, now = loaded.row, loaded.words_as(KnowledgeCheck), deps.now()
    outcome = words.outcome(loaded.answers)
    if outcome is None:
        raise ValueError("A check ends when its answers decide it.")
    await assessments.complete(session, row, now=now, level=OUTCOMES[outcome])
    given = words.given(loaded.answers)
    await answers.save(session, row, given, now=now)
    await practice.bring_back(session, loaded.member, words.family, given, now=now)
    await assessments.change_words(session, row, words.only(loaded.answers))
    if outcome == "checked":
        await checked.record(session, loaded.member, words.family, now=now)


async def _draw_result(
    session: Session, deps: Deps, loaded: AssessmentSession, _note: str | None
) -> Message:
    """Return the outcome, what comes next, and how well the member knew what they knew."""
    return result_card(deps.render, await _result(session, deps, loaded))


async def _explain(
    session: Session, deps: Deps, loaded: AssessmentSession, _at: int | None
) -> View:
    """Return the rule, how often it is wrong, and the points."""
    return rule_view(deps.render, await _result(session, deps, loaded))


async def _result(session: Session, deps: Deps, loaded: AssessmentSession) -> ResultView:
    row = loaded.row
    ended = row.ended_at or row.started_at
    words = loaded.words_as(KnowledgeCheck)
    return ResultView(
        assessment_id=row.id,
        title=words.title,
        outcome=next(name for name, number in OUTCOMES.items() if number == row.level),
        given=words.given(loaded.answers),
        clock=await clock_of(session, deps, loaded.member),
        until=Checked(words.family, ended).fades_at,
        next_at=ended + TRY_EVERY,
        comes_below=await comes_below(session, loaded.member),
    )


async def _name(_session: Session, _deps: Deps, row: Assessment, words: Words) -> AssessmentName:
    return AssessmentName(words.title, f"{COMMAND} {row.family}")


KNOWLEDGE = AssessmentSubject(
    owns=lambda subject: subject.startswith(tries.SUBJECT),
    conversation=Conversation(
        draw_card=_draw_card,
        answers_of=_answers_of,
        missing_note=_missing_note,
        finish=_finish,
        draw_result=_draw_result,
        explain=_explain,
    ),
    name_of=_name,
    draw=draw,
)
"""Tries of knowledge checks: the subject is a skill."""
