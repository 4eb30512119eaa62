"""Clicks on what Rungs says about the digest of a channel."""

from contextlib import suppress

from bot.commands.team import ask_unfollow, show_history, show_status
from bot.deps import Deps
from bot.forms.following_team import open_form
from bot.origin import Click
from bot.replies import Reply
from bot.slack_errors import ChannelGone
from bot.teams.announcing import announce_end
from bot.teams.following import unfollow
from bot.teams.guarding import asked
from bot.views.notices import notice


async def team_asked(deps: Deps, click: Click) -> None:
    """ "About this digest" """
    await show_status(deps, click.origin, typed_here=False)


async def follow_asked(deps: Deps, click: Click) -> None:
    """ "Set up the digest" or "Change the day or hour" """
    await open_form(deps, click.origin, typed_here=False)


async def history_asked(deps: Deps, click: Click) -> None:
    """ "See the history" """
    await show_history(deps, click.origin, typed_here=False)


async def unfollow_asked(deps: Deps, click: Click) -> None:
    """ "Stop the digest", asked about once more."""
    await ask_unfollow(deps, click.origin, typed_here=False)


async def unfollow_confirmed(deps: Deps, click: Click) -> None:
    """Stop it, and tell the channel who did."""
    origin, channel = click.origin, click.origin.channel or ""
    found = await asked(deps, origin, channel, typed_here=False, to_change=True)
    if found.obstacle:
        told = notice(deps.render("team_digest/obstacle", why=found.obstacle))
        await Reply(deps, origin).instead(told)
        return
    is_news = await unfollow(deps, channel)
    if is_news:
        # In a channel that is gone meanwhile, nobody is there to be told.
        with suppress(ChannelGone):
            await announce_end(deps, channel, by=origin.key.user_id)
    await Reply(deps, origin).instead(notice(deps.render("team_digest/stopped", is_news=is_news)))


async def team_kept(deps: Deps, click: Click) -> None:
    """ "Keep it" """
    await Reply(deps, click.origin).instead(notice(deps.render("team_digest/kept")))
