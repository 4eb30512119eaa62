"""`/rungs privacy`: who sees what, and what a member can do about it."""

from bot.commands.table import Call
from bot.deps import Deps
from bot.replies import Reply
from bot.views.settings_cards import privacy_message


async def privacy(deps: Deps, call: Call) -> None:
    """Say who sees what."""
    await Reply(deps, call.origin).privately(privacy_message(deps.render))
