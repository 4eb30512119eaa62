"""`/rungs reviews`: the queue, taking a claim and putting it back, undo, and who verifies."""

from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import Call
from bot.features.reviews.review_views import OpenReview, ends_decided, review_window
from bot.features.reviews.views import (
    REVIEW_VIEW,
    TITLE,
    Lately,
    Queue,
    Words,
    queue_card,
    told_window,
    with_note,
)
from bot.features.verifiers.views import ladder_of
from bot.slack.blocks import notice
from bot.slack.directory import ask_zone, clock_of
from bot.slack.payloads import Click, Request
from bot.slack.phrases import MemberClock
from bot.slack.replies import Reply, open_and_fill, open_modal
from coaching.evidence import level_shown, outcome_of
from coaching.members import MemberKey
from storage.database import Session
from storage.evidence import (
    claim_rows,
    decisions,
    desk,
    ladder_people,
    ladders,
    looks,
    verifier_moves,
)
from storage.evidence.exclusions import reviewer
from storage.evidence.queue import dossier, waiting_for
from storage.evidence.verifier_moves import Taken

PROBLEMS = {
    "gone": "reviews/gone",
    "taken": "reviews/taken",
    "not_verifier": "reviews/not_verifier",
    "late": "reviews/late",
    "long": "reviews/long",
}
"""Why something could not be done, with the text that says so; any other reason excludes this person."""


def words_of(deps: Deps) -> Words:
    """Return how ladders and levels are called, also where one is switched off."""
    return Words(deps.render, deps.library.everything)


async def reviews(deps: Deps, call: Call) -> None:
    """Answer with what waits for this person, by their own clock: the hours that they have are told."""
    await ask_zone(deps, call.request.key)
    async with deps.database.read() as session:
        found = await queue_of(session, deps, call.request.key)
        clock = await clock_of(session, deps, call.request.key)
    await Reply(deps, call.request).privately(queue_card(words_of(deps), found, clock))


async def reviews_asked(deps: Deps, click: Click) -> None:
    """Handle the button that does what the command does."""
    await reviews(deps, Call(click.request))


async def queue_of(session: Session, deps: Deps, key: MemberKey) -> Queue:
    """Return what waits for this person, and what they may look after."""
    now = deps.now()
    who = await reviewer(session, key, now=now)
    return Queue(
        waiting=await waiting_for(session, who, now=now),
        lately=[
            Lately(
                review.id,
                claim.ladder,
                claim.level,
                outcome_of(review.level or 0, claim.level),
                review.level or 0,
                claim.finish_at or now,
            )
            for claim, review in await desk.undoable(session, key, now=now)
        ],
        verifies=sorted(who.verifies),
        stewards=sorted(who.stewards),
        offers=await ladder_people.offers_to(session, who, now=now),
    )


async def claim_taken(deps: Deps, click: Click) -> None:
    """Take a claim, and open the window in which it is looked at."""
    content = partial(_taken, deps, click)
    await open_and_fill(deps, click.request, TITLE, callback=REVIEW_VIEW, content=content)


async def _taken(deps: Deps, click: Click) -> View:
    key = click.request.key
    async with deps.database.write() as session:
        found = await verifier_moves.take(session, key, click.value, now=deps.now())
        if isinstance(found, Taken):
            shown = await opened(session, key, found)
    if isinstance(found, str):
        return told_window(problem_text(deps, found))
    return page_of(deps, shown, found.zone)


def page_of(deps: Deps, review: OpenReview, zone: str | None) -> View:
    """Return the window of a claim, for somebody in this zone who holds it, where they got to."""
    return review_window(words_of(deps), review, MemberClock(deps.now(), zone))


async def page(deps: Deps, key: MemberKey, review_id: str, *, at: str = "") -> View:
    """Return the window of a claim that this person took; at the criterion `at`, or where they got to."""
    async with deps.database.read() as session:
        found = await open_review(session, deps, key, review_id)
        clock = await clock_of(session, deps, key)
    if found is None:
        return told_window(problem_text(deps, "gone"))
    return review_window(words_of(deps), found, clock, at=found.criterion(at))


async def open_review(
    session: Session, deps: Deps, key: MemberKey, review_id: str
) -> OpenReview | None:
    """Return a claim that this person took and may still look at; None for any other."""
    now = deps.now()
    review = await looks.get(session, key.workspace_id, review_id)
    if review is None or review.verifier != key.user_id or review.state != "taken":
        return None
    it = await dossier(session, key, review.claim_id, now=now) if now < review.held_until else None
    return None if it is None else await opened(session, key, Taken(review, it, None))


async def opened(session: Session, key: MemberKey, taken: Taken) -> OpenReview:
    """Return a claim that this person holds, with the marks that they made."""
    review, it = taken.review, taken.dossier
    marks = await looks.marks_of(session, review)
    is_for_steward = review.kind == "steward"
    earlier = (
        await decisions.looks_for_steward(session, key, review.claim_id) if is_for_steward else ()
    )
    claim = (
        await claim_rows.one(session, key.workspace_id, review.claim_id)
        if ends_decided(review.kind, it)
        else None
    )
    reached = level_shown(it.criteria, sorted({one.level for one in it.criteria}), marks)
    return OpenReview(
        review_id=review.id,
        look=review.kind,
        held_until=review.held_until,
        has_talk=review.talk_at is not None,
        dossier=it,
        marks=marks,
        outcome=outcome_of(reached, it.level),
        reached=reached,
        earlier=earlier,
        is_based=claim is None or await verifier_moves.is_based(session, claim),
    )


async def given_back(deps: Deps, click: Click) -> None:
    """Put a claim back in the queue."""
    async with deps.database.write() as session:
        done = await verifier_moves.give_back(
            session, click.request.key, click.value, now=deps.now()
        )
    text = problem_text(deps, done) if isinstance(done, str) else deps.render("reviews/given_back")
    await show(deps, click.request, told_window(text))


async def undone(deps: Deps, click: Click) -> None:
    """Take a decision back within ten minutes, and show the claim again."""
    key = click.request.key
    async with deps.database.write() as session:
        done = await verifier_moves.undo(session, key, click.value, now=deps.now())
    if isinstance(done, str):
        await show(deps, click.request, told_window(problem_text(deps, done)))
        return
    view = await page(deps, key, done.id)
    await show(deps, click.request, with_note(view, deps.render("reviews/undone")))


async def said_yes(deps: Deps, click: Click) -> None:
    """Let somebody verify who says yes, and whom a ladder's rule allows to."""
    key, ladder = click.request.key, ladder_of(click.value)
    async with deps.database.write() as session:
        who = await reviewer(session, key, now=deps.now())
        if ladder in await ladder_people.offers_to(session, who, now=deps.now()):
            await ladder_people.say_yes(session, key, ladder, now=deps.now())
        is_one = await ladders.is_verifier(session, key, ladder, now=deps.now())
    name = "reviews/said_yes" if is_one else "reviews/none"
    text = deps.render(name, ladder=words_of(deps).ladder(ladder))
    await Reply(deps, click.request).privately(notice(text))


async def said_no(deps: Deps, click: Click) -> None:
    """Let somebody stop verifying, also if an admin named them."""
    key, ladder = click.request.key, ladder_of(click.value)
    async with deps.database.write() as session:
        await ladder_people.say_no(session, key, ladder)
        is_one = await ladders.is_verifier(session, key, ladder, now=deps.now())
    name = "reviews/said_no_group" if is_one else "reviews/said_no"
    text = deps.render(name, ladder=words_of(deps).ladder(ladder))
    await Reply(deps, click.request).privately(notice(text))


async def show(deps: Deps, request: Request, view: View) -> None:
    """Show a view in the window that was clicked in, or in one of its own where that is closed."""
    if request.window is None or not await deps.slack.update_modal(request.window, view):
        await open_modal(deps, request, view)


def problem_text(deps: Deps, problem: str) -> str:
    """Return why something could not be done."""
    return deps.render(PROBLEMS.get(problem, "reviews/barred"))
