"""Clicks on the cards of assessments: answers, back, later, continue, start over; and on results."""

from dataclasses import dataclass
from functools import partial

from slack_sdk.models.views import View

from bot.assessments import cards, progress
from bot.assessments.card_views import family_card, saved_card
from bot.assessments.cards import conversation_of
from bot.assessments.progress import CardOutcome, NeedsPermission
from bot.assessments.session import (
    AssessmentSession,
    is_drawn,
    load,
    load_open,
    role_families,
    suggested_family,
)
from bot.assessments.values import HOW_VIEW, AnswerValue, CardValue
from bot.deps import Deps
from bot.slack.blocks import modal, notice, paragraph
from bot.slack.middleware import own_click
from bot.slack.payloads import Click
from bot.slack.replies import Reply, open_and_fill, unknown_click
from coaching.assessment import Words
from storage.assessments import assessments
from storage.assessments.assessments import ROLE_FAMILIES
from storage.database import Session

HOW_TITLE = "Why this result"


async def answer_chosen(deps: Deps, click: Click) -> None:
    """Save the answer and show the next card or the result."""
    await _take_answers(deps, click, AnswerValue.parse(click.value))


async def card_next(deps: Deps, click: Click) -> None:
    """Save the answers of a card with several items ("Next"), or say which are missing."""
    await _take_answers(deps, click, CardValue.parse(click.value))


async def item_picked(deps: Deps, click: Click) -> None:
    """Save one choice on a card with several items as its draft; the card stays as the member sees it."""
    value = AnswerValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
    elif not await progress.save_pick(deps, click, value):
        await own_click(deps, click, _show_current)


async def _take_answers(deps: Deps, click: Click, value: AnswerValue | CardValue | None) -> None:
    if value is None:
        await unknown_click(deps, click)
        return
    answered = await progress.pass_card(deps, click, value)
    if isinstance(answered, NeedsPermission):
        # Slack is asked between two transactions, by the act itself, whatever button led to it.
        if why := await _refusal(deps, click, answered.loaded):
            await cards.redraw_card(deps, answered.loaded, note=why)
            return
        answered = await progress.pass_card(deps, click, value, is_permitted=True)
    if not isinstance(answered, CardOutcome):
        await own_click(deps, click, _show_current)
        return
    await cards.update_card(deps, answered.loaded.row, answered.message)
    if answered.is_result:
        await _after_result(deps, click, answered)


async def _refusal(deps: Deps, click: Click, loaded: AssessmentSession) -> str | None:
    """Return why the subject of this assessment refuses the member now; None when it does not."""
    subject = deps.features.subject(loaded.row.subject)
    return (
        await subject.refusal(deps, click.request, loaded) if subject and subject.refusal else None
    )


async def _after_result(deps: Deps, click: Click, answered: CardOutcome) -> None:
    loaded = answered.loaded
    conversation = conversation_of(deps, loaded)
    if conversation.after_result:
        await conversation.after_result(deps, click, loaded)
    for followup in answered.followups:
        await followup()


async def _show_current(deps: Deps, click: Click) -> None:
    """Show the current state after a click that came late, twice, or from an old card."""
    value = AnswerValue.parse(click.value) or CardValue.parse(click.value)
    async with deps.database.read() as session:
        row = await assessments.get(
            session, click.request.key.workspace_id, value.assessment_id if value else ""
        )
    if await cards.click_refused(deps, click, row) or row is None:
        return
    if row.card_ts is None:
        await cards.move_card_here(deps, click, row)
    await cards.refresh_card(deps, row.workspace_id, row.id)


@dataclass(frozen=True)
class OpenCardClick:
    """A click on an open assessment, with the value of its button."""

    loaded: AssessmentSession
    value: CardValue

    @property
    def is_fresh(self) -> bool:
        """Return whether the button was drawn for the current state."""
        return self.loaded.row.revision == self.value.revision


async def question_back(deps: Deps, click: Click) -> None:
    """Go back to the previous card, or from the first question of a role family to the choice of one."""
    moved = await _open_card_click(deps, click)
    if moved is None:
        return
    row = moved.loaded.row
    leads_back = row.framework == ROLE_FAMILIES and not moved.loaded.answers
    if moved.is_fresh and leads_back:
        await _show_families(deps, click)
        return
    if moved.is_fresh:
        async with deps.database.write() as session:
            await progress.take_back(session, deps, moved.loaded)
    await cards.refresh_card(deps, row.workspace_id, row.id)


async def _show_families(deps: Deps, click: Click) -> None:
    """Put the choice of a role family in place of the card."""
    if click.request.channel and click.message_ts:
        suggested = await suggested_family(deps, click.request.key)
        card = family_card(deps.render, role_families(deps), suggested, first=False)
        await deps.slack.update(click.request.channel, click.message_ts, card)


async def finish_later(deps: Deps, click: Click) -> None:
    """Replace the card by one that says how to continue; the answers stay."""
    moved = await _open_card_click(deps, click)
    if moved and click.request.channel and click.message_ts:
        card = saved_card(deps.render, moved.loaded.state)
        await deps.slack.update(click.request.channel, click.message_ts, card)


async def assessment_resumed(deps: Deps, click: Click) -> None:
    """Show the next unanswered card in the message that was clicked."""
    moved = await _open_card_click(deps, click, anywhere=True)
    if moved:
        row = moved.loaded.row
        await cards.move_card_here(deps, click, row)
        await cards.refresh_card(deps, row.workspace_id, row.id)


async def assessment_started_over(deps: Deps, click: Click) -> None:
    """Abandon the open assessment and begin again, in the role family that the button offered, if any."""
    moved = await _open_card_click(deps, click)
    if moved is None:
        return
    if is_drawn(deps, moved.loaded.row.subject):
        await cards.refresh_card(deps, moved.loaded.row.workspace_id, moved.loaded.row.id)
        return
    if why := await _refusal(deps, click, moved.loaded):
        await Reply(deps, click.request).privately(notice(why))
        return
    words = _words_again(deps, moved)
    if words is None:
        await _show_families(deps, click)
        return
    async with deps.database.write() as session:
        begun = await progress.start_over(session, deps, moved.loaded.row, words)
    await cards.move_card_here(deps, click, begun.row)
    await cards.refresh_card(deps, begun.row.workspace_id, begun.row.id)


async def assessment_closed(deps: Deps, click: Click) -> None:
    """Abandon the open assessment of the button ("Close that one"), so that another one can begin."""
    async with deps.database.write() as session:
        loaded = await cards.open_card_of(session, deps, click.request, click.value, lock=True)
        if loaded:
            await assessments.abandon(session, loaded.row, now=deps.now())
    if loaded is None:
        await unknown_click(deps, click)
        return
    drawn = is_drawn(deps, loaded.row.subject)
    told = notice(deps.render("assessments/closed", title=loaded.name.title, drawn=drawn))
    await Reply(deps, click.request).replace(told)
    await cards.refresh_card(deps, loaded.row.workspace_id, loaded.row.id)


def _words_again(deps: Deps, moved: OpenCardClick) -> Words | None:
    """Return today's words, or those it began with when they have left the content.

    None when the role family is not offered any more, so that another one is to be chosen.
    """
    kept = moved.loaded.words
    if kept.framework == ROLE_FAMILIES:
        return deps.library.words(ROLE_FAMILIES, moved.value.extra or kept.family)
    return deps.library.words(kept.framework, kept.family) or kept


async def family_chosen(deps: Deps, click: Click) -> None:
    """Begin in the role family that was clicked, on the clicked card."""
    family = deps.library.family(click.value)
    if family is None:
        await unknown_click(deps, click, about=click.value)
        return
    key, words = click.request.key, deps.library.questionnaire(family.id)
    async with deps.database.write() as session:
        current = await load_open(session, deps, key)
        if current is None:
            current = await progress.begin_assessment(session, deps, key, words)
            await deps.features.opened(session, deps, key)
        elif _may_change_family(deps, click, current, family.id):
            current = await progress.start_over(session, deps, current.row, words)
    if current.row.card_ts is None:
        await cards.move_card_here(deps, click, current.row)
    elif await cards.click_refused(deps, click, current.row):
        return
    await cards.refresh_card(deps, key.workspace_id, current.row.id)


def _may_change_family(
    deps: Deps, click: Click, current: AssessmentSession, family_id: str
) -> bool:
    """Return whether this card may switch to another family.

    It may while no question is answered, and when its own family is not offered any more.
    """
    is_free = not current.answers or deps.library.family(current.words.family) is None
    return is_free and current.words.family != family_id and cards.is_current(click, current.row)


async def _open_card_click(
    deps: Deps, click: Click, *, anywhere: bool = False
) -> OpenCardClick | None:
    """Return the open assessment behind a click; answer the click and return None otherwise.

    With `anywhere`, a message that is not the current card may be clicked too.
    """
    value = CardValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
        return None
    key = click.request.key
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, value.assessment_id)
        loaded = await load(session, deps, row) if row else None
    is_own_open = row and row.state == "open" and row.user_id == key.user_id
    takes_over = anywhere and is_own_open and row and not deps.features.is_subject_off(row.subject)
    if not takes_over and await cards.click_refused(deps, click, row):
        return None
    if loaded is None or loaded.row.state != "open":
        await cards.refresh_card(deps, key.workspace_id, value.assessment_id)
        return None
    return OpenCardClick(loaded, value)


async def result_explained(deps: Deps, click: Click) -> None:
    """Open the answers and the rule behind a result of the member's own ("Why this result")."""
    content = partial(_explanation, deps, click)
    await open_and_fill(deps, click.request, HOW_TITLE, callback=HOW_VIEW, content=content)


async def _explanation(deps: Deps, click: Click) -> View:
    async with deps.database.read() as session:
        loaded = await _own_result(session, deps, click, click.value)
        if loaded is None:
            return modal(HOW_TITLE, [paragraph(deps.render("assessments/gone"))], callback=HOW_VIEW)
        return await conversation_of(deps, loaded).explain(session, deps, loaded, None)


async def explained_level_chosen(deps: Deps, click: Click) -> None:
    """Show the answers at another level of a ladder in the open modal."""
    assessment_id, _, level = click.value.partition("|")
    async with deps.database.read() as session:
        loaded = await _own_result(session, deps, click, assessment_id)
        if loaded is None or loaded.words.scoring != "ladder" or not click.request.window:
            return
        at = int(level) if level.isdecimal() else None
        view = await conversation_of(deps, loaded).explain(session, deps, loaded, at)
    await deps.slack.update_modal(click.request.window, view)


async def _own_result(
    session: Session, deps: Deps, click: Click, assessment_id: str
) -> AssessmentSession | None:
    key = click.request.key
    row = await assessments.get(session, key.workspace_id, assessment_id)
    if row is None or row.user_id != key.user_id or row.state != "completed":
        return None
    return await load(session, deps, row)
