"""Clicks on buttons that we do not know (any more)."""

from bot.deps import Deps
from bot.origin import Click
from bot.replies import Reply
from bot.views.notices import notice


async def unknown_click(deps: Deps, click: Click) -> None:
    """Say that nothing was changed, and where to go from here."""
    await Reply(deps, click.origin).privately(notice(deps.render("slack/unknown_click")))
