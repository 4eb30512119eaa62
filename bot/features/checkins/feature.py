"""Check-ins as a capability: what the coach sends by itself, the answers to it, and its settings."""

from bot import ids
from bot.actions import checking_in, pacing
from bot.checkins.asking import compose, sent
from bot.checkins.inviting import compose_reassess, compose_reminder, nothing_more
from bot.checkins.settling import plan_after_result
from bot.commands.checkin import checkin
from bot.feature import Command, Feature
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
            button=ids.PACE,
            rank=40,
        ),
    ),
    clicks={
        ids.CHECKIN_ANSWER: checking_in.checkin_answered,
        ids.CHECKIN_OFFER: checking_in.checkin_answered,
        ids.CHECKIN_OBSTACLE: checking_in.obstacle_named,
        ids.CHECKIN_REASON: checking_in.reason_named,
        ids.CHECKIN_SMALLER: checking_in.smaller_tried,
        ids.CHECKIN_KEPT: checking_in.first_kept,
        ids.CHECKIN_TOPIC: checking_in.topic_chosen,
        ids.CHECKIN_RESUMED: checking_in.checkin_resumed,
        ids.CHECKIN_TAKEN: checking_in.invitation_taken,
        ids.CHECKIN_DECLINED: checking_in.invitation_declined,
        ids.CHECKIN_FEWER: pacing.fewer_wanted,
        ids.PACE: pacing.pace_asked,
        ids.PACE_CADENCE: pacing.cadence_chosen,
        ids.PACE_WEEKDAY: pacing.weekday_chosen,
        ids.PACE_HOUR: pacing.hour_chosen,
        ids.PACE_DAYS_OFF: pacing.days_off_chosen,
        ids.PACE_SNOOZE: pacing.snoozed,
        ids.PACE_UNTIL: pacing.snoozed_until,
        ids.PACE_RESUME: pacing.resumed,
        ids.PACE_UNDO: pacing.fewer_undone,
        ids.PACE_SHARE: pacing.sharing_chosen,
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
