"""Starting an assessment, or returning to the open one: its card is posted in the member's messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.assessments import cards, progress
from bot.assessments.card_views import family_card, full_card, resume_card
from bot.assessments.cards import AnnouncedCard, conversation_of
from bot.assessments.session import (
    AssessmentSession,
    assessment_name,
    is_drawn,
    load_open,
    load_words,
    role_families,
    suggested_family,
)
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.payloads import Request
from bot.slack.phrases import MemberClock
from bot.slack.replies import Reply, is_first_delivery, not_offered, point_to_dm
from coaching.assessment import Words
from coaching.members import MemberKey
from storage import members
from storage.allowances import CONVERSATIONS, LimitReached
from storage.assessments import assessments
from storage.assessments.assessments import ROLE_FAMILIES
from storage.database import Session
from storage.members import Member


@dataclass(frozen=True)
class CardRequest:
    """Which assessment a member wants to begin or continue.

    Among the role families, `family` None stands for the member's own; in other frameworks it is the
    framework's id, or the part of it that is asked, such as `need`. `subject` is what it is about, empty
    for a self-check.
    """

    framework: str = ROLE_FAMILIES
    family: str | None = None
    subject: str = ""


OWN_FAMILY = CardRequest()


async def open_card(
    deps: Deps, request: Request, asked: CardRequest, *, go_on: bool = False, what: str = "card"
) -> None:
    """Post the resume card when one is open, else the first card, else the choice of a role family.

    With `go_on` an open one continues at once. `what` names the card in the note that it is in the member's
    messages.
    """
    try:
        opening = await _claimed_opening(deps, request, asked)
    except LimitReached:
        await _offer_to_close(deps, request)
        return
    if opening is None:
        return
    if opening.loaded:
        channel = await _post_opening(deps, request, opening, go_on=go_on)
    elif asked.framework == ROLE_FAMILIES:
        families = role_families(deps)
        suggested = await suggested_family(deps, request.key)
        message = family_card(deps.render, families, suggested, first=opening.is_first)
        channel = (await Reply(deps, request).in_dm(message, about="family")).channel
    else:
        await Reply(deps, request).privately(not_offered(deps, asked.framework))
        return
    await point_to_dm(deps, request, channel, what=what)


async def _claimed_opening(deps: Deps, request: Request, asked: CardRequest) -> Opening | None:
    """Begin or find the assessment in one transaction; None when this request was handled before."""
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return None
        opening = await _opening(session, deps, request, asked)
        if opening.loaded and not asked.subject:
            await deps.features.opened(session, deps, request.key)
    return opening


async def _offer_to_close(deps: Deps, request: Request) -> None:
    """Say which assessments the member has open, as many as one may have, and offer to close the oldest."""
    async with deps.database.read() as session:
        rows = await assessments.list_open(session, request.key)
        if (
            not rows
        ):  # All of them ended meanwhile: there is none to close, and the next try succeeds.
            raise LimitReached(CONVERSATIONS)
        names = [
            await assessment_name(session, deps, row, await load_words(session, deps, row))
            for row in rows
        ]
    oldest = rows[-1]
    card = full_card(deps.render, names, oldest=oldest.id, is_drawn=is_drawn(deps, oldest.subject))
    await Reply(deps, request).privately(card)


@dataclass(frozen=True)
class Opening:
    """What a member gets: an open or a new assessment, or, without one, the choice of a family.

    `words` are today's words of what was asked for.
    """

    member: Member
    is_first: bool
    words: Words | None = None
    loaded: AssessmentSession | None = None
    announced: AnnouncedCard | None = None


async def _opening(session: Session, deps: Deps, request: Request, asked: CardRequest) -> Opening:
    key, now = request.key, deps.now()
    current = await load_open(session, deps, key, framework=asked.framework, subject=asked.subject)
    named = asked.family if asked.framework == ROLE_FAMILIES and current is None else None
    member = await members.welcome(session, key, now=now, family=named)
    words = await _words(session, deps, request.key, asked, current, own_family=member.family)
    is_first = member.greeted_at == now
    if current and not _begins_anew(deps, current, words):
        announced = await cards.announce_new_card(session, request, current.row)
        return Opening(member, is_first, words, current, announced)
    if words is None:
        return Opening(member, is_first)
    old: tuple[str | None, str | None] = (None, None)
    if current:
        old = (current.row.card_channel, current.row.card_ts)
        await assessments.abandon(session, current.row, now=now)
    card_key = cards.card_key(request)
    is_met = words.framework != ROLE_FAMILIES or member.family == words.family
    begun = await progress.begin_assessment(
        session, deps, key, words, subject=asked.subject, card_key=card_key, is_met=is_met
    )
    announced = AnnouncedCard(begun.row, card_key, old)
    if begun.row.card_key != card_key:
        # Another process began it at the same moment.
        announced = await cards.announce_new_card(session, request, begun.row)
    return Opening(member, is_first, words, begun, announced)


async def _words(
    session: Session,
    deps: Deps,
    key: MemberKey,
    asked: CardRequest,
    current: AssessmentSession | None,
    *,
    own_family: str | None,
) -> Words | None:
    """Return today's words of what was asked for, or those drawn for a new one or for the open one."""
    subject = deps.features.subject(asked.subject)
    if subject is None or subject.draw is None:
        return deps.library.words(asked.framework, asked.family or own_family or "")
    if current:
        return current.words
    return await subject.draw(session, deps, key, asked.family or "")


def _begins_anew(deps: Deps, current: AssessmentSession, words: Words | None) -> bool:
    """Return whether a new one replaces the open one: nothing is chosen, and family or words differ."""
    if words is None or current.answers or current.draft or is_drawn(deps, current.row.subject):
        return False
    return words.family != current.words.family or _words_changed(deps, current)


async def _post_opening(deps: Deps, request: Request, opening: Opening, *, go_on: bool) -> str:
    loaded, announced = opening.loaded, opening.announced
    if loaded is None or announced is None:
        raise ValueError("There is no conversation to show.")
    card, has_begun = loaded.next_card, bool(loaded.answers or loaded.draft)
    if card and (go_on or not has_begun):
        message = conversation_of(deps, loaded).draw_card(deps, loaded, card, None)
    else:
        clock = MemberClock(deps.now(), opening.member.zone)
        message = _resume(deps, loaded, opening.words, clock)
    return await cards.post_card(deps, request, announced, message, known=opening.member.dm_channel)


def _resume(
    deps: Deps, current: AssessmentSession, words: Words | None, clock: MemberClock
) -> Message:
    is_other = words is not None and words.family != current.words.family
    return resume_card(
        deps.render,
        current.state,
        begun=clock.day(current.row.started_at),
        other=deps.library.family(words.family) if words and is_other else None,
        stale=_words_changed(deps, current),
    )


def _words_changed(deps: Deps, current: AssessmentSession) -> bool:
    today = deps.library.words(current.words.framework, current.words.family)
    return today is None or today.digest != current.words.digest
