"""Team digests as a capability: the weekly message to a channel that follows one."""

from bot.actions import following
from bot.buttons import TEAM, TEAM_FOLLOW
from bot.commands.team import USAGE, team
from bot.feature import Command, Feature
from bot.features.team_digest.digest_views import (
    TEAM_HISTORY,
    TEAM_KEPT,
    TEAM_UNFOLLOW,
    TEAM_UNFOLLOWED,
    TEAM_VIEW,
)
from bot.forms import following_team
from bot.outgoing.kinds import FOR_CHANNELS, Kind
from bot.teams import digest
from bot.teams.stopping import LOST, channel_lost
from storage.digests import KIND

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
        TEAM: following.team_asked,
        TEAM_FOLLOW: following.follow_asked,
        TEAM_HISTORY: following.history_asked,
        TEAM_UNFOLLOW: following.unfollow_asked,
        TEAM_UNFOLLOWED: following.unfollow_confirmed,
        TEAM_KEPT: following.team_kept,
    },
    forms={TEAM_VIEW: following_team.form_sent},
    events=dict.fromkeys(LOST, channel_lost),
    outgoing=(Kind(KIND, FOR_CHANNELS, digest.facts, digest.compose, digest.sent),),
)
