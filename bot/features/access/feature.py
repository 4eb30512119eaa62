"""Access: who may use which AI tool by the organization's policy.

These are two capabilities. `access` is what people see, once an admin switched it on. `access_grants` is
always there, so that grants also end when it is switched off.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.buttons import ACCESS as ACCESS_BUTTON
from bot.deps import Deps
from bot.feature import AdminSection, Command, Feature, Role, Switch, asking_for
from bot.features.access import (
    admin_handlers,
    admin_views,
    approval_handlers,
    coordinator_handlers,
    coordinator_views,
    handlers,
    request_handlers,
    request_notices,
    request_views,
    requirement_views,
    views,
)
from bot.features.access.grant_notices import ENDED, ENDS, GRANTED, permission_notice
from bot.features.access.jobs import DECIDE, end_all
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.holders.service import APPROVER, TRAINING_COORDINATOR
from content.library import Library
from storage.access import approvals, due, grants, people, requests, trainings
from storage.access.facts import ACCESS
from storage.database import Session


async def needs(_session: Session, _deps: Deps) -> list[str]:
    """Return what access still needs before it can be on: nothing, because no permission is ticked then."""
    return []


def roles(library: Library) -> Sequence[Role]:
    """Return who approves by the policy of this content, and who confirms its trainings."""
    approvers = [
        replace(
            APPROVER,
            name=people.role_name("approver", one.id),
            title=f"{APPROVER.title}: {one.title}",
            no_guests=True,
        )
        for one in library.access.approvers.values()
    ]
    coordinators = [replace(TRAINING_COORDINATOR, no_guests=True)]
    return [*approvers, *(coordinators if library.access.trainings else [])]


COMMAND = Command(
    ACCESS,
    "[requests, trainings, permission]",
    "What you may use, and what's missing for more",
    handlers.access,
    synonyms=("permissions", "permission"),
    button=ACCESS_BUTTON,
    rank=66,
)

GRANTS = Feature(
    name="access_grants",
    jobs=(DECIDE,),
    on_erasure=end_all,
    personal_data=(
        due.PERSONAL_DATA,
        trainings.PERSONAL_DATA,
        approvals.PERSONAL_DATA,
        grants.GRANT_DATA,
        grants.HELD_DATA,
        requests.PERSONAL_DATA,
        requests.DECIDER_DATA,
    ),
    retention=(requests.RETENTION,),
)

FEATURE = Feature(
    name=ACCESS,
    switch=Switch(
        title="Access",
        about=(
            "Members see which AI tools they may use by your policy, and what's missing for the others. You "
            "tick the permissions one by one."
        ),
        needs=needs,
    ),
    commands=(COMMAND,),
    intents=(asking_for("access", COMMAND),),
    clicks={
        ACCESS_BUTTON: handlers.access_asked,
        views.BACK: handlers.overview_again,
        views.ALL: handlers.all_asked,
        views.PAGE: handlers.permission_asked,
        views.REQUESTS: request_handlers.requests_asked,
        views.TRAININGS: coordinator_handlers.trainings_asked,
        requirement_views.ASK: request_handlers.ask_opened,
        request_views.ASK_AGAIN: request_handlers.ask_opened_again,
        requirement_views.WITHDRAW: request_handlers.request_withdrawn,
        request_views.APPROVE: request_handlers.approved,
        request_views.DECLINE: request_handlers.decline_opened,
        request_views.RETURN: request_handlers.return_opened,
        request_views.WITHDRAW_APPROVAL: approval_handlers.approval_withdrawn,
        request_views.WITHDRAW_OTHER: approval_handlers.withdrawal_opened,
        coordinator_views.CONFIRM_OPEN: coordinator_handlers.confirm_opened,
        coordinator_views.WITHDRAW_OPEN: coordinator_handlers.withdrawal_opened,
        coordinator_views.LIST_OPEN: coordinator_handlers.list_opened,
        coordinator_views.LIST_TAKE: coordinator_handlers.list_taken,
        admin_views.PERMISSIONS: for_admins(admin_handlers.form_asked),
    },
    forms={
        request_views.ASK_VIEW: request_handlers.ask_sent,
        request_views.ANSWER_VIEW: request_handlers.answer_sent,
        request_views.WITHDRAW_OTHER_VIEW: approval_handlers.withdrawal_sent,
        coordinator_views.CONFIRM_VIEW: coordinator_handlers.confirm_sent,
        coordinator_views.WITHDRAW_VIEW: coordinator_handlers.withdrawal_sent,
        coordinator_views.LIST_VIEW: coordinator_handlers.list_sent,
        admin_views.PERMISSIONS_VIEW: for_admins_form(admin_handlers.form_sent),
    },
    admin=(
        AdminSection(
            ACCESS,
            admin_views.TITLE,
            "Switch permissions",
            admin_views.PERMISSIONS,
            admin_handlers.section_line,
            rank=45,
        ),
    ),
    content_roles=roles,
    jobs=(request_notices.REMINDERS,),
    notice_lines={
        **dict.fromkeys((GRANTED, ENDS, ENDED), permission_notice),
        request_notices.ASKED: request_notices.asked_notice,
        request_notices.ANSWERED: request_notices.answered_notice,
    },
    on_member_gone=request_handlers.member_gone,
)
