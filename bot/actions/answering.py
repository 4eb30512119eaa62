"""A click answers a card, or picks on one; "Next" sends what was picked."""

from bot import assessing, cards
from bot.actions.unknown import unknown_click
from bot.assessing import Answered
from bot.conversations.table import conversation_of
from bot.deps import Deps
from bot.ids import AnswerValue, CardValue
from bot.origin import Click
from bot.ownership import own_click
from bot.people import ask_zone
from storage.assessments import assessments


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
    elif not await assessing.keep_pick(deps, click, value):
        await own_click(deps, click, _did_not_count)


async def _pass(deps: Deps, click: Click, value: AnswerValue | CardValue | None) -> None:
    if value is None:
        await unknown_click(deps, click)
        return
    answered = await assessing.pass_card(deps, click, value)
    if answered is None:
        await own_click(deps, click, _did_not_count)
        return
    await cards.tell(deps, answered.loaded.row, answered.message)
    if answered.is_result:
        await _after_result(deps, click, answered)


async def _after_result(deps: Deps, click: Click, answered: Answered) -> None:
    loaded = answered.loaded
    await conversation_of(loaded.words).shown(deps, click, loaded)
    if not loaded.row.subject:
        # Messages will come from now on: learn where the member is.
        await ask_zone(deps, loaded.member, known=answered.planned)


async def _did_not_count(deps: Deps, click: Click) -> None:
    """A click that came late, twice, or from an old card: show how things stand."""
    value = AnswerValue.parse(click.value) or CardValue.parse(click.value)
    async with deps.database.read() as session:
        row = await assessments.get(
            session, click.origin.key.workspace_id, value.assessment_id if value else ""
        )
    if await cards.turned_away(deps, click, row) or row is None:
        return
    if row.card_ts is None:
        await cards.adopt(deps, click, row)
    await cards.show(deps, row.workspace_id, row.id)


ON_A_CARD = (answer_chosen, card_next, item_picked)
"""What looks itself whether the click came from the member's own card."""
