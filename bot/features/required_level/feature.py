"""The required level: which level of agent a project needs."""

from bot.feature import Feature
from bot.features.required_level import conversation, handlers
from bot.features.required_level.conversation import PROJECT
from bot.features.required_level.handlers import project_line
from bot.features.required_level.views import NEED_AGAIN, NEED_COMPARE, NEED_SHARE, NEED_TICKED
from storage.required_level import PERSONAL_DATA

FEATURE = Feature(
    name="required_level",
    clicks={
        NEED_TICKED: conversation.boxes_ticked,
        NEED_AGAIN: handlers.again_clicked,
        NEED_SHARE: handlers.share_clicked,
        NEED_COMPARE: handlers.compare_clicked,
    },
    personal_data=(PERSONAL_DATA,),
    subjects=(PROJECT,),
    channel_lines=dict.fromkeys(("project_shared", "project_removed"), project_line),
)
