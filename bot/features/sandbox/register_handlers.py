"""`/rungs try list`: the register, for supervisors and leads; whoever else asks is told who can see it."""

from bot.deps import Deps
from bot.features.sandbox.register_views import register_card, report_card
from bot.features.sandbox.service import sees_register
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply
from storage.sandbox import plan_rows, register, reports


async def show_register(deps: Deps, request: Request) -> None:
    """Answer `/rungs try list` with the first page."""
    await Reply(deps, request).privately(await _page(deps, request, 1))


async def register_asked(deps: Deps, click: Click) -> None:
    """Show a page of the register in the place of a card."""
    card = await _page(deps, click.request, _number(click.value))
    await Reply(deps, click.request).replace(card)


async def _page(deps: Deps, request: Request, number: int) -> Message:
    key = request.key
    async with deps.database.read() as session:
        if not await sees_register(session, deps, key):
            return notice(deps.render("sandbox/not_for_you"))
        entries, has_more = await register.page(session, key.workspace_id, number=number)
        clock = await clock_of(session, deps, key)
    return register_card(deps.render, entries, clock, number=number, has_more=has_more)


async def report_read(deps: Deps, click: Click) -> None:
    """Show a report of the register."""
    plan_id, _, page = click.value.partition("|")
    key = click.request.key
    async with deps.database.read() as session:
        may = await sees_register(session, deps, key)
        plan = await plan_rows.one(session, key.workspace_id, plan_id) if may else None
        report = await reports.of_plan(session, key.workspace_id, plan_id) if plan else None
    if plan is None or report is None:
        why = "sandbox/gone" if may else "sandbox/not_for_you"
        await Reply(deps, click.request).replace(notice(deps.render(why)))
        return
    card = report_card(deps.render, plan, report, number=_number(page))
    await Reply(deps, click.request).replace(card)


def _number(value: str) -> int:
    """Return the number of a page that a button carries; the first for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and 0 < len(value) < 4 else 1
