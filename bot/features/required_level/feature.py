"""The required level as a capability: which level of agent a project needs."""

from bot.feature import Feature
from bot.features.required_level import handlers
from bot.features.required_level.lines import written
from bot.features.required_level.subject import PROJECT
from bot.features.required_level.views import NEED_AGAIN, NEED_COMPARE, NEED_SHARE, NEED_TICKED
from storage.required_level import PERSONAL_DATA

FEATURE = Feature(
    name="required_level",
    clicks={
        NEED_TICKED: handlers.boxes_ticked,
        NEED_AGAIN: handlers.need_again,
        NEED_SHARE: handlers.need_shared,
        NEED_COMPARE: handlers.need_compared,
    },
    personal_data=(PERSONAL_DATA,),
    subjects=(PROJECT,),
    channel_lines=dict.fromkeys(("project_shared", "project_removed"), written),
)
