"""Asking for approval, withdrawing that, and what approvers do about requests."""

from dataclasses import replace

from bot.deps import Deps
from bot.feature import Call
from bot.features.access.member_access import MemberAccess, access_of, meet
from bot.features.access.request_notices import (
    ANSWERED,
    is_on,
    is_to_approvers,
    reminded_at,
    tell_approvers,
)
from bot.features.access.request_views import (
    WORDS,
    FormState,
    RequestDesk,
    answer_form,
    ask_form,
    ask_retry_card,
    parse_retry,
    requests_card,
    typed_words,
)
from bot.features.access.requirement_views import people_words
from bot.features.notices.service import tell
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request, Submission
from bot.slack.phrases import person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_modal
from coaching.members import MemberKey
from storage import workspace_settings
from storage.access import approvals, people, requests
from storage.access.facts import on_permissions
from storage.access.requests import AccessRequest, Answer, NewRequest
from storage.database import Session

ANSWERS: dict[str, Answer] = {"declined": "declined", "returned": "returned"}
"""What an answer form can carry."""


async def ask_opened(deps: Deps, click: Click) -> None:
    """Open the form in which the member asks for a permission."""
    await _open(deps, click, click.value, "")


async def ask_opened_again(deps: Deps, click: Click) -> None:
    """Open the form with what was typed before."""
    permission_id, typed = parse_retry(click.value)
    await _open(deps, click, permission_id, typed)


async def _open(deps: Deps, click: Click, permission_id: str, typed: str) -> None:
    async with deps.database.read() as session:
        access = await access_of(session, deps, click.request.key)
    problem = _problem(access, permission_id, "-")
    if problem:
        await Reply(deps, click.request).privately(
            notice(_refused(deps, problem, permission_id, is_kept=False))
        )
        return
    carried = FormState(permission_id, response_url=click.request.response_url)
    permission = deps.library.access.permissions[permission_id]
    approvers = people_words(list(access.around.approvers(permission.approver)))
    view = ask_form(deps.render, carried, permission, approvers or "", typed)
    await open_modal(deps, click.request, view)


def _problem(access: MemberAccess, permission_id: str, words: str) -> str:
    """Return why the member cannot ask for this permission; empty when they can."""
    standing = access.of(permission_id)
    if standing is None:
        return "off"
    if standing.is_open:
        return "open"
    if standing.is_held and not standing.missing:
        return "held"
    if not standing.asks_approval:
        return "rest"
    if not access.around.approvers(standing.permission.approver):
        return "nobody"
    return "" if words else "words"


def _refused(deps: Deps, problem: str, permission_id: str, *, is_kept: bool) -> str:
    found = deps.library.access.permissions.get(permission_id)
    title = found.title if found else permission_id
    return deps.render("access/ask_refused", problem=problem, title=title, is_kept=is_kept)


async def ask_sent(deps: Deps, submission: Submission) -> None:
    """Store the request and tell the approvers, or say why not; a repeated delivery changes nothing."""
    carried, key = FormState.parse(submission.carried), submission.request.key
    words = typed_words(submission.written.get(WORDS, ""))
    if await is_submitted(deps, submission.request):
        return
    await meet(deps, key)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        access = await access_of(session, deps, key)
        problem = _problem(access, carried.about, words)
        problem = problem or await _ask(session, deps, access, key, carried.about, words)
    await _answer(deps, submission, carried, _asked(deps, access, carried.about, problem, words))


async def _ask(
    session: Session,
    deps: Deps,
    access: MemberAccess,
    key: MemberKey,
    permission_id: str,
    words: str,
) -> str:
    approver = deps.library.access.permissions[permission_id].approver
    new = NewRequest(permission_id, approver, words, reminded_at(access.around.clock))
    # One that is open still went to those who approved before the policy was changed.
    await requests.withdraw(session, key, permission_id, now=deps.now())
    request = await requests.open_one(session, key, new, now=deps.now())
    if request is None:
        return "open"
    await tell_approvers(session, deps, request)
    return ""


def _asked(
    deps: Deps, access: MemberAccess, permission_id: str, problem: str, words: str
) -> Message:
    if problem:
        is_kept = problem in ("rest", "nobody", "words") and bool(words)
        text = _refused(deps, problem, permission_id, is_kept=is_kept)
        return ask_retry_card(text, permission_id, words) if is_kept else notice(text)
    permission = deps.library.access.permissions[permission_id]
    approvers = people_words(list(access.around.approvers(permission.approver)))
    return notice(deps.render("access/asked", title=permission.title, approvers=approvers))


async def _answer(deps: Deps, submission: Submission, carried: FormState, message: Message) -> None:
    """Answer where the form was opened, or in a DM."""
    request = replace(submission.request, response_url=carried.response_url)
    await Reply(deps, request).privately_or_in_dm(message, about="access")


async def request_withdrawn(deps: Deps, click: Click) -> None:
    """Withdraw the member's open request for a permission."""
    found = deps.library.access.permissions.get(click.value)
    async with deps.database.write() as session:
        done = await requests.withdraw(session, click.request.key, click.value, now=deps.now())
    name = "access/withdrawn" if done else "access/nothing_open"
    text = deps.render(name, title=found.title if found else click.value)
    await Reply(deps, click.request).privately(notice(text))


async def show_requests(deps: Deps, call: Call) -> None:
    """Answer an approver with the requests that wait for them."""
    await meet(deps, call.request.key)
    await Reply(deps, call.request).privately(await desk_card(deps, call.request))


async def requests_asked(deps: Deps, click: Click) -> None:
    """Handle the button that does what the command does."""
    await show_requests(deps, Call(click.request))


async def desk_card(deps: Deps, request: Request, note: str = "") -> Message:
    """Return what an approver sees, with `note` above it."""
    key, now = request.key, deps.now()
    async with deps.database.read() as session:
        approves = await people.approves_for(session, key, now=now)
        if not approves:
            return notice(note or deps.render("access/not_approver"))
        on = on_permissions(await workspace_settings.read(session, key.workspace_id))
        every = deps.library.access.permissions.items()
        known = {name for name, one in every if name in on and one.approver in approves}
        desk = RequestDesk(
            deps.library.access,
            await requests.waiting_for(session, key, permissions=known, now=now),
            await requests.approved_by(session, key, permissions=known, now=now),
        )
        clock = await clock_of(session, deps, key)
    return requests_card(deps.render, desk, clock, note=note)


async def approved(deps: Deps, click: Click) -> None:
    """Approve a request; the first answer counts."""
    await meet(deps, click.request.key)
    async with deps.database.write() as session:
        done = await _decide(session, deps, click.request.key, click.value, "approved", "")
    note = _decided(deps, done)
    await Reply(deps, click.request).replace(await desk_card(deps, click.request, note))


async def decline_opened(deps: Deps, click: Click) -> None:
    """Open the form in which an approver declines a request."""
    await _open_answer(deps, click, "declined")


async def return_opened(deps: Deps, click: Click) -> None:
    """Open the form in which an approver asks for more."""
    await _open_answer(deps, click, "returned")


async def _open_answer(deps: Deps, click: Click, state: Answer) -> None:
    async with deps.database.read() as session:
        found = await requests.decidable(session, click.value, by=click.request.key, now=deps.now())
    if isinstance(found, str):
        await Reply(deps, click.request).privately(notice(_decided(deps, found)))
        return
    permission = deps.library.access.permissions.get(found.permission_id)
    carried = FormState(found.id, state, click.request.response_url)
    title = permission.title if permission else found.permission_id
    await open_modal(deps, click.request, answer_form(deps.render, carried, found, title))


async def answer_sent(deps: Deps, submission: Submission) -> None:
    """Decline a request or send it back, with words; a repeated delivery changes nothing."""
    carried, key = FormState.parse(submission.carried), submission.request.key
    state, words = ANSWERS.get(carried.state), typed_words(submission.written.get(WORDS, ""))
    if state is None or await is_submitted(deps, submission.request):
        return
    await meet(deps, key)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        done: AccessRequest | str = "words"
        if words:
            done = await _decide(session, deps, key, carried.about, state, words)
    note = _decided(deps, done, words)
    card = await desk_card(deps, submission.request, note)
    await _answer(deps, submission, carried, card)


async def _decide(
    session: Session, deps: Deps, by: MemberKey, request_id: str, state: Answer, words: str
) -> AccessRequest | str:
    """Decide a request, store an approval, and tell the member, in one transaction; return why not."""
    now = deps.now()  # The same for both: an approval belongs to the request decided at its moment.
    found = await requests.find(session, by.workspace_id, request_id)
    if found and found.state == "open":
        if not await is_on(session, found):
            return "off"
        if found.user_id != by.user_id and not is_to_approvers(deps, found):
            return "not_approver"
    done = await requests.decide(session, request_id, state, words, by=by, now=now)
    if isinstance(done, str):
        return done
    if state == "approved":
        await approvals.give(session, done.key, done.permission_id, by=by, now=now)
    await tell(session, deps, done.key, ANSWERED, done.id)
    return done


def _decided(deps: Deps, done: AccessRequest | str, words: str = "") -> str:
    if isinstance(done, str):
        return deps.render("access/decide_refused", problem=done, words=words)
    found = deps.library.access.permissions.get(done.permission_id)
    return deps.render(
        "access/decided",
        state=done.state,
        who=person(done.user_id),
        title=found.title if found else done.permission_id,
    )


async def member_gone(session: Session, deps: Deps, key: MemberKey) -> None:
    """Withdraw all requests of a member who was deactivated."""
    await requests.withdraw(session, key, now=deps.now())
