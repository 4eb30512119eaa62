"""Buttons that ask for what a command would: start, tip, profile, privacy, export, erase, family."""

from bot.commands.export import send_export
from bot.commands.forget import question
from bot.deps import Deps
from bot.slack.blocks import notice
from bot.slack.payloads import Click
from bot.slack.replies import Reply
from bot.views.settings_cards import privacy_message


async def privacy_asked(deps: Deps, click: Click) -> None:
    """Who sees what."""
    await Reply(deps, click.origin).privately(privacy_message(deps.say))


async def export_asked(deps: Deps, click: Click) -> None:
    """Everything held, as a file."""
    await send_export(deps, click.origin)


async def forget_asked(deps: Deps, click: Click) -> None:
    """The question before erasing."""
    message = await question(deps, click.origin.key)
    await Reply(deps, click.origin).privately(message)


async def forget_kept(deps: Deps, click: Click) -> None:
    """ "Keep it": nothing was erased."""
    await Reply(deps, click.origin).instead(notice(deps.say("forget_kept")))
