"""Sandboxes: plans to try something under oversight.

These are two capabilities. `sandbox` is what people see, once an admin switched it on. `sandbox_plans` is
always there, so that plans and their permissions also end when it is switched off.
"""

from collections.abc import Sequence

from bot.deps import Deps
from bot.feature import AdminSection, Command, Feature, Switch, asking_for
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.holders.service import SUPERVISOR
from bot.features.sandbox import (
    admin_handlers,
    handlers,
    note_handlers,
    plan_form_handlers,
    publish_handlers,
    register_handlers,
    supervisor_handlers,
    views,
    week_messages,
)
from bot.features.sandbox import plan_views as plan
from bot.features.sandbox import supervisor_views as supervisor
from bot.features.sandbox.admin_views import ADMIN_VIEW, SANDBOX_ADMIN, TITLE
from bot.features.sandbox.jobs import JOBS, forget, leave
from bot.features.sandbox.note_views import HALFWAY_VIEW, WEEK_VIEW
from bot.features.sandbox.notice_lines import (
    ALWAYS_TOLD,
    NOTICE_LINES,
    TRY_TOLD,
    TRY_TOLD_OVERSEE,
)
from bot.features.sandbox.plan_form_views import IDEA_VIEW, LIMITS_VIEW, RISK_VIEW
from bot.features.sandbox.register_views import TRY_READ, TRY_REGISTER
from bot.features.sandbox.report_views import PUBLISH_VIEW, REPORT_VIEW
from bot.features.sandbox.service import LEAD
from storage.access.facts import SANDBOX
from storage.database import Session
from storage.sandbox import kept, notes, plan_rows, reports


async def sandbox_needs(_session: Session, _deps: Deps) -> Sequence[str]:
    """Return what is missing before sandboxes can be on: nothing, supervisors are named afterward."""
    return []


PLANS = Feature(
    name="sandbox_plans",
    jobs=JOBS,
    notice_lines=ALWAYS_TOLD,
    on_member_gone=leave,
    on_erasure=forget,
    personal_data=(
        kept.PERSONAL_DATA,
        plan_rows.SUPERVISOR_DATA,
        notes.PERSONAL_DATA,
        reports.PERSONAL_DATA,
    ),
)

COMMAND = Command(
    "try",
    "[list]",
    "Try something new under oversight",
    handlers.try_command,
    synonyms=("sandbox", "sandboxes", "experiment"),
    button=views.TRY,
    rank=56,
)

FEATURE = Feature(
    name=SANDBOX,
    commands=(COMMAND,),
    intents=(asking_for("try", COMMAND),),
    clicks={
        views.TRY: handlers.try_asked,
        views.TRY_OVERVIEW: handlers.overview_again,
        views.TRY_TURN: handlers.overview_again,
        views.TRY_START: plan_form_handlers.plan_started,
        views.TRY_LIST: register_handlers.register_asked,
        views.TRY_PLAN: handlers.plan_opened,
        views.TRY_OVERSEE: supervisor_handlers.overseen_opened,
        plan.TRY_PAGE: supervisor_handlers.page_turned,
        plan.TRY_IDEA: plan_form_handlers.idea_asked,
        plan.TRY_LIMITS: plan_form_handlers.limits_asked,
        plan.TRY_RISK: plan_form_handlers.risk_picked,
        plan.TRY_RISK_CHANGE: plan_form_handlers.risk_picked,
        plan.TRY_RISK_OUT: handlers.risk_removed,
        plan.TRY_ASK: handlers.asked,
        plan.TRY_WITHDRAW: handlers.withdrawn,
        plan.TRY_DELETE: handlers.draft_deleted,
        plan.TRY_AGAIN: handlers.planned_again,
        plan.TRY_STOP: handlers.stopped,
        plan.TRY_WEEK: handlers.week_tapped,
        plan.TRY_SENTENCE: note_handlers.sentence_asked,
        plan.TRY_HALFWAY: note_handlers.halfway_asked,
        plan.TRY_REPORT: note_handlers.report_asked,
        plan.TRY_PUBLISH: publish_handlers.publish_asked,
        supervisor.OVERSEE_APPROVE: supervisor_handlers.approve_asked,
        supervisor.OVERSEE_RETURN: supervisor_handlers.words_asked,
        supervisor.OVERSEE_DECLINE: supervisor_handlers.words_asked,
        supervisor.OVERSEE_HALFWAY: supervisor_handlers.words_asked,
        supervisor.OVERSEE_REPORT: supervisor_handlers.words_asked,
        supervisor.OVERSEE_STOP: supervisor_handlers.stopped_by_supervisor,
        supervisor.OVERSEE_EXTEND: supervisor_handlers.extend_asked,
        TRY_REGISTER: register_handlers.register_asked,
        TRY_READ: register_handlers.report_read,
        SANDBOX_ADMIN: for_admins(admin_handlers.admin_asked),
        TRY_TOLD: handlers.plan_told,
        TRY_TOLD_OVERSEE: supervisor_handlers.overseen_told,
    },
    forms={
        ADMIN_VIEW: for_admins_form(admin_handlers.admin_sent),
        IDEA_VIEW: plan_form_handlers.idea_sent,
        RISK_VIEW: plan_form_handlers.risk_sent,
        LIMITS_VIEW: plan_form_handlers.limits_sent,
        WEEK_VIEW: note_handlers.sentence_sent,
        HALFWAY_VIEW: note_handlers.halfway_sent,
        REPORT_VIEW: note_handlers.report_sent,
        PUBLISH_VIEW: publish_handlers.publish_sent,
        supervisor.APPROVE_VIEW: supervisor_handlers.approved,
        supervisor.WORDS_VIEW: supervisor_handlers.words_sent,
        supervisor.EXTEND_VIEW: supervisor_handlers.extended,
    },
    outgoing=(publish_handlers.KIND, week_messages.KIND),
    notice_lines=NOTICE_LINES,
    switch=Switch(
        title="Sandbox",
        about=(
            "Members plan to try something new, and supervisors whom you name approve the plan, can stop it, "
            "and answer the report."
        ),
        needs=sandbox_needs,
    ),
    admin=(
        AdminSection(
            SANDBOX, TITLE, "Look at it", SANDBOX_ADMIN, admin_handlers.section_line, rank=47
        ),
    ),
    roles=(SUPERVISOR, LEAD),
)
