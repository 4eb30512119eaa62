"""What approvers and members are told about requests, with their next notices, and the one reminder."""

from datetime import datetime, timedelta

from bot.buttons import ACCESS
from bot.deps import Deps
from bot.feature import FeatureJob
from bot.features.access.views import REQUESTS
from bot.features.notices.service import tell
from bot.slack.api import Message
from bot.slack.blocks import button, paragraph
from bot.slack.directory import clock_of
from bot.slack.phrases import MemberClock, person, who_first
from coaching.access.decision import decide
from coaching.members import MemberKey
from coaching.timing import working_days_later
from storage import workspace_settings
from storage.access import people, requests
from storage.access.facts import facts_of, on_permissions
from storage.access.grants import held_by
from storage.access.requests import AccessRequest
from storage.database import Session
from storage.notices import Notice

ASKED, ANSWERED = "access_asked", "access_answered"
"""The kinds of notices: somebody asks for an approval, and a request was answered."""

REMIND_AFTER = 3
"""Working days after which approvers hear of a request once more."""

MOST_TOLD = 20
"""How many approvers hear of a request; the others see it in `/rungs access requests`."""


def reminded_at(clock: MemberClock) -> datetime:
    """Return when approvers are reminded of a request that this member makes now."""
    return clock.now + timedelta(
        days=(working_days_later(clock.today, REMIND_AFTER) - clock.today).days
    )


async def tell_approvers(session: Session, deps: Deps, request: AccessRequest) -> None:
    """Tell the approvers of a request about it, in the transaction in which it is stored."""
    for user_id in (await _approvers(session, deps, request))[:MOST_TOLD]:
        key = MemberKey(request.workspace_id, user_id)
        await tell(session, deps, key, ASKED, request.id)


async def _approvers(session: Session, deps: Deps, request: AccessRequest) -> list[str]:
    named = await people.named(
        session, request.workspace_id, "approver", request.approver_id, now=deps.now()
    )
    return [user_id for user_id in named if user_id != request.user_id]


async def is_on(session: Session, request: AccessRequest) -> bool:
    """Return whether the permission of a request is still on."""
    settings = await workspace_settings.read(session, request.workspace_id)
    return request.permission_id in on_permissions(settings)


def is_to_approvers(deps: Deps, request: AccessRequest) -> bool:
    """Return whether a request went to those who approve its permission by the policy of today."""
    permission = deps.library.access.permissions.get(request.permission_id)
    return permission is not None and permission.approver == request.approver_id


async def asked_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write that a request waits; None when it does not any more, or not for this person."""
    request = await requests.find(session, notice.workspace_id, notice.about)
    if request is None or request.state != "open" or not await is_on(session, request):
        return None
    permission = deps.library.access.permissions.get(request.permission_id)
    if permission is None or not is_to_approvers(deps, request):
        return None
    if notice.user_id not in await _approvers(session, deps, request):
        return None
    clock = await clock_of(session, deps, notice.key)
    text = deps.render(
        "access/asked_notice",
        who=person(request.user_id),
        title=permission.title,
        day=clock.day(request.asked_at),
        is_reminder=request.remind_at is None,
    )
    return Message(text, [paragraph(text, beside=button("See requests", action=REQUESTS))])


async def answered_notice(session: Session, deps: Deps, notice: Notice) -> Message | None:
    """Write how a request was answered; None when the member asked again, or hears that they got it."""
    request = await requests.find(session, notice.workspace_id, notice.about)
    if request is None or request.user_id != notice.user_id:
        return None
    latest = (await requests.of_member(session, notice.key)).get(request.permission_id)
    permission = deps.library.access.permissions.get(request.permission_id)
    if permission is None or latest is None or latest.id != request.id:
        return None
    facts = await facts_of(session, notice.key)
    decision = decide(deps.library.access, permission.id, facts, deps.now())
    had_it = await _had(session, request)
    is_approved = request.state == "approved"
    if is_approved and not had_it and decision.reason in ("allowed", "not_granted", "ended"):
        return None
    is_kept = is_approved and decision.is_allowed
    text = deps.render(
        "access/answered_notice",
        state=request.state,
        who=who_first(request.decided_by),
        title=permission.title,
        words=request.answer,
        is_kept=is_kept,
    )
    label = "See what you have" if is_kept else "What's missing"
    return Message(text, [paragraph(text, beside=button(label, action=ACCESS))])


async def _had(session: Session, request: AccessRequest) -> bool:
    """Return whether the member had the permission when their request was decided, and has it still."""
    held = await held_by(session, request.workspace_id, [request.user_id])
    decided_at = request.decided_at or request.asked_at
    return any(
        one.permission_id == request.permission_id and one.since < decided_at for one in held
    )


async def remind_next(deps: Deps) -> bool:
    """Remind the approvers of one request that has waited long; True when there was one."""
    async with deps.database.write() as session:
        found = await requests.next_reminder(session, deps.identity.workspace_id, now=deps.now())
        if found is not None and await is_on(session, found):
            await tell_approvers(session, deps, found)
    return found is not None


REMINDERS = FeatureJob(
    name="access_reminders",
    seconds=300,
    promise=(
        "Reminds the approvers of a request once, three working days after it was made. Run twice or in "
        "several processes: they are reminded once. Run late: they are reminded later."
    ),
    run=remind_next,
    due=requests.workspaces_to_remind,
)
