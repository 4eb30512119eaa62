"""Clicks on the questions about a project, and on what they lead to."""

from collections.abc import Awaitable, Callable

from bot.assessments import cards
from bot.assessments.session import AssessmentSession, load
from bot.assessments.start import CardRequest, open_card
from bot.assessments.values import CardValue
from bot.deps import Deps
from bot.features.required_level import service
from bot.features.required_level.conversation import drafted_on
from bot.features.required_level.views import NEED_TICKED
from bot.slack.payloads import Click, Request
from bot.slack.replies import unknown_click
from coaching.required_level import Needs
from storage.assessments import assessments
from storage.assessments.assessments import Assessment
from storage.database import Session


async def boxes_ticked(deps: Deps, click: Click) -> None:
    """Boxes of a card: they are kept at once, and the card stays as the member sees it."""
    value = CardValue.parse(click.action_id.removeprefix(NEED_TICKED))
    if value is None:
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        row = await assessments.get(
            session, click.request.key.workspace_id, value.assessment_id, lock=True
        )
        if row and await _is_kept(session, deps, click, row, revision=value.revision):
            return
    if not await cards.turned_away(deps, click, row) and row:
        await cards.show(deps, row.workspace_id, row.id)


async def _is_kept(
    session: Session, deps: Deps, click: Click, row: Assessment, *, revision: int
) -> bool:
    """Keep what is ticked, if it is ticked on the member's card as it is now."""
    here = (click.request.key.user_id, click.message_ts, revision)
    if here != (row.user_id, row.card_ts, row.revision) or row.state != "open":
        return False
    loaded = await load(session, deps, row)
    card = loaded.next_card
    drafted = drafted_on(loaded, card, click) if card else None
    if drafted is None:
        return False
    await cards.keep_draft(session, loaded, drafted.answers, drafted.notes)
    return True


async def need_shared(deps: Deps, click: Click) -> None:
    """ "Share in the channel" """
    await _with_result(deps, click, service.share)


async def need_compared(deps: Deps, click: Click) -> None:
    """ "Compare with its agents" """
    await _with_result(deps, click, service.compare)


async def need_again(deps: Deps, click: Click) -> None:
    """ "Answer again": the same questions about the same project, from the first one."""
    await _with_result(deps, click, _again)


async def _again(deps: Deps, request: Request, loaded: AssessmentSession) -> None:
    row = loaded.row
    await open_card(
        deps, request, CardRequest(row.framework, row.family, subject=row.subject), what="need"
    )


async def _with_result(
    deps: Deps, click: Click, run: Callable[[Deps, Request, AssessmentSession], Awaitable[None]]
) -> None:
    """Do it with the finished questions that the click stands under, if they are the member's own."""
    key = click.request.key
    async with deps.database.read() as session:
        row = await assessments.get(session, key.workspace_id, click.value)
        is_theirs = row is not None and row.user_id == key.user_id and row.state == "completed"
        loaded = await load(session, deps, row) if row and is_theirs else None
    if loaded is None or not isinstance(loaded.words, Needs):
        await unknown_click(deps, click)
        return
    await run(deps, click.request, loaded)
