"""The forms of `/rungs prove`: a piece of work is added or changed, and a decision is appealed."""

from dataclasses import replace
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.evidence.claim_queries import own_claim, view_of
from bot.features.evidence.claim_views import page_of_level
from bot.features.evidence.form_views import (
    APPEAL_TITLE,
    APPEAL_VIEW,
    BETWEEN,
    PIECE_TITLE,
    PIECE_VIEW,
    FormState,
    appeal_form,
    appeal_retry_card,
    parse_retry,
    piece_form,
    retry_card,
    typed_piece,
    typed_words,
)
from bot.features.evidence.handlers import claim_message
from bot.features.evidence.service import claim_name
from bot.slack.api import Message
from bot.slack.blocks import modal, paragraph
from bot.slack.errors import Undeliverable, WorkspaceGone
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import (
    Reply,
    is_first_delivery,
    is_submitted,
    open_and_fill,
    unknown_click,
)
from coaching.evidence import APPEALABLE, PieceFacts
from content.evidence import ClaimCriterion
from storage.evidence import claims
from storage.evidence.claim_rows import Claim
from storage.evidence.pieces import Piece


async def piece_asked(deps: Deps, click: Click) -> None:
    """Open the empty form of a piece for a level."""
    claim_id, _, level = click.value.partition("|")
    if not (level.isascii() and level.isdecimal()):
        await unknown_click(deps, click)
        return
    await _open_piece(deps, click.request, FormState(claim_id, int(level)), None)


async def change_asked(deps: Deps, click: Click) -> None:
    """Open the form with what a piece says."""
    claim_id, _, piece_id = click.value.partition("|")
    await _open_piece(deps, click.request, FormState(claim_id, 0, piece_id), None)


async def form_again(deps: Deps, click: Click) -> None:
    """Open the form again with what was typed."""
    parsed = parse_retry(click.value)
    if parsed is None:
        await unknown_click(deps, click)
        return
    state, typed = parsed
    await _open_piece(deps, click.request, state, typed)


async def _open_piece(
    deps: Deps, request: Request, state: FormState, typed: PieceFacts | None
) -> None:
    content = partial(_piece_form, deps, request, state, typed)
    await open_and_fill(deps, request, PIECE_TITLE, callback=PIECE_VIEW, content=content)


async def _piece_form(
    deps: Deps, request: Request, state: FormState, typed: PieceFacts | None
) -> View:
    async with deps.database.read() as session:
        claim = await own_claim(session, request.key, state.claim_id)
        view = await view_of(session, deps, claim) if claim else None
    piece = next((one for one in view.pieces if one.id == state.piece_id), None) if view else None
    level = piece.level if piece else state.level
    is_there = view is not None and view.is_editable and level in view.claim.covered
    if view is None or not is_there or (state.piece_id and piece is None):
        return modal(PIECE_TITLE, [paragraph(deps.render("evidence/gone"))], callback=PIECE_VIEW)
    carried = replace(state, level=level, response_url=request.response_url, window=request.window)
    criteria = [
        ClaimCriterion(one.id, view.topic(level, one.id), one.words)
        for one in view.claim.to_show
        if one.level == level
    ]
    filled = typed or (piece.facts if piece else None)
    return piece_form(deps.render, carried, view.level_name(level), criteria, filled)


async def piece_sent(deps: Deps, submission: Submission) -> None:
    """Save a piece and show the claim, or answer why not; a repeated delivery changes nothing."""
    carried = FormState.parse(submission.carried)
    request = replace(submission.request, response_url=carried.response_url, window=carried.window)
    if await is_submitted(deps, request):
        return
    typed = typed_piece(submission, carried.level)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        saved = await claims.save_piece(
            session,
            request.key,
            carried.claim_id,
            typed,
            piece_id=carried.piece_id or None,
            now=deps.now(),
        )
    await _answer(deps, request, await _after_piece(deps, request, carried, typed, saved))


async def _after_piece(
    deps: Deps, request: Request, carried: FormState, typed: PieceFacts, saved: Piece | str
) -> Message:
    if not isinstance(saved, Piece) and saved not in ("gone", "level"):
        return retry_card(deps.render("evidence/piece_problem", why=saved), carried, typed)
    note = None if isinstance(saved, Piece) else deps.render("evidence/gone")
    async with deps.database.read() as session:
        claim = await own_claim(session, request.key, carried.claim_id)
        view = await view_of(session, deps, claim) if claim else None
    at = page_of_level(deps.render, view, carried.level) if view else 0
    return await claim_message(deps, request, carried.claim_id, at=at, note=note)


async def appeal_asked(deps: Deps, click: Click) -> None:
    """Open the form of an appeal."""
    await _open_appeal(deps, click.request, click.value, "")


async def appeal_again(deps: Deps, click: Click) -> None:
    """Open the form of an appeal again with what was typed."""
    claim_id, _, typed = click.value.partition(BETWEEN)
    await _open_appeal(deps, click.request, claim_id, typed)


async def _open_appeal(deps: Deps, request: Request, claim_id: str, typed: str) -> None:
    content = partial(_appeal_form, deps, request, claim_id, typed)
    await open_and_fill(deps, request, APPEAL_TITLE, callback=APPEAL_VIEW, content=content)


async def _appeal_form(deps: Deps, request: Request, claim_id: str, typed: str) -> View:
    async with deps.database.read() as session:
        claim = await own_claim(session, request.key, claim_id)
    if claim is None or claim.status not in APPEALABLE or claim.appealed_at:
        gone = [paragraph(deps.render("evidence/gone"))]
        return modal(APPEAL_TITLE, gone, callback=APPEAL_VIEW)
    state = FormState(claim.id, response_url=request.response_url, window=request.window)
    return appeal_form(deps.render, state, claim_name(deps, claim), typed)


async def appeal_sent(deps: Deps, submission: Submission) -> None:
    """Appeal a decision and show the claim, or answer why not; a repeated delivery changes nothing."""
    carried = FormState.parse(submission.carried)
    request = replace(submission.request, response_url=carried.response_url, window=carried.window)
    if await is_submitted(deps, request):
        return
    typed = typed_words(submission)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        done = await claims.appeal(session, request.key, carried.claim_id, typed, now=deps.now())
    if isinstance(done, Claim) or done == "gone":
        note = None if isinstance(done, Claim) else deps.render("evidence/gone")
        card = await claim_message(deps, request, carried.claim_id, note=note)
    else:
        text = deps.render("evidence/appeal_problem", why=done)
        card = appeal_retry_card(text, carried, typed)
    await _answer(deps, request, card)


async def _answer(deps: Deps, request: Request, card: Message) -> None:
    """Show the card in the place of the one with the button; in the DM where that is gone."""
    try:
        if await Reply(deps, request).in_place(card):
            return
    except WorkspaceGone:
        raise
    except Undeliverable:
        pass
    await Reply(deps, request).in_dm(card, about="prove")
