"""One click answers and moves on."""

from bot import assessing, cards
from bot.actions.unknown import unknown_click
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click
from bot.ownership import own_click
from bot.people import ask_zone
from storage import assessments


async def answer_chosen(deps: Deps, click: Click) -> None:
    """Keep the answer and show what comes next; what does not count is looked at more closely."""
    value = AnswerValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
        return
    answered = await assessing.answer(deps, click, value)
    if answered is None:
        await own_click(deps, click, _did_not_count)
        return
    await cards.tell(deps, answered.loaded.row, assessing.drawn(deps, answered))
    if answered.result:
        await ask_zone(deps, click.origin.key)


async def _did_not_count(deps: Deps, click: Click) -> None:
    """A click that came late, twice, or from an old card: show how things stand."""
    value = AnswerValue.parse(click.value)
    async with deps.database.read() as session:
        row = await assessments.get(
            session, click.origin.key.workspace_id, value.assessment_id if value else ""
        )
    if await cards.turned_away(deps, click, row) or row is None:
        return
    if row.card_ts is None:
        await cards.adopt(deps, click, row)
    await cards.show(deps, row.workspace_id, row.id)
