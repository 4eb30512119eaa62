"""The card of an assessment: the one Slack message that shows it, and its updates.

Each assessment has one current card. Its key is saved before it is posted and its place afterwards, so that
a post that a crash cut off is found again by its key. A message that was the card before becomes a pointer
to the new one. Updates may overtake each other in Slack; `refresh_card` therefore compares what it showed
with the row's revision and repeats until they agree.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.assessments.card_views import ended_card, moved_card
from bot.assessments.session import (
    AssessmentSession,
    Conversation,
    assessment_name,
    is_drawn,
    load,
    load_open,
    load_words,
)
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, own_channel, post_key
from coaching.members import MemberKey
from storage import members
from storage.assessments import assessments, card_places, given_answers
from storage.assessments.assessments import Assessment
from storage.database import Session


def conversation_of(deps: Deps, loaded: AssessmentSession) -> Conversation:
    """Return how this assessment is asked: as its subject declares, else by the scoring of its words."""
    subject = deps.features.subject(loaded.row.subject)
    return subject.conversation if subject else deps.features.self_checks[loaded.words.scoring]


OVERTAKEN_AFTER = 0.25
"""Seconds after which an update may have been overtaken by a later one."""


async def draw_card(
    session: Session, deps: Deps, loaded: AssessmentSession, *, note: str | None = None
) -> Message:
    """Return the card for the state of the row: the next question, the result, or that it has ended."""
    conversation, card = conversation_of(deps, loaded), loaded.next_card
    if loaded.row.state == "open" and card:
        return conversation.draw_card(deps, loaded, card, note)
    if loaded.row.state == "completed":
        return await conversation.draw_result(session, deps, loaded, note)
    return _ended(deps, loaded.name.command, loaded.row.subject)


def _ended(deps: Deps, command: str, subject: str) -> Message:
    return ended_card(deps.render, command, of_self=not subject, is_drawn=is_drawn(deps, subject))


async def update_card(deps: Deps, row: Assessment, message: Message) -> None:
    """Update the card with the message for the row's new state.

    The next click comes from what the card shows, so nothing overtakes an update that Slack takes at once.
    After a slow one the row is read again.
    """
    started = time.monotonic()
    await deps.slack.update(str(row.card_channel), str(row.card_ts), message)
    if time.monotonic() - started > OVERTAKEN_AFTER:
        await refresh_card(deps, row.workspace_id, row.id, told=(row.id, row.revision))


async def refresh_card(
    deps: Deps,
    workspace_id: str,
    assessment_id: str,
    *,
    told: tuple[str, int] | None = None,
    sees_later: bool = False,
) -> None:
    """Update the card from the database until it shows the latest state; safe to repeat and to run at once.

    `told` is the assessment and revision that it shows already. With `sees_later` the caller has checked
    that the member may read what others did after it ended; otherwise that is checked here where it
    matters.
    """
    while True:
        async with deps.database.read() as session:
            row = await assessments.get(session, workspace_id, assessment_id)
            if row is None or row.card_ts is None or row.card_channel is None:
                return
            if row.state == "abandoned":
                row = await card_places.latest_assessment(session, row) or row
            if (row.id, row.revision) == told:
                return
            loaded = await load(session, deps, row)
            message = await draw_card(session, deps, loaded)
            is_of_others = row.subject and row.state == "completed" and not sees_later
            alone = replace(loaded, sees_later=False)
            known = await draw_card(session, deps, alone) if is_of_others else message
        if known != message and not await _may_see_later(deps, loaded):
            message = known
        await deps.slack.update(str(row.card_channel), str(row.card_ts), message)
        told = (row.id, row.revision)


async def _may_see_later(deps: Deps, loaded: AssessmentSession) -> bool:
    subject = deps.features.subject(loaded.row.subject)
    if subject is None or subject.may_see_later is None:
        return False
    return await subject.may_see_later(deps, loaded)


@dataclass(frozen=True)
class AnnouncedCard:
    """A card that is about to be posted: its key, and where the previous one is."""

    row: Assessment
    key: str
    old: tuple[str | None, str | None] = (None, None)


def card_key(request: Request) -> str:
    """Return the key of the card that this request leads to."""
    return post_key(request.idempotency_key, "card")


async def announce_new_card(session: Session, request: Request, row: Assessment) -> AnnouncedCard:
    """Save the key of the card that this request is about to post."""
    # Read again under its lock: another process may announce a card at the same moment.
    row = await assessments.get(session, row.workspace_id, row.id, lock=True) or row
    announced = AnnouncedCard(row, card_key(request), (row.card_channel, row.card_ts))
    await card_places.announce(session, row, announced.key)
    return announced


async def post_card(
    deps: Deps, request: Request, announced: AnnouncedCard, message: Message, *, known: str | None
) -> str:
    """Post the announced card, make the previous one point to it, and return the channel.

    `known` is the direct message channel of the member, if the database has it.
    """
    row, old = announced.row, [announced.old]
    channel = own_channel(request) or known or await deps.slack.open_dm(row.user_id)
    posted = await deps.slack.post(channel, message, key=announced.key)
    async with deps.database.write() as session:
        # Every transaction locks the member before the assessment, so that two never wait for each other.
        if channel != known:
            await members.save_dm_channel(session, request.key, channel)
        is_pinned = await card_places.save(session, row, channel=posted.channel, ts=posted.ts)
    if not is_pinned:
        # Another process announced another card meanwhile, which is the current one now.
        old.append((posted.channel, posted.ts))
    for where, ts in old:
        if where and ts:
            await deps.slack.update(where, ts, moved_card(deps.render, None))
    return posted.channel


async def move_card_here(deps: Deps, click: Click, row: Assessment) -> None:
    """Make the clicked message the card; the previous card becomes a pointer to it."""
    if not (click.request.channel and click.message_ts):
        return
    old = (row.card_channel, row.card_ts)
    here = (click.request.channel, click.message_ts)
    if old == here:
        return
    async with deps.database.write() as session:
        await card_places.save(session, row, channel=here[0], ts=here[1])
    if old[0] and old[1]:
        await deps.slack.update(old[0], old[1], moved_card(deps.render, None))


def is_current(click: Click, row: Assessment) -> bool:
    """Return whether the click came from the card; before the card has a place, any message may be it."""
    return row.card_ts is None or click.message_ts == row.card_ts


async def click_refused(deps: Deps, click: Click, row: Assessment | None) -> bool:
    """Answer a click on a card that is gone, another member's, off or outdated; return whether it was one."""
    if row is None:
        await Reply(deps, click.request).replace(notice(deps.render("assessments/gone")))
        return True
    if row.user_id != click.request.key.user_id:
        await Reply(deps, click.request).privately(notice(deps.render("slack/not_yours")))
        return True
    if deps.features.is_subject_off(row.subject):
        await Reply(deps, click.request).privately(notice(deps.render("slack/switched_off")))
        return True
    if is_current(click, row):
        return False
    await Reply(deps, click.request).replace(await _replaced_card(deps, row))
    return True


async def _replaced_card(deps: Deps, row: Assessment) -> Message:
    """Return what an old card becomes; an open assessment of the same framework can be continued there."""
    key, subject = MemberKey(row.workspace_id, row.user_id), row.subject
    async with deps.database.read() as session:
        current = await load_open(session, deps, key, framework=row.framework, subject=subject)
        name = await assessment_name(session, deps, row, await load_words(session, deps, row))
    if row.state != "open" and current is None:
        return _ended(deps, name.command, subject)
    return moved_card(deps.render, current.state if current else None)


async def open_card_of(
    session: Session, deps: Deps, request: Request, assessment_id: str, *, lock: bool = False
) -> AssessmentSession | None:
    """Return the open assessment with this id; None when it has ended or is another member's."""
    key = request.key
    row = await assessments.get(session, key.workspace_id, assessment_id, lock=lock)
    if row is None or row.user_id != key.user_id or row.state != "open":
        return None
    return await load(session, deps, row)


async def keep_draft(
    session: Session,
    loaded: AssessmentSession,
    answers: Mapping[str, float],
    notes: Mapping[str, str],
) -> AssessmentSession:
    """Save the answers and notes over the draft of the card, and return the assessment with that draft."""
    draft = loaded.draft.with_more(answers, notes)
    await given_answers.save_draft(session, loaded.row, draft.to_json())
    return replace(loaded, draft=draft)


async def redraw_card(deps: Deps, loaded: AssessmentSession, *, note: str | None = None) -> None:
    """Update the card as it was loaded, with the note on it."""
    row = loaded.row
    if not (row.card_channel and row.card_ts):
        return
    async with deps.database.read() as session:
        message = await draw_card(session, deps, loaded, note=note)
    await deps.slack.update(row.card_channel, row.card_ts, message)
