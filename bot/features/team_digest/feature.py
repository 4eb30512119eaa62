"""Team digests as a capability: the weekly message to a channel that follows one."""

from bot import ids
from bot.actions import following
from bot.commands.team import USAGE, team
from bot.feature import Command, Feature
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
            button=ids.TEAM,
            rank=60,
        ),
    ),
    clicks={
        ids.TEAM: following.team_asked,
        ids.TEAM_FOLLOW: following.follow_asked,
        ids.TEAM_HISTORY: following.history_asked,
        ids.TEAM_UNFOLLOW: following.unfollow_asked,
        ids.TEAM_UNFOLLOWED: following.unfollow_confirmed,
        ids.TEAM_KEPT: following.team_kept,
    },
    forms={ids.TEAM_VIEW: following_team.form_sent},
    events=dict.fromkeys(LOST, channel_lost),
    outgoing=(Kind(KIND, FOR_CHANNELS, digest.facts, digest.compose, digest.sent),),
)
