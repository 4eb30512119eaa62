"""The profile as a capability: a member's results so far."""

from bot.actions import asking
from bot.buttons import PROFILE
from bot.commands.me import me
from bot.feature import Command, Feature

FEATURE = Feature(
    name="profile",
    commands=(Command("me", "", "Your results so far", me, ("results",), button=PROFILE, rank=50),),
    clicks={PROFILE: asking.profile_asked},
)
