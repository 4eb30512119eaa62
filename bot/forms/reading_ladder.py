"""A ladder of behaviors in a modal, turned from level to level; and how the ladders relate."""

from bot import ids
from bot.actions.unknown import unknown_click
from bot.delivery import Message
from bot.deps import Deps
from bot.family_names import check_named
from bot.forms.opening import opened
from bot.origin import Click, Origin
from bot.replies import Reply
from bot.views.bricks import button, paragraph, row
from bot.views.crosswalk_view import crosswalk_view
from bot.views.ladder_view import WHOLE, ladder_view
from content.model import LadderFramework, Library


def ladder_named(deps: Deps, typed: str) -> LadderFramework | None:
    """The ladder of behaviors with this command, name or id."""
    check = check_named(deps, typed)
    return deps.library.ladders.get(check.framework) if check else None


async def open_ladder(deps: Deps, origin: Origin, framework: LadderFramework, *, page: int) -> None:
    """Open the ladder, or offer it where there is nothing that could open a window."""
    if origin.trigger_id:
        await opened(deps, origin, ladder_view(framework, page))
        return
    text, value = deps.render("map/offer"), f"{framework.id}|{page}"
    see = button("See the ladder", action=ids.LADDER, value=value, style="primary")
    await Reply(deps, origin).privately(Message(text=text, blocks=[paragraph(text), row(see)]))


async def ladder_asked(deps: Deps, click: Click) -> None:
    """ "See the ladder", "See the next level" or "What this level means"."""
    framework, page = _meant(deps, click)
    if framework is None:
        await unknown_click(deps, click)
    else:
        await opened(deps, click.origin, ladder_view(framework, page))


async def ladder_turned(deps: Deps, click: Click) -> None:
    """Another level, in the window that is open."""
    framework, page = _meant(deps, click)
    if framework and click.origin.window:
        await deps.slack.update_modal(click.origin.window, ladder_view(framework, page))


async def crosswalk_asked(deps: Deps, click: Click) -> None:
    """ "How the ladders relate"."""
    crosswalk = deps.library.crosswalk
    if crosswalk is None:
        await unknown_click(deps, click)
    else:
        await opened(deps, click.origin, crosswalk_view(crosswalk, names_of(deps.library)))


def names_of(library: Library) -> dict[str, str]:
    """What every framework is called, by its id."""
    names = {library.framework.id: library.framework.name}
    names |= {one.id: one.name for one in library.ladders.values()}
    names |= {one.id: one.name for one in library.scales.values()}
    return names | {one.id: one.name for one in library.gradings.values()}


def _meant(deps: Deps, click: Click) -> tuple[LadderFramework | None, int]:
    framework_id, _, page = click.value.partition("|")
    at = int(page) if page.isdecimal() else WHOLE
    return deps.library.ladders.get(framework_id), at
