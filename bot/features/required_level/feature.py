"""The required level as a capability: which level of agent a project needs."""

from bot.actions import needing
from bot.feature import Feature
from bot.features.required_level.lines import written
from bot.features.required_level.subject import PROJECT
from bot.features.required_level.views import NEED_AGAIN, NEED_COMPARE, NEED_SHARE, NEED_TICKED

FEATURE = Feature(
    name="required_level",
    clicks={
        NEED_TICKED: needing.boxes_ticked,
        NEED_AGAIN: needing.need_again,
        NEED_SHARE: needing.need_shared,
        NEED_COMPARE: needing.need_compared,
    },
    subjects=(PROJECT,),
    channel_lines=dict.fromkeys(("project_shared", "project_removed"), written),
)
