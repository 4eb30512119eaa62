"""`/rungs help`: what can be typed."""

from collections.abc import Sequence

from bot.commands.table import Call
from bot.deps import Deps
from bot.replies import Reply
from bot.views.help import help_message


async def show_help(deps: Deps, call: Call, *, lines: Sequence[tuple[str, str]]) -> None:
    """Show the table of commands, as (usage, summary)."""
    opening = deps.say("unknown_command", typed=None, meant=None)
    await Reply(deps, call.origin).privately(help_message(deps.say, lines, opening=opening))
