"""`/rungs me`: the member's profile and history, for them alone."""

from bot.commands.table import Call
from bot.deps import Deps
from bot.profiles import profile_of
from bot.replies import Reply
from bot.views.profile import profile_message


async def me(deps: Deps, call: Call) -> None:
    """Show what the member said about themselves, newest first."""
    async with deps.database.read() as session:
        profile = await profile_of(session, deps, call.origin.key)
    await Reply(deps, call.origin).privately(profile_message(deps.render, profile))
