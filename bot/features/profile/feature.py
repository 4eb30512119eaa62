"""Declares and answers `/rungs me`: a member's results so far and the steps they did."""

from bot.buttons import PROFILE
from bot.deps import Deps
from bot.feature import Call, Command, Feature, asking_for
from bot.features.profile.service import done_steps_of, profile_of
from bot.features.profile.views import profile_message
from bot.slack.payloads import Click
from bot.slack.replies import Reply


async def me(deps: Deps, call: Call) -> None:
    """Answer with the member's results and the steps they did, the newest first."""
    async with deps.database.read() as session:
        profile = await profile_of(session, deps, call.request.key)
        done = await done_steps_of(session, deps, call.request.key)
    await Reply(deps, call.request).privately(profile_message(deps.render, profile, done))


async def profile_asked(deps: Deps, click: Click) -> None:
    """Answer with the member's results, the newest first."""
    await me(deps, Call(click.request))


ME = Command("me", "", "Your results so far", me, ("results",), button=PROFILE, rank=50)

FEATURE = Feature(
    name="profile",
    commands=(ME,),
    intents=(asking_for("results", ME),),
    clicks={PROFILE: profile_asked},
)
