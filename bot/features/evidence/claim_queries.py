"""Reads what `/rungs prove` shows: the overview, what counts for a level, and one claim of the member."""

from collections.abc import Sequence

from bot.buttons import BADGE_LIST
from bot.deps import Deps
from bot.features.evidence.claim_views import ClaimView, ladder_of
from bot.features.evidence.service import (
    claim_name,
    lack_words,
    ladder_value,
    review_told,
    talk_with,
)
from bot.features.evidence.views import CLOSED_SHOWN, CountsView, Overview
from bot.slack.directory import clock_of
from bot.slack.phrases import MemberClock
from coaching.evidence import EDITABLE, FAMILIES, OPEN, LadderKey, Verified, highest
from coaching.members import MemberKey
from coaching.safe_text import SafeText
from content.evidence import ClaimLadder, claim_ladder, claim_ladders, ladder_title, level_name
from content.limits import BUTTON, length
from storage import members
from storage.database import Session
from storage.evidence import claim_rows, claims, ladders, looks, pieces, verified
from storage.evidence.claim_rows import Claim


async def overview_of(session: Session, deps: Deps, key: MemberKey) -> Overview:
    """Return what the member has, claims, and can claim."""
    clock = await clock_of(session, deps, key)
    held = await verified.levels_of(session, key, deps.now())
    every = await claim_rows.of_member(session, key)
    shown = [one for one in every if one.status in OPEN]
    shown += [one for one in every if one.status not in OPEN][:CLOSED_SHOWN]
    ready = await ladders.ready(session, key.workspace_id, now=deps.now())
    return Overview(
        verified=_verified_lines(deps, held, clock),
        claims=[(claim_name(deps, one), _state_words(deps, one, clock), one.id) for one in shown],
        offered=await _offered(session, deps, key, ready, held),
        not_open=await _not_open(session, deps, key, ready),
        has_badges=bool(held) and BADGE_LIST in deps.features.clicks,
    )


def top_levels(held: Sequence[Verified], deps: Deps) -> list[Verified]:
    """Return the highest level in force of each ladder, with every level below it in force too."""
    keys = list(dict.fromkeys(one.ladder for one in held))
    tops = ((key, highest([one for one in held if one.ladder == key], deps.now())) for key in keys)
    return [one for key, top in tops for one in held if (one.ladder, one.level) == (key, top)]


def _verified_lines(deps: Deps, held: Sequence[Verified], clock: MemberClock) -> list[str]:
    library = deps.library.everything
    return [
        deps.render(
            "evidence/verified_line",
            ladder=ladder_title(library, one.ladder),
            level=level_name(library, one.ladder, one.level),
            until=clock.day(one.ends_at),
            soon=one.can_be_renewed(deps.now()),
        )
        for one in top_levels(held, deps)
    ]


def _state_words(deps: Deps, claim: Claim, clock: MemberClock) -> str:
    on = claim.decided_at if claim.status not in OPEN else claim.submitted_at
    return deps.render(
        "evidence/state",
        state=claim.state,
        on=clock.day(on or claim.opened_at),
        reached=level_name(deps.library.everything, claim.ladder, claim.reached or 0),
    )


async def _offered(
    session: Session,
    deps: Deps,
    key: MemberKey,
    ready: Sequence[LadderKey],
    held: Sequence[Verified],
) -> list[tuple[str, str]]:
    """Return the levels that can be claimed, as menu options: the member's own ladders first."""
    busy = {one.ladder for one in await claim_rows.of_member(session, key) if one.status in OPEN}
    stewarded = await ladders.stewarded_by(session, key)
    own = await _own_ladders(session, deps, key)
    open_here = [
        one
        for one in claim_ladders(deps.library)
        if one.key in ready and one.key not in busy and one.key not in stewarded
    ]
    return [
        (_option(ladder, level.name), ladder_value(ladder.key, level.level))
        for ladder in sorted(open_here, key=lambda one: one.key not in own)
        for level in ladder.levels
        if _can_be_claimed(deps, ladder, level.level, held)
    ]


def _can_be_claimed(deps: Deps, ladder: ClaimLadder, level: int, held: Sequence[Verified]) -> bool:
    mine = [one for one in held if one.ladder == ladder.key]
    if level > highest(mine, deps.now()):
        return True
    return any(one.level == level and one.can_be_renewed(deps.now()) for one in mine)


def _option(ladder: ClaimLadder, name: str) -> str:
    label = f"{ladder.title}: {name}"
    return label if length(label) <= BUTTON else f"{ladder.title}: {name.partition(',')[0]}"


async def _own_ladders(session: Session, deps: Deps, key: MemberKey) -> list[LadderKey]:
    """Return the ladders that the member is offered: their role family, and those for it."""
    member = await members.get(session, key)
    family = member.family if member else None
    own = [LadderKey(one.framework) for one in deps.library.checks_for(family)]
    return [*([LadderKey(FAMILIES, family)] if family else []), *own]


async def _not_open(
    session: Session, deps: Deps, key: MemberKey, ready: Sequence[LadderKey]
) -> list[str]:
    """Return a line for each of the member's own ladders on which no claim can begin yet: what it lacks."""
    lines = []
    for one in await _own_ladders(session, deps, key):
        if one in ready or claim_ladder(deps.library, one) is None:
            continue
        lacking = await ladders.lacking(session, key.workspace_id, one, now=deps.now())
        title = ladder_title(deps.library, one)
        lines.append(deps.render("evidence/not_open", ladder=title, lacks=lack_words(lacking)))
    return lines


async def counts_of(
    session: Session, deps: Deps, key: MemberKey, about: LadderKey, level: int, shown: int
) -> CountsView | None:
    """Return what counts for the level `shown`, of those a claim for `level` covers; None without any."""
    ladder = claim_ladder(deps.library, about)
    claimed = ladder.level(level) if ladder else None
    if ladder is None or claimed is None:
        return None
    held = await verified.held_in(session, key, about)
    reached = highest(list(held.values()), deps.now())
    is_renewal = level <= reached
    covered = [level] if is_renewal else [*range(reached + 1, level + 1)]
    open_claim = await claim_rows.open_in(session, key, about)
    if open_claim is not None:
        covered = list(open_claim.covered)
    at = ladder.level(shown if shown in covered else level) or claimed
    return CountsView(
        ladder, claimed, at, covered, is_renewal, open_claim.id if open_claim else None
    )


async def own_claim(session: Session, key: MemberKey, claim_id: str) -> Claim | None:
    """Return the member's own claim with this id, or None."""
    claim = await claim_rows.one(session, key.workspace_id, claim_id)
    return claim if claim and claim.user_id == key.user_id else None


async def view_of(
    session: Session, deps: Deps, claim: Claim, *, note: str | None = None
) -> ClaimView:
    """Return the claim as its member sees it."""
    clock = await clock_of(session, deps, claim.key)
    told = await review_told(session, claim)
    marks = await looks.marks_of(session, told) if told else None
    is_editable = claim.status in EDITABLE
    return ClaimView(
        claim=claim,
        name=claim_name(deps, claim),
        state=SafeText(_state_words(deps, claim, clock)),
        ladder=ladder_of(claim, claim_ladder(deps.library.everything, claim.ladder)),
        pieces=await pieces.of_claim(session, claim.workspace_id, claim.id),
        lacks=await claims.lacks(session, claim, now=deps.now()) if is_editable else (),
        told=told,
        marks=marks,
        talk_with=await talk_with(session, claim),
        is_split=told is not None and await looks.is_split(session, told),
        note=note,
    )
