"""Buttons that ask for what a command would: start, tip, profile, privacy, export, erase, family."""

from bot.actions.unknown import unknown_click
from bot.commands.assess import open_card
from bot.commands.export import send_export
from bot.commands.family import choice, set_family
from bot.commands.forget import question
from bot.commands.tip import post_step
from bot.deps import Deps
from bot.home import refresh_after
from bot.ids import CONTINUE
from bot.origin import Click
from bot.replies import Reply
from bot.views.notices import notice
from bot.views.settings_cards import privacy_message


async def assessment_started(deps: Deps, click: Click) -> None:
    """ "Start the self-check" or "Continue", wherever the button stands."""
    await open_card(deps, click.origin, None, go_on=click.value == CONTINUE)
    await refresh_after(deps, click)


async def tip_asked(deps: Deps, click: Click) -> None:
    """The next step, or the current one."""
    await post_step(deps, click.origin)
    await refresh_after(deps, click)


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


async def family_asked(deps: Deps, click: Click) -> None:
    """The choice of another role family."""
    await Reply(deps, click.origin).privately(await choice(deps, click.origin.key))


async def family_kept(deps: Deps, click: Click) -> None:
    """Another role family, chosen in the settings."""
    family = deps.library.family(click.value.partition("|")[0])
    if family is None:
        await unknown_click(deps, click)
        return
    await Reply(deps, click.origin).instead(await set_family(deps, click.origin.key, family))


async def forget_kept(deps: Deps, click: Click) -> None:
    """ "Keep it": nothing was erased."""
    await Reply(deps, click.origin).instead(notice(deps.say("forget_kept")))
