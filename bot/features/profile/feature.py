"""The profile as a capability: a member's results so far."""

from bot.buttons import PROFILE
from bot.feature import Command, Feature
from bot.features.profile import handlers
from bot.features.profile.handlers import me

FEATURE = Feature(
    name="profile",
    commands=(Command("me", "", "Your results so far", me, ("results",), button=PROFILE, rank=50),),
    clicks={PROFILE: handlers.profile_asked},
)
