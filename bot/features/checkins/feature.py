"""Check-ins as a capability: what the coach sends by itself, the answers to it, and its settings."""

from bot.buttons import PACE
from bot.feature import Command, Feature
from bot.features.checkins import handlers, settings_handlers
from bot.features.checkins.card_views import (
    CHECKIN_ANSWER,
    CHECKIN_DECLINED,
    CHECKIN_FEWER,
    CHECKIN_KEPT,
    CHECKIN_OBSTACLE,
    CHECKIN_OFFER,
    CHECKIN_REASON,
    CHECKIN_RESUMED,
    CHECKIN_SMALLER,
    CHECKIN_TAKEN,
    CHECKIN_TOPIC,
)
from bot.features.checkins.messages import (
    compose,
    compose_reassess,
    compose_reminder,
    nothing_more,
    sent,
)
from bot.features.checkins.service import plan_after_result
from bot.features.checkins.settings_handlers import checkin
from bot.features.checkins.settings_views import (
    PACE_CADENCE,
    PACE_DAYS_OFF,
    PACE_HOUR,
    PACE_RESUME,
    PACE_SHARE,
    PACE_SNOOZE,
    PACE_UNDO,
    PACE_UNTIL,
    PACE_WEEKDAY,
)
from bot.outgoing import planner
from bot.outgoing.kinds import FOR_MEMBERS, Kind, facts
from storage.checkins import CHECKIN, PERSONAL_DATA, REASSESS, REMINDER

FEATURE = Feature(
    name="checkins",
    commands=(
        Command(
            "checkin",
            "[how often]",
            "How often and when the coach comes",
            checkin,
            synonyms=(
                *("checkins", "check-in", "check-ins", "pace", "settings"),
                *("pause", "resume", "snooze", "stop", "off"),
                *("weekly", "fortnightly", "monthly", "fewer", "unsubscribe"),
            ),
            button=PACE,
            rank=40,
        ),
    ),
    clicks={
        CHECKIN_ANSWER: handlers.checkin_answered,
        CHECKIN_OFFER: handlers.checkin_answered,
        CHECKIN_OBSTACLE: handlers.obstacle_named,
        CHECKIN_REASON: handlers.reason_named,
        CHECKIN_SMALLER: handlers.smaller_tried,
        CHECKIN_KEPT: handlers.first_kept,
        CHECKIN_TOPIC: handlers.topic_chosen,
        CHECKIN_RESUMED: handlers.checkin_resumed,
        CHECKIN_TAKEN: handlers.invitation_taken,
        CHECKIN_DECLINED: handlers.invitation_declined,
        CHECKIN_FEWER: settings_handlers.fewer_wanted,
        PACE: settings_handlers.pace_asked,
        PACE_CADENCE: settings_handlers.cadence_chosen,
        PACE_WEEKDAY: settings_handlers.weekday_chosen,
        PACE_HOUR: settings_handlers.hour_chosen,
        PACE_DAYS_OFF: settings_handlers.days_off_chosen,
        PACE_SNOOZE: settings_handlers.snoozed,
        PACE_UNTIL: settings_handlers.snoozed_until,
        PACE_RESUME: settings_handlers.resumed,
        PACE_UNDO: settings_handlers.fewer_undone,
        PACE_SHARE: settings_handlers.sharing_chosen,
    },
    outgoing=(
        Kind(CHECKIN, FOR_MEMBERS, facts, compose, sent),
        Kind(REASSESS, FOR_MEMBERS, facts, compose_reassess, nothing_more),
        Kind(REMINDER, FOR_MEMBERS, facts, compose_reminder, nothing_more),
    ),
    personal_data=(PERSONAL_DATA,),
    on_result=plan_after_result,
    on_member_moved=planner.replan_in,
    on_member_gone=planner.stop_all,
)
