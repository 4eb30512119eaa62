"""The required level as a capability: which level of agent a project needs."""

from bot import ids
from bot.actions import needing
from bot.feature import Feature
from bot.features.required_level.lines import written
from bot.features.required_level.subject import PROJECT

FEATURE = Feature(
    name="required_level",
    clicks={
        ids.NEED_TICKED: needing.boxes_ticked,
        ids.NEED_AGAIN: needing.need_again,
        ids.NEED_SHARE: needing.need_shared,
        ids.NEED_COMPARE: needing.need_compared,
    },
    subjects=(PROJECT,),
    channel_lines=dict.fromkeys(("project_shared", "project_removed"), written),
)
