"""Changes of an assessment from the first card to the result, each in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.assessments.cards import conversation_of
from bot.assessments.session import (
    AssessmentSession,
    CardAnswers,
    is_drawn,
    keep_words,
    load,
)
from bot.assessments.values import AnswerValue, CardValue
from bot.deps import Deps
from bot.feature import Followup
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.assessment import Card, Words, previous_card
from coaching.members import MemberKey
from storage import members
from storage.assessments import assessments, card_places, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


@dataclass(frozen=True)
class CardOutcome:
    """An assessment after a card: the message for its card, and whether that is the result.

    `followups` are what the `on_result` hooks want done once the card shows the result.
    """

    loaded: AssessmentSession
    message: Message
    is_result: bool = False
    followups: tuple[Followup, ...] = ()


async def begin_assessment(
    session: Session,
    deps: Deps,
    key: MemberKey,
    words: Words,
    *,
    subject: str = "",
    card_key: str | None = None,
    is_met: bool = False,
) -> AssessmentSession:
    """Return a new assessment with these words, or the one that is open already."""
    words = keep_words(deps, words)
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


@dataclass(frozen=True)
class NeedsPermission:
    """Nothing is saved yet: these answers would end an assessment whose subject may refuse the member."""

    loaded: AssessmentSession


async def pass_card(
    deps: Deps, click: Click, value: AnswerValue | CardValue, *, is_permitted: bool = False
) -> CardOutcome | NeedsPermission | None:
    """Save the answers to a card, and the result after the last one; None when the click changes nothing.

    It changes nothing when it was drawn for an earlier state, or did not come from the member's current
    card. With an item missing, the card stays with a note and keeps what was picked. `is_permitted` says that
    the subject was asked just now.
    """
    async with deps.database.write() as session:
        loaded = await _load_clicked(session, deps, click, value)
        card = loaded.next_card if loaded else None
        if loaded is None or card is None:
            return None
        if isinstance(value, AnswerValue) and value.question_id not in card.items:
            return None
        given = conversation_of(deps, loaded).answers_of(loaded, card, click)
        if not _allowed(loaded.words, card, given.answers):
            return None
        if any(item not in given.answers for item in card.items):
            return await _keep_incomplete(session, deps, loaded, card, given)
        if not is_permitted and _needs_permission(deps, loaded, given):
            return NeedsPermission(loaded)
        return await _save_answers(session, deps, loaded, card, given)


async def save_pick(deps: Deps, click: Click, value: AnswerValue) -> bool:
    """Save one choice on a card with several items as its draft; False when the click is out of date."""
    async with deps.database.write() as session:
        loaded = await _load_clicked(session, deps, click, value)
        card = loaded.next_card if loaded else None
        picked = {value.question_id: value.level}
        if loaded is None or card is None or not _allowed(loaded.words, card, picked):
            return False
        draft = loaded.draft.with_more(picked, {})
        return await given_answers.save_draft(session, loaded.row, draft.to_json())


async def take_back(session: Session, deps: Deps, loaded: AssessmentSession) -> bool:
    """Remove the answers of the last card, which become its draft.

    Return False on the first card, and where answers stay as they are.
    """
    card = previous_card(loaded.words, loaded.answers)
    if card is None or is_drawn(deps, loaded.row.subject):
        return False
    answered = {item: loaded.answers[item] for item in card.items}
    notes = {item: loaded.notes.get(item, "") for item in card.items}
    draft = loaded.draft.with_more(answered, notes)
    # A question that is answered by one click shows no answer as chosen.
    kept = None if loaded.words.scoring == "mean" else draft.to_json()
    return await given_answers.remove_card(session, loaded.row, card.items, draft=kept)


async def start_over(
    session: Session, deps: Deps, row: Assessment, words: Words
) -> AssessmentSession:
    """Abandon the open assessment and begin a new one with these words on the same card."""
    key = MemberKey(row.workspace_id, row.user_id)
    # The member first, as everywhere: `begin_assessment` locks them too, and others may wait for the row.
    await members.lock(session, key, is_alone=True)
    await assessments.abandon(session, row, now=deps.now())
    loaded = await begin_assessment(session, deps, key, words, subject=row.subject)
    if row.card_channel and row.card_ts:
        await card_places.save(session, loaded.row, channel=row.card_channel, ts=row.card_ts)
    return loaded


async def _load_clicked(
    session: Session, deps: Deps, click: Click, value: AnswerValue | CardValue
) -> AssessmentSession | None:
    """Return the assessment, locked, when the click came from its current card; else None.

    None also when its subject belongs to a capability that is off.
    """
    key = click.request.key
    row = await assessments.get(session, key.workspace_id, value.assessment_id, lock=True)
    if row is None or not _is_current_card(row, click, value.revision):
        return None
    if deps.features.is_subject_off(row.subject):
        return None
    return await load(session, deps, row)


def _is_current_card(row: Assessment, click: Click, revision: int) -> bool:
    """Return whether the click came from this member's card in its current state."""
    is_theirs = row.user_id == click.request.key.user_id
    is_the_card = (row.card_channel, row.card_ts) == (click.request.channel, click.message_ts)
    return is_theirs and is_the_card and row.revision == revision


def _needs_permission(deps: Deps, loaded: AssessmentSession, given: CardAnswers) -> bool:
    """Return whether these answers are the last ones, and the subject has a say in that."""
    subject = deps.features.subject(loaded.row.subject)
    if subject is None or subject.refusal is None:
        return False
    return loaded.words.next_card({**loaded.answers, **given.answers}) is None


def _allowed(words: Words, card: Card, answers: Mapping[str, float]) -> bool:
    return all(item in card.items and words.allows(item, level) for item, level in answers.items())


async def _keep_incomplete(
    session: Session, deps: Deps, loaded: AssessmentSession, card: Card, given: CardAnswers
) -> CardOutcome:
    draft = loaded.draft.with_more(given.answers, given.notes)
    await given_answers.save_draft(session, loaded.row, draft.to_json())
    conversation = conversation_of(deps, loaded)
    missing = [item for item in card.items if item not in given.answers]
    note = conversation.missing_note(deps, loaded, missing)
    now = replace(loaded, draft=draft)
    return CardOutcome(now, conversation.draw_card(deps, now, card, note))


async def _save_answers(
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
        result = await conversation.draw_result(session, deps, now, None)
        return CardOutcome(now, result, is_result=True, followups=followups)
    if now.draft:
        await given_answers.save_draft(session, row, now.draft.to_json())
    return CardOutcome(now, conversation.draw_card(deps, now, upcoming, None))
