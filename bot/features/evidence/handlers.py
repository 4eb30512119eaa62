"""`/rungs prove`: the overview, what counts for a level, and what a member does with a claim."""

from bot.deps import Deps
from bot.feature import Call
from bot.features.evidence.claim_queries import counts_of, overview_of, own_claim, view_of
from bot.features.evidence.claim_views import (
    claim_card,
    marks_card,
    removal_question,
    withdraw_question,
)
from bot.features.evidence.service import claim_name, parse_ladder_value
from bot.features.evidence.views import counts_card, overview_card
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import ask_zone
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, is_first_delivery, unknown_click
from coaching.evidence import LadderKey
from content.evidence import claim_ladder, ladder_title
from storage.evidence import claims
from storage.evidence.claim_rows import Claim


async def prove(deps: Deps, call: Call) -> None:
    """Answer with what the member has, claims, and can claim."""
    await Reply(deps, call.request).privately(await _overview(deps, call.request))


async def prove_asked(deps: Deps, click: Click) -> None:
    """Answer a button elsewhere with the overview."""
    await prove(deps, Call(click.request))


async def overview_again(deps: Deps, click: Click) -> None:
    """Show the overview in the place of a card."""
    await Reply(deps, click.request).replace(await _overview(deps, click.request))


async def _overview(deps: Deps, request: Request) -> Message:
    async with deps.database.read() as session:
        shown = await overview_of(session, deps, request.key)
    return overview_card(deps.render, shown)


async def level_picked(deps: Deps, click: Click) -> None:
    """Show what counts for the level that was chosen in the menu."""
    await Reply(deps, click.request).replace(await _counts(deps, click))


async def renew_asked(deps: Deps, click: Click) -> None:
    """Answer the button of a notice with what counts for the level that ends."""
    await Reply(deps, click.request).privately(await _counts(deps, click))


async def _counts(deps: Deps, click: Click) -> Message:
    parsed = parse_ladder_value(click.value)
    if parsed is None:
        return notice(deps.render("slack/unknown_click"))
    about, level = parsed
    typed = click.action_id.partition(":")[2]
    shown = int(typed) if typed.isascii() and typed.isdecimal() else level
    async with deps.database.read() as session:
        view = await counts_of(session, deps, click.request.key, about, level, shown)
    if view is None:
        return _cannot_begin(deps, about, "no_such_level")
    return counts_card(deps.render, view)


async def started(deps: Deps, click: Click) -> None:
    """Begin a claim for a level, and show it, with dates by the member's own clock."""
    parsed = parse_ladder_value(click.value)
    ladder = claim_ladder(deps.library, parsed[0]) if parsed else None
    if parsed is None or ladder is None:
        await unknown_click(deps, click)
        return
    about, level = parsed
    async with deps.database.write() as session:
        criteria = ladder.criteria_up_to(level)
        found = await claims.open_draft(
            session, click.request.key, about, level, criteria, now=deps.now()
        )
    if isinstance(found, Claim):
        await ask_zone(deps, click.request.key)
        await show_claim(deps, click.request, found.id)
    else:
        await Reply(deps, click.request).replace(_cannot_begin(deps, about, found))


def _cannot_begin(deps: Deps, about: LadderKey, why: str) -> Message:
    title = ladder_title(deps.library.everything, about)
    return notice(deps.render("evidence/cannot_begin", ladder=title, why=why))


async def claim_asked(deps: Deps, click: Click) -> None:
    """Show a claim, or a page of it, in the place of a card."""
    claim_id, _, page = click.value.partition("|")
    at = int(page) if page.isascii() and page.isdecimal() else 0
    await show_claim(deps, click.request, claim_id, at=at)


async def claim_opened(deps: Deps, click: Click) -> None:
    """Answer the button of a notice with the claim."""
    card = await claim_message(deps, click.request, click.value)
    await Reply(deps, click.request).privately(card)


async def show_claim(
    deps: Deps, request: Request, claim_id: str, *, at: int = 0, note: str | None = None
) -> None:
    """Show the member's claim in the place of what they clicked."""
    await Reply(deps, request).replace(
        await claim_message(deps, request, claim_id, at=at, note=note)
    )


async def claim_message(
    deps: Deps, request: Request, claim_id: str, *, at: int = 0, note: str | None = None
) -> Message:
    """Return a page of the member's own claim; that it is gone where they have none with this id."""
    async with deps.database.read() as session:
        claim = await own_claim(session, request.key, claim_id)
        view = await view_of(session, deps, claim, note=note) if claim else None
    if view is None:
        return notice(deps.render("evidence/gone"))
    return claim_card(deps.render, view, at)


async def marks_asked(deps: Deps, click: Click) -> None:
    """Show what a verifier marked for a level."""
    claim_id, _, level = click.value.partition("|")
    async with deps.database.read() as session:
        claim = await own_claim(session, click.request.key, claim_id)
        view = await view_of(session, deps, claim) if claim else None
    if view is None or not view.marks or not (level.isascii() and level.isdecimal()):
        await Reply(deps, click.request).replace(notice(deps.render("evidence/gone")))
        return
    await Reply(deps, click.request).replace(marks_card(deps.render, view, int(level)))


async def submitted(deps: Deps, click: Click) -> None:
    """Hand the claim over to the verifiers, or show what it lacks."""
    async with deps.database.write() as session:
        found = await claims.submit(session, click.request.key, click.value, now=deps.now())
        claim = await own_claim(session, click.request.key, click.value)
    note = None
    if isinstance(found, Claim):
        note = deps.render("evidence/submitted")
    elif found == "off" and claim is not None:
        title = ladder_title(deps.library.everything, claim.ladder)
        note = deps.render("evidence/cannot_begin", ladder=title, why="off")
    elif found == "gone":
        note = deps.render("evidence/gone")
    await show_claim(deps, click.request, click.value, note=note)


async def withdrawal_asked(deps: Deps, click: Click) -> None:
    """Ask before a claim is withdrawn."""
    async with deps.database.read() as session:
        claim = await own_claim(session, click.request.key, click.value)
    if claim is None:
        await Reply(deps, click.request).replace(notice(deps.render("evidence/gone")))
        return
    question = withdraw_question(deps.render, claim_name(deps, claim), claim.id)
    await Reply(deps, click.request).replace(question)


async def withdrawn(deps: Deps, click: Click) -> None:
    """Withdraw the claim, and show it."""
    async with deps.database.write() as session:
        found = await claims.withdraw(session, click.request.key, click.value, now=deps.now())
    note = deps.render("evidence/gone") if found == "gone" else None
    await show_claim(deps, click.request, click.value, note=note)


async def removal_asked(deps: Deps, click: Click) -> None:
    """Ask before a piece is deleted."""
    claim_id, _, piece_id = click.value.partition("|")
    async with deps.database.read() as session:
        claim = await own_claim(session, click.request.key, claim_id)
        view = await view_of(session, deps, claim) if claim else None
    piece = next((one for one in view.pieces if one.id == piece_id), None) if view else None
    if view is None or piece is None or not view.is_editable:
        await show_claim(
            deps, click.request, claim_id, note=deps.render("evidence/gone") if view else None
        )
        return
    await Reply(deps, click.request).replace(removal_question(deps.render, view, piece))


async def piece_removed(deps: Deps, click: Click) -> None:
    """Delete the piece, and show the claim."""
    claim_id, _, piece_id = click.value.partition("|")
    async with deps.database.write() as session:
        if await is_first_delivery(session, deps, click.request):
            await claims.remove_piece(session, click.request.key, claim_id, piece_id)
    await show_claim(deps, click.request, claim_id)
