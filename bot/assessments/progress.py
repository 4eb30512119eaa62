"""A conversation from the first card to the result, whatever its way of scoring: a function for each act."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.assessments.cards import conversation_of
from bot.assessments.conversation import CardAnswers
from bot.assessments.session import AssessmentSession, load
from bot.assessments.values import AnswerValue, CardValue
from bot.deps import Deps
from bot.feature import Followup
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.assessment import Card, Words, previous_card
from coaching.members import MemberKey
from storage import members
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


@dataclass(frozen=True)
class CardOutcome:
    """A conversation after a card: what its card shows now, and whether that is the result.

    `followups` is what the capabilities do once the card shows the result.
    """

    loaded: AssessmentSession
    message: Message
    is_result: bool = False
    followups: tuple[Followup, ...] = ()


async def begin(
    session: Session,
    deps: Deps,
    key: MemberKey,
    words: Words,
    *,
    subject: str = "",
    card_key: str | None = None,
    is_met: bool = False,
) -> AssessmentSession:
    """A new conversation with these words, or the one that is open already."""
    words = deps.words.keep(words)
    if not is_met and words.framework == ROLE_FAMILIES:
        await members.save_family(session, key, words.family, now=deps.now())
        is_met = True
    row = await assessments.start(
        session,
        key,
        words,
        now=deps.now(),
        card_key=card_key,
        is_met=is_met,
        subject=subject,
    )
    return await load(session, deps, row)


async def pass_card(deps: Deps, click: Click, value: AnswerValue | CardValue) -> CardOutcome | None:
    """Keep the answers to a card, and the result after the last one; None when the click changes nothing.

    That is one that was drawn for an earlier state, or that did not come from the member's own card. With
    something missing on it the card stays, says so, and keeps what was picked.
    """
    async with deps.database.write() as session:
        loaded = await _meant(session, deps, click, value)
        card = loaded.next_card if loaded else None
        if loaded is None or card is None:
            return None
        if isinstance(value, AnswerValue) and value.question_id not in card.items:
            return None
        given = conversation_of(deps, loaded).given(loaded, card, click)
        if not _allowed(loaded.words, card, given.answers):
            return None
        if any(item not in given.answers for item in card.items):
            return await _sent_too_soon(session, deps, loaded, card, given)
        return await _passed(session, deps, loaded, card, given)


async def keep_pick(deps: Deps, click: Click, value: AnswerValue) -> bool:
    """Keep one choice on a card of several items, at once and without another look; False when it is late."""
    async with deps.database.write() as session:
        loaded = await _meant(session, deps, click, value)
        card = loaded.next_card if loaded else None
        picked = {value.question_id: value.level}
        if loaded is None or card is None or not _allowed(loaded.words, card, picked):
            return False
        draft = loaded.draft.with_more(picked, {})
        return await given_answers.save_draft(session, loaded.row, draft.to_json())


async def take_back(session: Session, loaded: AssessmentSession) -> bool:
    """Go back one card; False on the first one. What was answered there is its draft now."""
    card = previous_card(loaded.words, loaded.answers)
    if card is None:
        return False
    answered = {item: loaded.answers[item] for item in card.items}
    notes = {item: loaded.notes.get(item, "") for item in card.items}
    draft = loaded.draft.with_more(answered, notes)
    # A question with one click for each answer shows none as chosen.
    kept = None if loaded.words.scoring == "mean" else draft.to_json()
    return await given_answers.remove_card(session, loaded.row, card.items, draft=kept)


async def start_over(
    session: Session, deps: Deps, row: Assessment, words: Words
) -> AssessmentSession:
    """Set the open one aside and begin a new one with these words on the same card."""
    await assessments.abandon(session, row, now=deps.now())
    key = MemberKey(row.workspace_id, row.user_id)
    loaded = await begin(session, deps, key, words, subject=row.subject)
    if row.card_channel and row.card_ts:
        await assessments.save_card_place(
            session, loaded.row, channel=row.card_channel, ts=row.card_ts
        )
    return loaded


async def _meant(
    session: Session, deps: Deps, click: Click, value: AnswerValue | CardValue
) -> AssessmentSession | None:
    """The conversation behind a click on the member's own card as it is now, held until the end."""
    key = click.request.key
    row = await assessments.get(session, key.workspace_id, value.assessment_id, lock=True)
    if row is None or not _counts(row, click, value.revision):
        return None
    return await load(session, deps, row)


def _counts(row: Assessment, click: Click, revision: int) -> bool:
    """Whether the click came from this member's card, as it is now."""
    is_theirs = row.user_id == click.request.key.user_id
    is_the_card = (row.card_channel, row.card_ts) == (click.request.channel, click.message_ts)
    return is_theirs and is_the_card and row.revision == revision


def _allowed(words: Words, card: Card, answers: Mapping[str, float]) -> bool:
    return all(item in card.items and words.allows(item, level) for item, level in answers.items())


async def _sent_too_soon(
    session: Session, deps: Deps, loaded: AssessmentSession, card: Card, given: CardAnswers
) -> CardOutcome:
    draft = loaded.draft.with_more(given.answers, given.notes)
    await given_answers.save_draft(session, loaded.row, draft.to_json())
    conversation = conversation_of(deps, loaded)
    missing = [item for item in card.items if item not in given.answers]
    note = conversation.missing(deps, loaded, missing)
    now = replace(loaded, draft=draft)
    return CardOutcome(now, conversation.card(deps, now, card, note=note))


async def _passed(
    session: Session, deps: Deps, loaded: AssessmentSession, card: Card, given: CardAnswers
) -> CardOutcome | None:
    row, conversation = loaded.row, conversation_of(deps, loaded)
    answers = {item: given.answers[item] for item in card.items}
    now = replace(
        loaded,
        answers={**loaded.answers, **answers},
        notes={**loaded.notes, **given.notes},
        draft=loaded.draft.without(card.items),
    )
    upcoming = now.next_card
    kept = await given_answers.save_card(
        session,
        row,
        answers,
        notes=given.notes,
        place=len(loaded.answers),
        now=deps.now(),
        is_last=upcoming is None,
    )
    if not kept:
        return None
    if upcoming is None:
        await conversation.finish(session, deps, now)
        followups = () if row.subject else await deps.features.result_followups(session, deps, now)
        result = await conversation.result(session, deps, now)
        return CardOutcome(now, result, is_result=True, followups=followups)
    if now.draft:
        await given_answers.save_draft(session, row, now.draft.to_json())
    return CardOutcome(now, conversation.card(deps, now, upcoming))
