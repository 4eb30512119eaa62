"""One click answers and moves on."""

from bot import assessing, cards
from bot.actions.unknown import unknown_click
from bot.deps import Deps
from bot.ids import AnswerValue
from bot.origin import Click


async def answer_chosen(deps: Deps, click: Click) -> None:
    """Keep the answer and show what comes next; a click that came too late changes nothing."""
    value = AnswerValue.parse(click.value)
    if value is None:
        await unknown_click(deps, click)
        return
    row = await assessing.answer(deps, click, value)
    if await cards.turned_away(deps, click, row) or row is None:
        return
    if row.card_ts is None:
        await cards.adopt(deps, click, row)
    await cards.show(deps, row.workspace_id, row.id)
