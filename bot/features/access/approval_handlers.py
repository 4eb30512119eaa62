"""Withdrawing approvals: the latest ones by their buttons, and any other one by a form."""

from dataclasses import replace

from bot.deps import Deps
from bot.features.access.member_access import meet
from bot.features.access.request_handlers import desk_card
from bot.features.access.request_views import (
    PERMISSION,
    PERSON,
    FormState,
    withdraw_approval_form,
)
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Submission
from bot.slack.phrases import person
from bot.slack.replies import Reply, is_first_delivery, open_modal
from coaching.access.policy import Permission
from coaching.members import MemberKey
from storage.access import approvals, people, requests
from storage.database import Session


async def approval_withdrawn(deps: Deps, click: Click) -> None:
    """Withdraw the approval of a request; any approver of the permission may."""
    key = click.request.key
    await meet(deps, key)
    async with deps.database.write() as session:
        found = await requests.find(session, key.workspace_id, click.value)
        if found is None:
            note = deps.render("access/approval_gone")
        else:
            note = await _withdraw(session, deps, found.key, found.permission_id, by=key)
    await Reply(deps, click.request).replace(await desk_card(deps, click.request, note))


async def withdrawal_opened(deps: Deps, click: Click) -> None:
    """Open the form that withdraws any approval, also one whose request is not kept any more."""
    await meet(deps, click.request.key)
    theirs = await _approved_by(deps, click.request.key)
    if not theirs:
        await Reply(deps, click.request).privately(notice(deps.render("access/not_approver")))
        return
    carried = FormState(response_url=click.request.response_url)
    await open_modal(deps, click.request, withdraw_approval_form(deps.render, carried, theirs))


async def _approved_by(deps: Deps, key: MemberKey) -> list[Permission]:
    """Return the permissions of the policy that this person approves, also those that are off."""
    async with deps.database.read() as session:
        approves = await people.approves_for(session, key, now=deps.now())
    return [one for one in deps.library.access.permissions.values() if one.approver in approves]


async def withdrawal_sent(deps: Deps, submission: Submission) -> None:
    """Withdraw the approval that was chosen, or say why not; a repeated delivery changes nothing."""
    key = submission.request.key
    await meet(deps, key)
    who = MemberKey(key.workspace_id, submission.written.get(PERSON, ""))
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        chosen = submission.chosen.get(PERMISSION, "")
        note = await _withdraw(session, deps, who, chosen, by=key)
    carried = FormState.parse(submission.carried)
    request = replace(submission.request, response_url=carried.response_url)
    card = await desk_card(deps, request, note)
    await Reply(deps, request).privately_or_in_dm(card, about="access")


async def _withdraw(
    session: Session, deps: Deps, who: MemberKey, permission_id: str, *, by: MemberKey
) -> str:
    """Withdraw an approval, where this person approves the permission for others; return what to say."""
    now, found = deps.now(), deps.library.access.permissions.get(permission_id)
    if found is None:
        return deps.render("access/approval_gone")
    if not await people.is_one(session, by, "approver", found.approver, now=now):
        return deps.render("access/decide_refused", problem="not_approver", words="")
    if who == by:
        return deps.render("access/decide_refused", problem="own_approval", words="")
    if not await approvals.withdraw(session, who, found.id, by=by, now=now):
        return deps.render("access/approval_gone")
    return deps.render("access/approval_withdrawn", who=person(who.user_id), title=found.title)
