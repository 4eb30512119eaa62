"""How a result came about, in a modal."""

from bot import cards, ids
from bot.conversations.table import conversation_of
from bot.deps import Deps
from bot.forms.opening import opened
from bot.origin import Click
from bot.views.bricks import paragraph
from bot.views.windows import loading, modal
from storage import assessments


async def result_explained(deps: Deps, click: Click) -> None:
    """Open the answers and the rule behind a result of the member's own."""
    view_id = await opened(
        deps, click.origin, loading("How this came about", callback=ids.HOW_VIEW)
    )
    if view_id is None:
        return
    key = click.origin.key
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, click.value)
        if row is None or row.user_id != key.user_id or row.state != "completed":
            gone = [paragraph(deps.say("gone_card"))]
            view = modal("How this came about", gone, callback=ids.HOW_VIEW)
        else:
            loaded = await cards.load(session, deps, row)
            view = await conversation_of(loaded.words).explained(session, deps, loaded)
    await deps.slack.update_modal(view_id, view)
