"""`/rungs try`: the overview, a plan, and what its member does with it without a form."""

from dataclasses import replace

from bot.deps import Deps
from bot.feature import Call
from bot.features.sandbox.note_views import week_said_card
from bot.features.sandbox.plan_queries import overview_of, own_plan, own_view
from bot.features.sandbox.plan_views import TRY_WEEK, plan_card
from bot.features.sandbox.register_handlers import show_register
from bot.features.sandbox.service import offer, risk_titles
from bot.features.sandbox.told import ASKED, ENDED, tell_supervisor
from bot.features.sandbox.views import overview_card
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.directory import ask_zone
from bot.slack.payloads import Click, Request
from bot.slack.phrases import listed, person
from bot.slack.replies import Reply, is_first_delivery, unknown_click
from coaching.sandbox import HAPPENED
from storage.database import Session
from storage.sandbox import ends, notes, plan_rows, plans, supervisors
from storage.sandbox.notes import Note
from storage.sandbox.plan_rows import Plan


async def try_command(deps: Deps, call: Call) -> None:
    """Answer with the member's plans, or with the register for `/rungs try list`."""
    word = " ".join(call.arguments).casefold()
    if word == "list":
        await show_register(deps, call.request)
    elif word:
        text = deps.render("sandbox/unknown", typed=repeated(word))
        await Reply(deps, call.request).privately(notice(text))
    else:
        await Reply(deps, call.request).privately(await _overview(deps, call.request))


async def try_asked(deps: Deps, click: Click) -> None:
    """Answer a button elsewhere with the overview."""
    await Reply(deps, click.request).privately(await _overview(deps, click.request))


async def overview_again(deps: Deps, click: Click) -> None:
    """Show a page of the overview in the place of a card."""
    page = click.value
    at = int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 0
    await Reply(deps, click.request).replace(await _overview(deps, click.request, at=at))


async def _overview(
    deps: Deps, request: Request, *, at: int = 0, note: str | None = None
) -> Message:
    async with deps.database.read() as session:
        shown = await overview_of(session, deps, request.key)
    return overview_card(deps.render, shown, at=at, note=note)


async def plan_opened(deps: Deps, click: Click) -> None:
    """Show one of the member's plans in the place of a card."""
    await show_plan(deps, click.request, click.value)


async def plan_told(deps: Deps, click: Click) -> None:
    """Answer the button of a notice with the plan."""
    await Reply(deps, click.request).privately(await plan_message(deps, click.request, click.value))


async def show_plan(
    deps: Deps, request: Request, plan_id: str, *, at: int = 0, note: str | None = None
) -> None:
    """Show the member's plan in the place of what they clicked."""
    await Reply(deps, request).replace(await plan_message(deps, request, plan_id, at=at, note=note))


async def plan_message(
    deps: Deps, request: Request, plan_id: str, *, at: int = 0, note: str | None = None
) -> Message:
    """Return a page of the member's own plan; that it is gone where they have none with this id."""
    async with deps.database.read() as session:
        view = await own_view(session, deps, request.key, plan_id, note=note)
    return plan_card(deps.render, view, at) if view else gone_card(deps)


def gone_card(deps: Deps) -> Message:
    """Return the answer to an act about a plan that isn't theirs, or that can't be changed so any more."""
    return notice(deps.render("sandbox/gone"))


async def asked(deps: Deps, click: Click) -> None:
    """Ask the supervisor for a plan, or say what keeps it from that."""
    key, now = click.request.key, deps.now()
    async with deps.database.write() as session:
        done = await plans.ask(session, key, click.value, offer(deps), risk_titles(deps), now=now)
        if isinstance(done, Plan):
            await tell_supervisor(session, deps, done, ASKED)
            await _tell_replaced(session, deps, done)
        plan = await own_plan(session, key, click.value)
        able = await supervisors.candidates(session, key, now=now)
    if isinstance(done, Plan):
        await ask_zone(deps, key)
    if plan is not None and plan.state == "asked":
        note = deps.render("sandbox/asked", supervisor=person(plan.supervisor or ""))
    elif done == "gone":
        note = deps.render("sandbox/gone")
    elif isinstance(done, str):
        note = deps.render(
            "sandbox/excluded",
            why=done,
            supervisor=person((plan and plan.supervisor) or ""),
            people=listed(map(person, able)) if able else None,
        )
    else:
        note = None
    await show_plan(deps, click.request, click.value, note=note)


async def _tell_replaced(session: Session, deps: Deps, plan: Plan) -> None:
    """Tell the supervisor of the plan that ended because this one was asked for in its place."""
    before = plan.replaces and await plan_rows.one(session, plan.workspace_id, plan.replaces)
    if before and before.supervisor != plan.supervisor and before.end_reason == "changed":
        await tell_supervisor(session, deps, before, ENDED)


async def withdrawn(deps: Deps, click: Click) -> None:
    """Take back a plan that was asked for or returned."""
    async with deps.database.write() as session:
        done = await plans.withdraw(session, click.request.key, click.value, now=deps.now())
    note = deps.render("sandbox/gone") if done == "gone" else None
    await show_plan(deps, click.request, click.value, note=note)


async def draft_deleted(deps: Deps, click: Click) -> None:
    """Delete a draft, and show the overview."""
    async with deps.database.write() as session:
        is_gone = await plans.remove_draft(session, click.request.key, click.value)
    note = deps.render("sandbox/deleted" if is_gone else "sandbox/gone")
    card = await _overview(deps, click.request, note=note)
    await Reply(deps, click.request).replace(card)


async def planned_again(deps: Deps, click: Click) -> None:
    """Begin a draft with what a plan says; for a plan that runs, a draft that takes its place."""
    key, now = click.request.key, deps.now()
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, click.request):
            return
        done = await plans.draft_from(session, key, click.value, now=now)
    if isinstance(done, Plan):
        await show_plan(deps, click.request, done.id)
    else:
        await show_plan(deps, click.request, click.value, note=problem_text(deps, done))


def problem_text(deps: Deps, why: str) -> str:
    """Return why something wasn't done, as a sentence."""
    return deps.render("sandbox/many" if why == "many" else "sandbox/gone")


async def risk_removed(deps: Deps, click: Click) -> None:
    """Take a risk out of a draft."""
    plan_id, _, risk_id = click.value.partition("|")
    key, done = click.request.key, "gone"
    async with deps.database.write() as session:
        plan = await plan_rows.locked(session, key, plan_id)
        if plan is not None:
            kept = tuple(one for one in plan.facts.risks if one.id != risk_id)
            facts = replace(plan.facts, risks=kept)
            saved = await plans.save_draft(session, key, facts, plan_id=plan_id, now=deps.now())
            done = saved if isinstance(saved, str) else ""
    note = problem_text(deps, done) if done else None
    await show_plan(deps, click.request, plan_id, note=note)


async def stopped(deps: Deps, click: Click) -> None:
    """Stop a plan that runs, at once, and tell its supervisor."""
    async with deps.database.write() as session:
        key, now = click.request.key, deps.now()
        mine = await own_plan(session, key, click.value)
        done = await ends.stop(session, key, click.value, now=now) if mine else "gone"
        if isinstance(done, Plan):
            await tell_supervisor(session, deps, done, ENDED)
    was_stopped = mine is not None and mine.end_reason == "stopped_by_member"
    is_stopped = isinstance(done, Plan) or was_stopped
    note = deps.render("sandbox/stopped" if is_stopped else "sandbox/gone")
    await show_plan(deps, click.request, click.value, note=note)


async def week_tapped(deps: Deps, click: Click) -> None:
    """Store what happened in a week, and offer to add a sentence."""
    how = next((one for one in HAPPENED if click.action_id == f"{TRY_WEEK}{one}"), None)
    plan_id, _, week = click.value.partition("|")
    if how is None or not (week.isascii() and week.isdecimal() and len(week) < 3):
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        key, now = click.request.key, deps.now()
        said = await notes.week_line(session, key, plan_id, int(week), how, now=now)
        plan = await own_plan(session, key, plan_id)
    if plan is None or not isinstance(said, Note):
        await Reply(deps, click.request).replace(gone_card(deps))
    else:
        await Reply(deps, click.request).replace(week_said_card(deps.render, plan, said))
