"""`/rungs access trainings`: coordinators confirm completed trainings, one by one or by a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.deps import Deps
from bot.feature import Call
from bot.features.access.coordinator_views import (
    DAY,
    LINES,
    PERSON,
    TRAINING,
    Preview,
    confirm_form,
    count_words,
    decoded,
    list_form,
    preview_card,
    trainings_card,
    withdraw_form,
)
from bot.features.access.member_access import meet
from bot.features.access.people_lookup import with_people
from bot.features.access.request_views import FormState
from bot.features.holders.service import can_be_named
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request, Submission
from bot.slack.phrases import day_words, person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_modal
from coaching.access.policy import Training
from coaching.access.training_list import OLDEST, TrainingLine, day_problem, parse_list
from coaching.members import MemberKey
from storage.access import people, trainings
from storage.database import Session


async def show_trainings(deps: Deps, call: Call) -> None:
    """Answer a coordinator with the trainings and what they can do."""
    if await may_confirm(deps, call.request):
        await Reply(deps, call.request).privately(trainings_card(deps.render, _all(deps)))


async def trainings_asked(deps: Deps, click: Click) -> None:
    """Handle the button that does what the command does."""
    await show_trainings(deps, Call(click.request))


def _all(deps: Deps) -> list[Training]:
    return list(deps.library.access.trainings.values())


async def may_confirm(deps: Deps, request: Request) -> bool:
    """Return whether this person confirms trainings now; tell them where they do not."""
    await meet(deps, request.key)
    async with deps.database.read() as session:
        may = await _is_coordinator(session, deps, request.key)
    if not may:
        message = notice(deps.render("access/not_coordinator"))
        await Reply(deps, request).privately_or_in_dm(message, about="access")
    return may


async def _is_coordinator(session: Session, deps: Deps, key: MemberKey) -> bool:
    return await people.is_one(session, key, "coordinator", now=deps.now())


async def confirm_opened(deps: Deps, click: Click) -> None:
    """Open the form to confirm a training of one person."""
    if await may_confirm(deps, click.request) and _all(deps):
        view = confirm_form(
            deps.render, _carried(click), _all(deps), today=await _today(deps, click.request)
        )
        await open_modal(deps, click.request, view)


async def withdrawal_opened(deps: Deps, click: Click) -> None:
    """Open the form to withdraw a confirmation."""
    if await may_confirm(deps, click.request) and _all(deps):
        view = withdraw_form(deps.render, _carried(click), _all(deps))
        await open_modal(deps, click.request, view)


async def list_opened(deps: Deps, click: Click) -> None:
    """Open the form for a list, with the lines that the button carries."""
    if await may_confirm(deps, click.request) and _all(deps):
        today = await _today(deps, click.request)
        view = list_form(deps.render, _carried(click), _all(deps), today=today, typed=click.value)
        await open_modal(deps, click.request, view)


def _carried(click: Click) -> FormState:
    return FormState(response_url=click.request.response_url)


async def _today(deps: Deps, request: Request) -> date:
    async with deps.database.read() as session:
        clock = await clock_of(session, deps, request.key)
    return clock.today


async def confirm_sent(deps: Deps, submission: Submission) -> None:
    """Confirm a training of one person, or say why not; a repeated delivery changes nothing."""
    wanted = await _wanted(deps, submission)
    if wanted is None:
        return
    problem = wanted.problem or day_problem(wanted.on, today=wanted.today)
    done = 0
    if not problem:
        async with deps.database.write() as session:
            if not await is_first_delivery(session, deps, submission.request):
                return
            line = TrainingLine(1, "", wanted.who.user_id, wanted.training, wanted.on)
            done, _ = await _save(session, deps, wanted.by, [line])
    name = "access/training_refused" if problem else "access/confirmed" if done else "access/same"
    await _tell(deps, wanted, name, problem or "")


async def withdrawal_sent(deps: Deps, submission: Submission) -> None:
    """Withdraw a confirmation, or say why not; a repeated delivery changes nothing.

    Also of somebody who is no member any more, and of a training that the policy has no more.
    """
    wanted = await _wanted(deps, submission)
    if wanted is None:
        return
    problem = "own" if wanted.who == wanted.by else ""
    if not problem:
        async with deps.database.write() as session:
            if not await is_first_delivery(session, deps, submission.request):
                return
            done = await trainings.withdraw(
                session, wanted.who, wanted.training, by=wanted.by, now=deps.now()
            )
        problem = "" if done else "none"
    name = "access/training_refused" if problem else "access/withdrawn_training"
    await _tell(deps, wanted, name, problem)


@dataclass(frozen=True)
class Wanted:
    """What the form for one person says; `problem` is why it cannot be confirmed."""

    by: MemberKey
    who: MemberKey
    training: str
    on: date
    today: date
    problem: str
    request: Request


async def _wanted(deps: Deps, submission: Submission) -> Wanted | None:
    """Return what a coordinator sent; None where it was sent before, and for everybody else, who is told."""
    request = _answered_at(submission)
    if await is_submitted(deps, submission.request) or not await may_confirm(deps, request):
        return None
    key = request.key
    who = MemberKey(key.workspace_id, submission.written.get(PERSON, ""))
    training = submission.chosen.get(TRAINING, "")
    problem = ""
    if who == key:
        problem = "own"
    elif training not in deps.library.access.trainings:
        problem = "training"
    elif not await can_be_named(deps, who.user_id, no_guests=True):
        problem = "person"
    try:
        on = date.fromisoformat(submission.written.get(DAY, ""))
    except ValueError:
        on = date.min
    return Wanted(key, who, training, on, await _today(deps, request), problem, request)


def _answered_at(submission: Submission) -> Request:
    carried = FormState.parse(submission.carried)
    return replace(submission.request, response_url=carried.response_url)


async def _tell(deps: Deps, wanted: Wanted, name: str, problem: str) -> None:
    found = deps.library.access.trainings.get(wanted.training)
    text = deps.render(
        name,
        problem=problem,
        who=person(wanted.who.user_id),
        title=found.title if found else wanted.training,
        day=day_words(wanted.on, today=wanted.today),
    )
    card = trainings_card(deps.render, _all(deps), note=text)
    await Reply(deps, wanted.request).privately_or_in_dm(card, about="access")


async def list_sent(deps: Deps, submission: Submission) -> None:
    """Check a list, and show line by line what can be taken; nothing is saved."""
    request = _answered_at(submission)
    if not await may_confirm(deps, request):
        return
    today, policy = await _today(deps, request), deps.library.access
    lines = parse_list(submission.written.get(LINES, ""), policy.trainings.keys(), today=today)
    if lines:
        checked = await with_people(deps, request.key, lines)
        card = preview_card(deps.render, policy, Preview.of(checked), today=today)
    else:
        card = notice(deps.render("access/list_empty"))
    await Reply(deps, request).privately_or_in_dm(card, about="access")


async def list_taken(deps: Deps, click: Click) -> None:
    """Confirm the lines that the preview showed as good; a second click finds them confirmed."""
    if not await may_confirm(deps, click.request):
        return
    key, today = click.request.key, await _today(deps, click.request)
    lines, refused = decoded(click.value, deps.library.access, today=today)
    async with deps.database.write() as session:
        saved, same = await _save(
            session, deps, key, [one for one in lines if one.person != key.user_id]
        )
    text = deps.render(
        "access/list_taken",
        saved=count_words(saved, "line"),
        same=count_words(same, "line"),
        refused=count_words(len(lines) + refused - saved - same, "line"),
    )
    await Reply(deps, click.request).replace(trainings_card(deps.render, _all(deps), note=text))


async def _save(
    session: Session, deps: Deps, by: MemberKey, lines: Sequence[TrainingLine]
) -> tuple[int, int]:
    """Confirm these lines; return how many were saved, and how many were confirmed before.

    They go in the order of the people's ids, so that two lists at once do not wait for each other. Where the
    coordinator is, it may be tomorrow already: the day that is stored has come everywhere.
    """
    saved, same, now = 0, 0, deps.now()
    users = {one.person for one in lines}
    known = await trainings.confirmed_in(session, by.workspace_id, users)
    for one in sorted(lines, key=lambda line: line.person):
        who, on = MemberKey(by.workspace_id, one.person), min(one.on, now.date())
        if known.get((one.person, one.training), OLDEST) >= on:
            same += 1
        else:
            saved += await trainings.confirm(session, who, one.training, on=on, by=by, now=now)
    return saved, same
