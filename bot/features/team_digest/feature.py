"""Team digests as a capability: the weekly message to a channel that follows one."""

from bot.buttons import TEAM, TEAM_FOLLOW
from bot.feature import Command, Feature
from bot.features.team_digest import digest, handlers
from bot.features.team_digest.digest_views import (
    TEAM_HISTORY,
    TEAM_KEPT,
    TEAM_UNFOLLOW,
    TEAM_UNFOLLOWED,
    TEAM_VIEW,
)
from bot.features.team_digest.handlers import USAGE, team
from bot.features.team_digest.service import LOST, channel_lost
from bot.outgoing.kinds import FOR_CHANNELS, Kind
from storage.team_digest.teams import DIGEST, ROSTER_DATA, TEAM_DATA

FEATURE = Feature(
    name="team_digest",
    commands=(
        Command(
            "team",
            USAGE,
            "The weekly digest of a channel",
            team,
            synonyms=("digest",),
            button=TEAM,
            rank=60,
        ),
    ),
    clicks={
        TEAM: handlers.team_asked,
        TEAM_FOLLOW: handlers.follow_asked,
        TEAM_HISTORY: handlers.history_asked,
        TEAM_UNFOLLOW: handlers.unfollow_asked,
        TEAM_UNFOLLOWED: handlers.unfollow_confirmed,
        TEAM_KEPT: handlers.team_kept,
    },
    forms={TEAM_VIEW: handlers.form_sent},
    events=dict.fromkeys(LOST, channel_lost),
    outgoing=(Kind(DIGEST, FOR_CHANNELS, digest.facts, digest.compose, digest.sent),),
    personal_data=(TEAM_DATA, ROSTER_DATA),
)
