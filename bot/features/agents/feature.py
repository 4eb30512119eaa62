"""The register of a channel's agents as a capability: the list, its forms, and gradings."""

from bot.actions import agents, grading
from bot.agents import announcing, lines
from bot.agents.graded_subject import AGENT
from bot.agents.owing import KIND, WORTH
from bot.assessments.min_views import GRADE, GRADE_LINK, LINK_VIEW
from bot.buttons import AGENT_ADD, AGENT_GRADE, AGENT_LEVEL, AGENT_LIST, AGENT_NEED
from bot.commands.agent import USAGE, agent
from bot.feature import Command, Feature
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
from bot.forms import adding_agent, linking_evidence
from bot.outgoing.kinds import Kind

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
        AGENT_LIST: agents.agents_asked,
        AGENT_PICK: agents.agent_picked,
        AGENT_ADD: agents.add_asked,
        AGENT_AGAIN: agents.form_again,
        AGENT_EDIT: agents.edit_asked,
        AGENT_GRADE: agents.grade_asked,
        AGENT_HISTORY: agents.history_asked,
        AGENT_REMOVE: agents.remove_asked,
        AGENT_REMOVED: agents.remove_confirmed,
        PROJECT_REMOVED: agents.project_removed,
        AGENT_KEPT: agents.agent_kept,
        AGENT_LEVEL: agents.level_asked,
        AGENT_NEED: agents.need_asked,
        GRADE: grading.grade_chosen,
        GRADE_LINK: linking_evidence.link_asked,
    },
    forms={
        AGENT_VIEW: adding_agent.form_sent,
        LINK_VIEW: linking_evidence.link_sent,
    },
    outgoing=(Kind(KIND, WORTH, announcing.facts, announcing.compose, announcing.sent),),
    subjects=(AGENT,),
    channel_lines=dict.fromkeys(("added", "changed", "graded", "removed"), lines.written),
)
