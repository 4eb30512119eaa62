"""The register of a channel's agents as a capability: the list, its forms, and gradings."""

from bot import ids
from bot.actions import agents, grading
from bot.agents import announcing, lines
from bot.agents.graded_subject import AGENT
from bot.agents.owing import KIND, WORTH
from bot.commands.agent import USAGE, agent
from bot.feature import Command, Feature
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
            button=ids.AGENT_LIST,
            claims_act=True,
            rank=70,
        ),
    ),
    clicks={
        ids.AGENT_LIST: agents.agents_asked,
        ids.AGENT_PICK: agents.agent_picked,
        ids.AGENT_ADD: agents.add_asked,
        ids.AGENT_AGAIN: agents.form_again,
        ids.AGENT_EDIT: agents.edit_asked,
        ids.AGENT_GRADE: agents.grade_asked,
        ids.AGENT_HISTORY: agents.history_asked,
        ids.AGENT_REMOVE: agents.remove_asked,
        ids.AGENT_REMOVED: agents.remove_confirmed,
        ids.PROJECT_REMOVED: agents.project_removed,
        ids.AGENT_KEPT: agents.agent_kept,
        ids.AGENT_LEVEL: agents.level_asked,
        ids.AGENT_NEED: agents.need_asked,
        ids.GRADE: grading.grade_chosen,
        ids.GRADE_LINK: linking_evidence.link_asked,
    },
    forms={
        ids.AGENT_VIEW: adding_agent.form_sent,
        ids.LINK_VIEW: linking_evidence.link_sent,
    },
    outgoing=(Kind(KIND, WORTH, announcing.facts, announcing.compose, announcing.sent),),
    subjects=(AGENT,),
    channel_lines=dict.fromkeys(("added", "changed", "graded", "removed"), lines.written),
)
