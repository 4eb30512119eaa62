"""The profile as a capability: a member's results so far."""

from bot import ids
from bot.actions import asking
from bot.commands.me import me
from bot.feature import Command, Feature

FEATURE = Feature(
    name="profile",
    commands=(
        Command("me", "", "Your results so far", me, ("results",), button=ids.PROFILE, rank=50),
    ),
    clicks={ids.PROFILE: asking.profile_asked},
)
