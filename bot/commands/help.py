"""`/rungs help`: what can be typed."""

from collections.abc import Sequence

from bot.commands.table import Call
from bot.deps import Deps
from bot.replies import Reply
from bot.views.help import help_message


async def show_help(deps: Deps, call: Call, *, lines: Sequence[tuple[str, str]]) -> None:
    """Show the table of commands, as (usage, summary)."""
    opening = deps.render("help/unknown_command", typed=None, meant=None)
    every = with_checks(deps, lines)
    await Reply(deps, call.origin).privately(help_message(deps.render, every, opening=opening))


def with_checks(deps: Deps, lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The table of commands with the self-checks beside the role families, below what starts them."""
    own = [(f"assess {check.command}", check.summary) for check in deps.library.checks.values()]
    return [*lines[:1], *own, *lines[1:]]
