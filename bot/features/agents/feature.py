"""The register of a channel's agents as a capability: the list, its forms, and gradings."""

from bot.assessments.min_views import GRADE, GRADE_LINK, LINK_VIEW
from bot.buttons import AGENT_ADD, AGENT_GRADE, AGENT_LEVEL, AGENT_LIST, AGENT_NEED
from bot.feature import Command, Feature
from bot.features.agents import channel_notices, form_handlers, grading, handlers, notice_texts
from bot.features.agents.channel_notices import KIND, WORTH
from bot.features.agents.handlers import USAGE, agent
from bot.features.agents.subject import AGENT
from bot.features.agents.views import (
    AGENT_AGAIN,
    AGENT_EDIT,
    AGENT_HISTORY,
    AGENT_KEPT,
    AGENT_PICK,
    AGENT_REMOVE,
    AGENT_REMOVED,
    AGENT_VIEW,
    PROJECT_REMOVED,
)
from bot.outgoing.kinds import Kind
from storage.agents import agents, grades

FEATURE = Feature(
    name="agents",
    commands=(
        Command(
            "agent",
            USAGE,
            "The AI engineers a channel uses, and their levels",
            agent,
            synonyms=("agents",),
            button=AGENT_LIST,
            claims_act=True,
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
        AGENT_HISTORY: handlers.history_asked,
        AGENT_REMOVE: handlers.remove_asked,
        AGENT_REMOVED: handlers.remove_confirmed,
        PROJECT_REMOVED: handlers.project_removed,
        AGENT_KEPT: handlers.agent_kept,
        AGENT_LEVEL: handlers.level_asked,
        AGENT_NEED: handlers.need_asked,
        GRADE: grading.grade_chosen,
        GRADE_LINK: form_handlers.link_asked,
    },
    forms={
        AGENT_VIEW: form_handlers.form_sent,
        LINK_VIEW: form_handlers.link_sent,
    },
    outgoing=(
        Kind(KIND, WORTH, channel_notices.facts, channel_notices.compose, channel_notices.sent),
    ),
    personal_data=(agents.AGENT_DATA, agents.EVENT_DATA, grades.PERSONAL_DATA),
    subjects=(AGENT,),
    channel_lines=dict.fromkeys(("added", "changed", "graded", "removed"), notice_texts.written),
)
