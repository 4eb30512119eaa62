"""The steward's desk: what waits on their ladders, how far verifiers agree, and revocation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.evidence.service import DECIDED, tell_claimant
from bot.features.reviews.handlers import problem_text, words_of
from bot.features.reviews.review_views import WORDS_FIELD, kept_words, words_field
from bot.features.reviews.views import Words
from bot.features.verifiers.views import ladder_of, place_of
from bot.slack.api import Message
from bot.slack.blocks import button, line, modal, notice, paragraph, plain, row
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Submission
from bot.slack.phrases import MemberClock, capitalized, counted, person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill, open_modal
from coaching.evidence import Criterion, LadderKey
from coaching.members import MemberKey
from coaching.safe_text import Render
from coaching.verifiers import Agreement
from content.evidence import claim_ladder
from content.limits import BUTTON
from storage.database import Session
from storage.evidence import decisions, desk, ladders
from storage.evidence.agreement import agreement_on, count_pairs, flagged_wordings
from storage.evidence.claim_rows import Claim
from storage.evidence.desk import Age

REVOKE = "review_revoke_asked"
DESK_VIEW = "review_desk_view"
REVOKE_VIEW = "review_revoke_view"
MEMBER, LEVEL = "review_revoke_member", "review_revoke_level"
TITLE, REVOKE_TITLE = "The steward's desk", "Revoke a level"


@dataclass(frozen=True)
class LadderFigures:
    """What a steward reads of a ladder: what waits, how far looks agree, and words that are in question."""

    ladder: LadderKey
    waiting: Sequence[Age]
    pairs: int
    agreement: Agreement | None
    flagged: Sequence[Criterion]


async def figures_of(session: Session, deps: Deps, ladder: LadderKey) -> LadderFigures:
    """Return the figures of one ladder."""
    workspace_id = deps.identity.workspace_id
    every = await desk.waiting_in(session, workspace_id, now=deps.now())
    return LadderFigures(
        ladder,
        [one for one in every if one.ladder == ladder],
        await count_pairs(session, workspace_id, ladder),
        await agreement_on(session, workspace_id, ladder),
        await flagged_wordings(session, workspace_id, ladder),
    )


async def desk_asked(deps: Deps, click: Click) -> None:
    """Open the desk of somebody who is a steward."""
    content = partial(_window, deps, click)
    await open_and_fill(deps, click.request, TITLE, callback=DESK_VIEW, content=content)


async def _window(deps: Deps, click: Click) -> View:
    key = click.request.key
    async with deps.database.read() as session:
        own = await ladders.stewarded_by(session, key)
        figures = [await figures_of(session, deps, one) for one in own]
        clock = await clock_of(session, deps, key)
    if not figures:
        return modal(TITLE, [paragraph(problem_text(deps, "not_verifier"))], callback=DESK_VIEW)
    words = words_of(deps)
    blocks = [block for one in figures for block in _ladder_blocks(words, one, clock)]
    return modal(TITLE, blocks, callback=DESK_VIEW)


def _ladder_blocks(words: Words, it: LadderFigures, clock: MemberClock) -> list[Block]:
    render, count = words.render, len(it.waiting)
    told = render(
        "reviews/desk",
        ladder=words.ladder(it.ladder),
        many=capitalized(counted(count, "claim")) if count else None,
        is_one=count == 1,
        day=clock.day(it.waiting[0].since) if it.waiting else None,
    )
    revoke = row(button(REVOKE_TITLE, action=REVOKE, value=place_of(it.ladder)))
    return [
        paragraph(told),
        paragraph(agreement_text(render, it)),
        *([paragraph(_flagged(words, it))] if it.flagged else []),
        revoke,
        line(),
    ]


def agreement_text(render: Render, it: LadderFigures) -> str:
    """Return how far the second looks of a ladder agree, or from when on that is shown."""
    found = it.agreement
    return render(
        "reviews/agreement",
        pairs=found.pairs if found else it.pairs,
        share=round(found.share * 100) if found else None,
        kappa=_figure(found.kappa) if found else None,
        low=_figure(found.low) if found else None,
        high=_figure(found.high) if found else None,
    )


def _figure(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _flagged(words: Words, it: LadderFigures) -> str:
    told = [{"level": words.short(it.ladder, one.level), "words": one.words} for one in it.flagged]
    return words.render("reviews/flagged", criteria=told)


async def revoke_asked(deps: Deps, click: Click) -> None:
    """Open the form in which a steward revokes a level."""
    ladder = ladder_of(click.value)
    async with deps.database.read() as session:
        is_steward = ladder in await ladders.stewarded_by(session, click.request.key)
    shown = claim_ladder(deps.library.everything, ladder)
    if not is_steward or shown is None:
        await Reply(deps, click.request).privately(notice(problem_text(deps, "not_verifier")))
        return
    options = [Option(text=plain(one.name, BUTTON), value=str(one.level)) for one in shown.levels]
    about = deps.render("reviews/revoke_form", ladder=shown.title)
    blocks: list[Block] = [
        paragraph(about),
        InputBlock(
            label=plain("Whose level"),
            element=UserSelectElement(action_id=MEMBER, placeholder="Choose a person"),
            block_id=MEMBER,
        ),
        InputBlock(
            label=plain("From which level on"),
            element=StaticSelectElement(action_id=LEVEL, options=options),
            block_id=LEVEL,
        ),
        words_field("Why: they read this"),
    ]
    view = modal(REVOKE_TITLE, blocks, callback=REVOKE_VIEW)
    view.submit, view.close = plain("Revoke it"), plain("Cancel")
    view.private_metadata = click.value
    await open_modal(deps, click.request, view)


REVOKE_PROBLEMS = {
    "gone": "reviews/revoke_none",
    "open": "reviews/revoke_open",
    "oneself": "reviews/revoke_self",
    "words": "reviews/words",
}


async def revoke_sent(deps: Deps, submission: Submission) -> None:
    """Revoke the level, and tell the member in the same transaction; a repeated delivery changes nothing."""
    if await is_submitted(deps, submission.request):
        return
    steward, ladder = submission.request.key, ladder_of(submission.carried)
    level = submission.chosen.get(LEVEL, "")
    member = MemberKey(steward.workspace_id, submission.written.get(MEMBER, ""))
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        reason = submission.written.get(WORDS_FIELD, "").strip()
        if ladder not in await ladders.stewarded_by(session, steward):
            done: Claim | str = "not_verifier"
        else:
            number = int(level) if level.isdecimal() and len(level) < 3 else 0
            done = await decisions.revoke(
                session, steward, member, ladder, number, reason, now=deps.now()
            )
        if not isinstance(done, str):
            await tell_claimant(session, deps, done, DECIDED)
    text = _revoked(deps, done, member)
    kept = kept_words(deps.render, reason) if isinstance(done, str) else []
    await Reply(deps, submission.request).privately(Message(text, [paragraph(text), *kept]))


def _revoked(deps: Deps, done: Claim | str, member: MemberKey) -> str:
    who = person(member.user_id)
    if not isinstance(done, str):
        return deps.render("reviews/revoked", who=who)
    name = REVOKE_PROBLEMS.get(done)
    return deps.render(name, who=who) if name else problem_text(deps, done)
