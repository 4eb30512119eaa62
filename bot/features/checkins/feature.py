"""The feature checkins: check-ins, invitations and the reminder, the answers to them, and their settings."""

from bot.buttons import PACE
from bot.feature import Command, Feature, Intent
from bot.features.checkins import break_handlers, handlers, settings_handlers
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
    after_checkin_sent,
    compose_checkin,
    compose_reassess,
    compose_reminder,
)
from bot.features.checkins.service import plan_after_result
from bot.features.checkins.settings_handlers import checkin_command
from bot.features.checkins.settings_views import (
    PACE_BREAK,
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
from bot.outgoing.kinds import FOR_MEMBERS, Kind, member_facts, nothing_after
from storage.checkins import CHECKIN, PERSONAL_DATA, REASSESS, REMINDER

FEATURE = Feature(
    name="checkins",
    commands=(
        Command(
            "checkin",
            "[how often]",
            "How often and when check-ins come",
            checkin_command,
            synonyms=(
                *("checkins", "check-in", "check-ins", "pace", "settings"),
                *("weekly", "fortnightly", "monthly", "fewer"),
            ),
            button=PACE,
            rank=40,
        ),
    ),
    intents=(
        Intent("stop", break_handlers.stop_said, time="lasting"),
        Intent("pause", break_handlers.pause_said, time="lasting", is_meant_by_time=True),
        Intent("remind", break_handlers.pause_said, time="starting"),
        Intent(
            "stop-or-pause",
            break_handlers.stop_or_pause_said,
            time="lasting",
            combines=frozenset({"stop", "pause"}),
        ),
        Intent("resume", break_handlers.resume_said, time="starting"),
        Intent("how-often", break_handlers.how_often_said, is_harmless=True),
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
        CHECKIN_FEWER: break_handlers.fewer_wanted,
        PACE: settings_handlers.settings_asked,
        PACE_CADENCE: settings_handlers.cadence_chosen,
        PACE_WEEKDAY: settings_handlers.weekday_chosen,
        PACE_HOUR: settings_handlers.hour_chosen,
        PACE_DAYS_OFF: settings_handlers.days_off_chosen,
        PACE_SNOOZE: settings_handlers.snoozed,
        PACE_UNTIL: settings_handlers.snoozed_until,
        PACE_RESUME: settings_handlers.resumed,
        PACE_BREAK: break_handlers.break_chosen,
        PACE_UNDO: break_handlers.undone,
        PACE_SHARE: settings_handlers.sharing_chosen,
    },
    outgoing=(
        Kind(CHECKIN, FOR_MEMBERS, member_facts, compose_checkin, after_checkin_sent),
        Kind(REASSESS, FOR_MEMBERS, member_facts, compose_reassess, nothing_after),
        Kind(REMINDER, FOR_MEMBERS, member_facts, compose_reminder, nothing_after),
    ),
    on_open=planner.after_opening,
    personal_data=(PERSONAL_DATA,),
    on_result=plan_after_result,
    on_member_moved=planner.replan_after_move,
    on_member_gone=planner.stop_all,
)
