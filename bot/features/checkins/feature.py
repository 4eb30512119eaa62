"""Check-ins as a capability: what the coach sends by itself, the answers to it, and its settings."""

from bot.actions import checking_in, pacing
from bot.buttons import PACE
from bot.checkins.asking import compose, sent
from bot.checkins.inviting import compose_reassess, compose_reminder, nothing_more
from bot.checkins.settling import plan_after_result
from bot.commands.checkin import checkin
from bot.feature import Command, Feature
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
from storage.checkins import CHECKIN, REASSESS, REMINDER

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
        CHECKIN_ANSWER: checking_in.checkin_answered,
        CHECKIN_OFFER: checking_in.checkin_answered,
        CHECKIN_OBSTACLE: checking_in.obstacle_named,
        CHECKIN_REASON: checking_in.reason_named,
        CHECKIN_SMALLER: checking_in.smaller_tried,
        CHECKIN_KEPT: checking_in.first_kept,
        CHECKIN_TOPIC: checking_in.topic_chosen,
        CHECKIN_RESUMED: checking_in.checkin_resumed,
        CHECKIN_TAKEN: checking_in.invitation_taken,
        CHECKIN_DECLINED: checking_in.invitation_declined,
        CHECKIN_FEWER: pacing.fewer_wanted,
        PACE: pacing.pace_asked,
        PACE_CADENCE: pacing.cadence_chosen,
        PACE_WEEKDAY: pacing.weekday_chosen,
        PACE_HOUR: pacing.hour_chosen,
        PACE_DAYS_OFF: pacing.days_off_chosen,
        PACE_SNOOZE: pacing.snoozed,
        PACE_UNTIL: pacing.snoozed_until,
        PACE_RESUME: pacing.resumed,
        PACE_UNDO: pacing.fewer_undone,
        PACE_SHARE: pacing.sharing_chosen,
    },
    outgoing=(
        Kind(CHECKIN, FOR_MEMBERS, facts, compose, sent),
        Kind(REASSESS, FOR_MEMBERS, facts, compose_reassess, nothing_more),
        Kind(REMINDER, FOR_MEMBERS, facts, compose_reminder, nothing_more),
    ),
    on_result=plan_after_result,
    on_member_moved=planner.replan_in,
    on_member_gone=planner.stop_all,
)
