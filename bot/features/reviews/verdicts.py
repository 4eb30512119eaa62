"""What a verifier says of a claim: marks, a proposal to talk, a return with words, a decision."""

from typing import cast

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.evidence.service import RETURNED, tell_claimant
from bot.features.evidence.service import TALK as TALK_PROPOSED
from bot.features.reviews.handlers import (
    open_review,
    opened,
    page,
    page_of,
    problem_text,
    show,
    words_of,
)
from bot.features.reviews.review_views import (
    WORDS_FIELD,
    FormState,
    OpenReview,
    decide_form,
    kept_words,
    not_shown_form,
    return_form,
)
from bot.features.reviews.views import told_window, with_note
from bot.slack.api import Message
from bot.slack.blocks import paragraph
from bot.slack.payloads import Click, Submission
from bot.slack.phrases import MemberClock, person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_modal, unknown_click
from coaching.evidence import VERDICTS, Mark, Verdict
from storage.evidence import verifier_moves
from storage.evidence.verifier_moves import Decided, Taken


async def marked(deps: Deps, click: Click) -> None:
    """Store a mark and show the next criterion; for "not shown", ask for words first."""
    verdict = click.action_id.partition(":")[2]
    review_id, _, criterion = click.value.partition(" ")
    if verdict not in VERDICTS:
        await unknown_click(deps, click)
    elif verdict == "not_shown":
        await _ask_why(deps, click, review_id, criterion)
    else:
        said = Mark(cast("Verdict", verdict))
        view, _ = await _mark(deps, click, review_id, criterion, said)
        await show(deps, click.request, view)


async def _mark(
    deps: Deps, act: Click | Submission, review_id: str, criterion: str, said: Mark
) -> tuple[View, bool]:
    """Store a mark; return what to show, and whether it was stored."""
    key = act.request.key
    async with deps.database.write() as session:
        done = await verifier_moves.mark(session, key, review_id, criterion, said, now=deps.now())
        if isinstance(done, Taken):
            shown = await opened(session, key, done)
    if isinstance(done, Taken):
        return page_of(deps, shown, done.zone), True
    if done == "words":
        return told_window(deps.render("reviews/words", who="The member")), False
    return told_window(problem_text(deps, done)), False


async def _ask_why(deps: Deps, click: Click, review_id: str, criterion: str) -> None:
    found = await _open(deps, click, review_id)
    one = found.criterion(criterion) if found else None
    if found is None or one is None:
        await show(deps, click.request, told_window(problem_text(deps, "gone")))
        return
    carried = FormState(review_id, click.request.window or "", criterion)
    await open_modal(deps, click.request, not_shown_form(words_of(deps), found, one, carried))


async def _open(deps: Deps, click: Click, review_id: str) -> OpenReview | None:
    async with deps.database.read() as session:
        return await open_review(session, deps, click.request.key, review_id)


async def mark_changed(deps: Deps, click: Click) -> None:
    """Show a criterion again, with the mark that it has."""
    review_id, _, criterion = click.value.partition(" ")
    view = await page(deps, click.request.key, review_id, at=criterion)
    await show(deps, click.request, view)


async def not_shown_said(deps: Deps, submission: Submission) -> None:
    """Store "not shown" with its words, and show the next criterion in the window below."""
    carried = FormState.parse(submission.carried)
    said = Mark("not_shown", _words(submission))
    view, is_stored = await _mark(deps, submission, carried.review_id, carried.criterion, said)
    await _show_below(deps, submission, carried, view, is_stored=is_stored)


async def talk_proposed(deps: Deps, click: Click) -> None:
    """Propose a five-minute talk to the member."""
    key = click.request.key
    async with deps.database.write() as session:
        done = await verifier_moves.propose_talk(session, key, click.value, now=deps.now())
        if not isinstance(done, str):
            await tell_claimant(session, deps, done, TALK_PROPOSED)
    if done == "gone":
        await show(deps, click.request, told_window(problem_text(deps, "gone")))
        return
    view = await page(deps, key, click.value)
    await show(deps, click.request, with_note(view, deps.render("reviews/talk_proposed")))


async def return_asked(deps: Deps, click: Click) -> None:
    """Open the form for the words with which a claim goes back."""
    found = await _open(deps, click, click.value)
    if found is None or not found.can_be_returned:
        await show(deps, click.request, told_window(problem_text(deps, "gone")))
        return
    carried = FormState(click.value, click.request.window or "")
    await open_modal(deps, click.request, return_form(words_of(deps), found, carried))


async def returned(deps: Deps, submission: Submission) -> None:
    """Return a claim with words, and tell the member in the same transaction."""
    if await is_submitted(deps, submission.request):
        return
    carried, key = FormState.parse(submission.carried), submission.request.key
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        done = await verifier_moves.return_with_words(
            session, key, carried.review_id, _words(submission), now=deps.now()
        )
        if not isinstance(done, str):
            await tell_claimant(session, deps, done, RETURNED)
    if isinstance(done, str):
        view = await _not_done(deps, submission, carried, done)
    else:
        view = told_window(deps.render("reviews/returned", who=person(done.user_id)))
    await _show_below(deps, submission, carried, view, is_stored=not isinstance(done, str))


async def decide_asked(deps: Deps, click: Click) -> None:
    """Open the form for the words with which a claim is decided, once everything is marked."""
    found = await _open(deps, click, click.value)
    if found is None:
        await show(deps, click.request, told_window(problem_text(deps, "gone")))
    elif found.next_criterion is not None:
        await show(deps, click.request, await page(deps, click.request.key, click.value))
    else:
        carried = FormState(click.value, click.request.window or "")
        await open_modal(deps, click.request, decide_form(words_of(deps), found, carried))


async def decided(deps: Deps, submission: Submission) -> None:
    """Decide on a claim as its marks say; it is final, and told to the member, ten minutes later."""
    if await is_submitted(deps, submission.request):
        return
    carried, key = FormState.parse(submission.carried), submission.request.key
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        done = await verifier_moves.decide(
            session, key, carried.review_id, _words(submission), now=deps.now()
        )
    if isinstance(done, Decided):
        view = _decided_window(deps, done)
    elif isinstance(done, tuple):
        view = await page(deps, key, carried.review_id)
    else:
        view = await _not_done(deps, submission, carried, done)
    await _show_below(deps, submission, carried, view, is_stored=isinstance(done, Decided))


def _decided_window(deps: Deps, done: Decided) -> View:
    it, words = done.taken.dossier, words_of(deps)
    text = deps.render(
        "reviews/decided",
        who=person(it.user_id),
        until=MemberClock(deps.now(), done.taken.zone).minute(done.undo_until),
        **words.outcome(it.ladder, it.level, done.outcome, done.level),
    )
    return told_window(text, undo=done.review_id)


ABOVE_THE_CLAIM = {"words": "reviews/words", "below": "reviews/below"}
"""The problems after which the claim is still theirs, with their messages."""


async def _not_done(deps: Deps, submission: Submission, carried: FormState, problem: str) -> View:
    """Return why nothing was stored; above the claim where it is still theirs."""
    if problem not in ABOVE_THE_CLAIM:
        return told_window(problem_text(deps, problem))
    async with deps.database.read() as session:
        found = await open_review(session, deps, submission.request.key, carried.review_id)
    if found is None:
        return told_window(problem_text(deps, "gone"))
    view = await page(deps, submission.request.key, carried.review_id)
    text = deps.render(ABOVE_THE_CLAIM[problem], who=person(found.dossier.user_id))
    return with_note(view, text)


async def _show_below(
    deps: Deps, submission: Submission, carried: FormState, view: View, *, is_stored: bool
) -> None:
    """Show a view in the window below the form; where that was closed, say in the DM what was done.

    Words that were not stored come back with it.
    """
    kept = [] if is_stored else kept_words(deps.render, _words(submission))
    first, *others = view.blocks or []
    view.blocks = [first, *kept, *others]
    if carried.window and await deps.slack.update_modal(carried.window, view):
        return
    text = str((first.to_dict().get("text") or {}).get("text") or "")
    message = Message(text, [paragraph(text), *kept])
    await Reply(deps, submission.request).in_dm(message, about="reviews")


def _words(submission: Submission) -> str:
    return submission.written.get(WORDS_FIELD, "").strip()
