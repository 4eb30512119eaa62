"""The register of a channel's agents: the list, its forms, and gradings."""

from bot.assessments.values import GRADE_LINK, LINK_VIEW
from bot.buttons import AGENT_ADD, AGENT_GRADE, AGENT_LEVEL, AGENT_LIST, AGENT_NEED
from bot.feature import Command, Feature
from bot.features.agents import edit_handlers, grading, handlers, run_handlers
from bot.features.agents.grading import AGENT
from bot.features.agents.handlers import AGENT_USAGE, agent_command
from bot.features.agents.notice_service import (
    NOTICE_KIND,
    NOTICE_LIFETIME,
    after_notice,
    change_line,
    compose_notice,
    notice_facts,
)
from bot.features.agents.run_web import ROUTES
from bot.features.agents.views import (
    AGENT_AGAIN,
    AGENT_EDIT,
    AGENT_HISTORY,
    AGENT_KEPT,
    AGENT_PICK,
    AGENT_REMOVE,
    AGENT_REMOVED,
    AGENT_RUNS,
    AGENT_TOKEN,
    AGENT_UNTOKEN,
    AGENT_VIEW,
    PROJECT_REMOVED,
)
from bot.outgoing.kinds import Kind
from storage.agents import agents, grades, test_runs

FEATURE = Feature(
    name="agents",
    is_offered=lambda library, _settings: not library.has_agents_off,
    commands=(
        Command(
            "agent",
            AGENT_USAGE,
            "The AI agents a channel uses, and their levels",
            agent_command,
            synonyms=("agents",),
            button=AGENT_LIST,
            claims_act=True,
            takes_name=True,
            rank=70,
        ),
    ),
    clicks={
        AGENT_LIST: handlers.agents_asked,
        AGENT_PICK: handlers.agent_picked,
        AGENT_ADD: handlers.add_asked,
        AGENT_AGAIN: handlers.form_again,
        AGENT_EDIT: handlers.edit_asked,
        AGENT_GRADE: handlers.grade_asked,
        AGENT_HISTORY: handlers.agent_history_asked,
        AGENT_REMOVE: handlers.remove_asked,
        AGENT_REMOVED: handlers.remove_confirmed,
        PROJECT_REMOVED: handlers.project_removed,
        AGENT_KEPT: handlers.agent_kept,
        AGENT_RUNS: run_handlers.runs_asked,
        AGENT_TOKEN: run_handlers.token_asked,
        AGENT_UNTOKEN: run_handlers.token_revoked,
        AGENT_LEVEL: handlers.level_asked,
        AGENT_NEED: handlers.need_asked,
        GRADE_LINK: grading.link_asked,
    },
    forms={
        AGENT_VIEW: edit_handlers.agent_form_sent,
        LINK_VIEW: grading.link_sent,
    },
    outgoing=(
        Kind(
            NOTICE_KIND,
            NOTICE_LIFETIME,
            notice_facts,
            compose_notice,
            after_notice,
        ),
    ),
    personal_data=(
        agents.AGENT_DATA,
        agents.EVENT_DATA,
        grades.PERSONAL_DATA,
        test_runs.TOKEN_DATA,
    ),
    routes=ROUTES,
    subjects=(AGENT,),
    channel_lines={
        "graded": grading.grade_line,
        **dict.fromkeys(("added", "changed", "removed"), change_line),
    },
)
