"""The feature team_digest: the weekly message to a channel that follows a digest."""

from bot.buttons import TEAM, TEAM_FOLLOW
from bot.feature import Command, Feature, FeatureJob
from bot.features.team_digest import digest, handlers
from bot.features.team_digest.digest_views import (
    TEAM_EXPERIMENT_DONE,
    TEAM_HISTORY,
    TEAM_KEPT,
    TEAM_UNFOLLOW,
    TEAM_UNFOLLOWED,
    TEAM_VIEW,
)
from bot.features.team_digest.handlers import DIGEST_USAGE, team_command
from bot.features.team_digest.rosters import refresh_rosters
from bot.features.team_digest.service import LOST_BY_EVENT, channel_lost, stop_digest
from bot.outgoing.kinds import FOR_CHANNELS, Kind, nothing_after
from storage.team_digest.teams import DIGEST, ROSTER_DATA, TEAM_DATA, TEAM_PRACTICE_DATA

FEATURE = Feature(
    name="team_digest",
    commands=(
        Command(
            "team",
            DIGEST_USAGE,
            "The weekly digest of a channel",
            team_command,
            synonyms=("digest",),
            button=TEAM,
            rank=60,
        ),
    ),
    clicks={
        TEAM: handlers.team_asked,
        TEAM_FOLLOW: handlers.follow_asked,
        TEAM_HISTORY: handlers.digest_history_asked,
        TEAM_UNFOLLOW: handlers.unfollow_asked,
        TEAM_UNFOLLOWED: handlers.unfollow_confirmed,
        TEAM_KEPT: handlers.team_kept,
        TEAM_EXPERIMENT_DONE: handlers.experiment_done,
    },
    forms={TEAM_VIEW: handlers.digest_form_sent},
    events=dict.fromkeys(LOST_BY_EVENT, channel_lost),
    on_channel_gone=stop_digest,
    outgoing=(
        Kind(DIGEST, FOR_CHANNELS, digest.digest_facts, digest.compose_digest, nothing_after),
    ),
    personal_data=(TEAM_DATA, ROSTER_DATA, TEAM_PRACTICE_DATA),
    jobs=(
        FeatureJob(
            name="roster",
            seconds=20,
            promise=(
                "Reads who is in a channel half an hour before its digest, and asks Slack where members are "
                "whose message is due soon. Run twice or in several processes: the first roster stays. Run "
                "late: the digest waits for it, up to half a day."
            ),
            run=refresh_rosters,
        ),
    ),
)
