"""Buttons that ask for what a command would: start, tip, profile, privacy, export, erase, family."""

from bot import steps
from bot.actions.deciding import redraw
from bot.actions.unknown import unknown_click
from bot.commands.all import LINES
from bot.commands.export import send_export
from bot.commands.family import choice, set_family
from bot.commands.forget import question
from bot.commands.help import show_help
from bot.commands.me import me
from bot.commands.table import Call
from bot.commands.tip import offer_step, post_step
from bot.conversations.opening import OWN_FAMILY, Asked, open_card
from bot.deps import Deps
from bot.home import publish, refresh_after
from bot.ids import HERE, StartValue
from bot.origin import Click
from bot.replies import Reply
from bot.views.notices import notice
from bot.views.settings_cards import privacy_message
from storage import assessments
from storage import steps as step_rows
from storage.tables import Step


async def assessment_started(deps: Deps, click: Click) -> None:
    """ "Start the self-check" or "Continue", wherever the button stands."""
    value = StartValue.parse(click.value)
    asked = Asked(value.framework, value.framework) if value.framework else OWN_FAMILY
    await open_card(deps, click.origin, asked, go_on=value.goes_on)
    await refresh_after(deps, click)


async def tip_asked(deps: Deps, click: Click) -> None:
    """The next step, or the current one: on Home or in the message that was clicked, else in a new one."""
    step = None
    if click.origin.on_home:
        step = await offer_step(deps, click.origin)
    elif click.value == HERE:
        step = await _step_for(deps, click)
    if step:
        await redraw(deps, click, step.id)
    else:
        await post_step(deps, click.origin)


async def _step_for(deps: Deps, click: Click) -> Step | None:
    """The step that can stand in this message: a result shows its own ones alone, the latest a new one."""
    key = click.origin.key
    async with deps.database.write() as session:
        past = await assessments.history(session, key)
        result = next((row for row in past if row.card_ts == click.message_ts), None)
        if result is None:
            return await steps.current_or_next(session, deps, key)
        current = await step_rows.current(session, key)
        if current:
            return current if current.assessment_id == result.id else None
        latest = next(row for row in past if row.framework == result.framework)
        if latest.id != result.id:
            return None
        return await steps.another(session, deps, key, framework=result.framework)


async def privacy_asked(deps: Deps, click: Click) -> None:
    """Who sees what."""
    await Reply(deps, click.origin).privately(privacy_message(deps.render))


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
        await publish(deps, click.origin)


async def profile_asked(deps: Deps, click: Click) -> None:
    """The member's results so far."""
    await me(deps, Call(click.origin))


async def commands_asked(deps: Deps, click: Click) -> None:
    """The list of all commands."""
    await show_help(deps, Call(click.origin), lines=LINES)


async def forget_kept(deps: Deps, click: Click) -> None:
    """ "Keep it": nothing was erased."""
    await Reply(deps, click.origin).instead(notice(deps.render("privacy/forget_kept")))
