"""How a result came about, in a modal."""

from slack_sdk.models.views import View
from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards, ids
from bot.conversations import ladder
from bot.conversations.loaded import Loaded
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
    async with deps.database.read() as session:
        loaded = await _own_result(session, deps, click, click.value)
        if loaded is None:
            gone = [paragraph(deps.render("assessments/gone"))]
            view: View = modal("How this came about", gone, callback=ids.HOW_VIEW)
        else:
            view = await conversation_of(loaded.words).explained(session, deps, loaded)
    await deps.slack.update_modal(view_id, view)


async def result_turned(deps: Deps, click: Click) -> None:
    """The answers at another level of a ladder, in the window that is open."""
    assessment_id, _, level = click.value.partition("|")
    async with deps.database.read() as session:
        loaded = await _own_result(session, deps, click, assessment_id)
        if loaded is None or loaded.words.scoring != "ladder" or not click.origin.window:
            return
        at = int(level) if level.isdecimal() else None
        view = await ladder.explained_at(session, deps, loaded, at=at)
    await deps.slack.update_modal(click.origin.window, view)


async def _own_result(
    session: AsyncSession, deps: Deps, click: Click, assessment_id: str
) -> Loaded | None:
    key = click.origin.key
    row = await assessments.get(session, key.workspace_id, assessment_id)
    if row is None or row.user_id != key.user_id or row.state != "completed":
        return None
    return await cards.load(session, deps, row)
