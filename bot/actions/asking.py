"""Buttons that ask for what a command would: start, tip, profile, privacy, export, erase, family."""

from bot.assessments.start import OWN_FAMILY, Asked, open_card
from bot.assessments.values import StartValue
from bot.commands.export import send_export
from bot.commands.family import choice, set_family
from bot.commands.forget import question
from bot.commands.me import me
from bot.deps import Deps
from bot.feature import Call
from bot.slack.blocks import notice
from bot.slack.payloads import Click
from bot.slack.replies import Reply, unknown_click
from bot.views.settings_cards import privacy_message


async def assessment_started(deps: Deps, click: Click) -> None:
    """ "Start the self-check" or "Continue", wherever the button stands."""
    value = StartValue.parse(click.value)
    asked = Asked(value.framework, value.framework) if value.framework else OWN_FAMILY
    await open_card(deps, click.origin, asked, go_on=value.goes_on)
    await deps.features.refresh_after(deps, click)


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
    family = deps.library.family(click.value)
    if family is None:
        await unknown_click(deps, click)
        return
    await Reply(deps, click.origin).instead(await set_family(deps, click.origin.key, family))
    if click.origin.window:
        # The window lies over the Home tab, which names the family.
        await deps.features.refresh_home(deps, click.origin)


async def profile_asked(deps: Deps, click: Click) -> None:
    """The member's results so far."""
    await me(deps, Call(click.origin))


async def forget_kept(deps: Deps, click: Click) -> None:
    """ "Keep it": nothing was erased."""
    await Reply(deps, click.origin).instead(notice(deps.say("forget_kept")))
