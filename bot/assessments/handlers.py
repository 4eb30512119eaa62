"""A click answers a card, or picks on one; "Next" sends what was picked."""

from dataclasses import dataclass

from slack_sdk.models.views import View

from bot.assessments import cards, ladder_score, progress
from bot.assessments.cards import conversation_of
from bot.assessments.mean_views import family_card
from bot.assessments.progress import CardOutcome
from bot.assessments.session import AssessmentSession, families_of, load, load_open
from bot.assessments.values import HOW_VIEW, AnswerValue, CardValue
from bot.assessments.views import saved_card
from bot.deps import Deps
from bot.outgoing import planner
from bot.slack.blocks import loading, modal, paragraph
from bot.slack.middleware import own_click
from bot.slack.payloads import Click
from bot.slack.replies import open_modal, unknown_click
from coaching.assessment import Words
from storage.assessments import assessments
from storage.assessments.assessments import ROLE_FAMILIES
from storage.database import Session


async def answer_chosen(deps: Deps, click: Click) -> None:
    """Keep the answer and show what comes next; what does not count is looked at more closely."""
    await _pass(deps, click, AnswerValue.parse(click.value))


async def card_next(deps: Deps, click: Click) -> None:
    """ "Next" on a card with several items: keep them, or say which are missing."""
    await _pass(deps, click, CardValue.parse(click.value))


async def item_picked(deps: Deps, click: Click) -> None:
    """One choice of several on a card: it is kept, and the card stays as the member sees it."""
    value = AnswerValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
    elif not await progress.keep_pick(deps, click, value):
        await own_click(deps, click, _did_not_count)


async def _pass(deps: Deps, click: Click, value: AnswerValue | CardValue | None) -> None:
    if value is None:
        await unknown_click(deps, click)
        return
    answered = await progress.pass_card(deps, click, value)
    if answered is None:
        await own_click(deps, click, _did_not_count)
        return
    await cards.tell(deps, answered.loaded.row, answered.message)
    if answered.is_result:
        await _after_result(deps, click, answered)


async def _after_result(deps: Deps, click: Click, answered: CardOutcome) -> None:
    loaded = answered.loaded
    await conversation_of(deps, loaded).shown(deps, click, loaded)
    for followup in answered.followups:
        await followup()


async def _did_not_count(deps: Deps, click: Click) -> None:
    """A click that came late, twice, or from an old card: show how things stand."""
    value = AnswerValue.parse(click.value) or CardValue.parse(click.value)
    async with deps.database.read() as session:
        row = await assessments.get(
            session, click.request.key.workspace_id, value.assessment_id if value else ""
        )
    if await cards.turned_away(deps, click, row) or row is None:
        return
    if row.card_ts is None:
        await cards.adopt(deps, click, row)
    await cards.show(deps, row.workspace_id, row.id)


ON_A_CARD = (answer_chosen, card_next, item_picked)
"""What looks itself whether the click came from the member's own card."""


@dataclass(frozen=True)
class Moved:
    """An open conversation that a click was meant for."""

    loaded: AssessmentSession
    value: CardValue

    @property
    def is_fresh(self) -> bool:
        """Whether the button was drawn for the state as it is now."""
        return self.loaded.row.revision == self.value.revision


async def question_back(deps: Deps, click: Click) -> None:
    """Back to the card before; from the first question of a role family to the choice of the family."""
    moved = await _meant(deps, click)
    if moved is None:
        return
    row = moved.loaded.row
    leads_back = row.framework == ROLE_FAMILIES and not moved.loaded.answers
    if moved.is_fresh and leads_back and click.request.channel and click.message_ts:
        families = families_of(deps)
        card = family_card(deps.render, families, first=False)
        await deps.slack.update(click.request.channel, click.message_ts, card)
        return
    if moved.is_fresh:
        async with deps.database.write() as session:
            await progress.take_back(session, moved.loaded)
    await cards.show(deps, row.workspace_id, row.id)


async def finish_later(deps: Deps, click: Click) -> None:
    """Put the card to rest; the answers stay."""
    moved = await _meant(deps, click)
    if moved and click.request.channel and click.message_ts:
        card = saved_card(deps.render, moved.loaded.state)
        await deps.slack.update(click.request.channel, click.message_ts, card)


async def assessment_resumed(deps: Deps, click: Click) -> None:
    """Continue at the next unanswered card, in the message that was clicked."""
    moved = await _meant(deps, click, anywhere=True)
    if moved:
        row = moved.loaded.row
        await cards.adopt(deps, click, row)
        await cards.show(deps, row.workspace_id, row.id)


async def assessment_started_over(deps: Deps, click: Click) -> None:
    """Set the open one aside and begin again, in the role family that was offered if one was."""
    moved = await _meant(deps, click)
    if moved is None:
        return
    words = _words_again(deps, moved)
    async with deps.database.write() as session:
        begun = await progress.start_over(session, deps, moved.loaded.row, words)
    await cards.adopt(deps, click, begun.row)
    await cards.show(deps, begun.row.workspace_id, begun.row.id)


def _words_again(deps: Deps, moved: Moved) -> Words:
    """Today's words, or those it began with when they have left the content."""
    kept = moved.loaded.words
    if kept.framework == ROLE_FAMILIES:
        family = deps.library.family(moved.value.extra or kept.family)
        return deps.library.questionnaire((family or families_of(deps)[0]).id)
    return deps.library.words(kept.framework, kept.family) or kept


async def family_chosen(deps: Deps, click: Click) -> None:
    """Begin in the family that was clicked, on the card that was clicked."""
    family = deps.library.family(click.value)
    if family is None:
        await unknown_click(deps, click)
        return
    key, words = click.request.key, deps.library.questionnaire(family.id)
    async with deps.database.write() as session:
        current = await load_open(session, deps, key)
        if current is None:
            current = await progress.begin(session, deps, key, words)
            await planner.after_opening(session, deps, key)
        elif _may_change_family(click, current, family.id):
            current = await progress.start_over(session, deps, current.row, words)
    if current.row.card_ts is None:
        await cards.adopt(deps, click, current.row)
    elif await cards.turned_away(deps, click, current.row):
        return
    await cards.show(deps, key.workspace_id, current.row.id)


def _may_change_family(click: Click, current: AssessmentSession, family_id: str) -> bool:
    """Nothing is lost by another family while no question is answered."""
    is_other = current.words.family != family_id
    return is_other and not current.answers and cards.is_current(click, current.row)


async def _meant(deps: Deps, click: Click, *, anywhere: bool = False) -> Moved | None:
    """The open conversation behind a click; everything else is answered here.

    With `anywhere` a message that is not the current card may be clicked too.
    """
    value = CardValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
        return None
    key = click.request.key
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, value.assessment_id)
        loaded = await load(session, deps, row) if row else None
    takes_over = anywhere and row and row.state == "open" and row.user_id == key.user_id
    if not takes_over and await cards.turned_away(deps, click, row):
        return None
    if loaded is None or loaded.row.state != "open":
        await cards.show(deps, key.workspace_id, value.assessment_id)
        return None
    return Moved(loaded, value)


async def result_explained(deps: Deps, click: Click) -> None:
    """Open the answers and the rule behind a result of the member's own."""
    view_id = await open_modal(
        deps, click.request, loading("How this came about", callback=HOW_VIEW)
    )
    if view_id is None:
        return
    async with deps.database.read() as session:
        loaded = await _own_result(session, deps, click, click.value)
        if loaded is None:
            gone = [paragraph(deps.render("assessments/gone"))]
            view: View = modal("How this came about", gone, callback=HOW_VIEW)
        else:
            view = await conversation_of(deps, loaded).explained(session, deps, loaded)
    await deps.slack.update_modal(view_id, view)


async def result_turned(deps: Deps, click: Click) -> None:
    """The answers at another level of a ladder, in the window that is open."""
    assessment_id, _, level = click.value.partition("|")
    async with deps.database.read() as session:
        loaded = await _own_result(session, deps, click, assessment_id)
        if loaded is None or loaded.words.scoring != "ladder" or not click.request.window:
            return
        at = int(level) if level.isdecimal() else None
        view = await ladder_score.explained_at(session, deps, loaded, at=at)
    await deps.slack.update_modal(click.request.window, view)


async def _own_result(
    session: Session, deps: Deps, click: Click, assessment_id: str
) -> AssessmentSession | None:
    key = click.request.key
    row = await assessments.get(session, key.workspace_id, assessment_id)
    if row is None or row.user_id != key.user_id or row.state != "completed":
        return None
    return await load(session, deps, row)
