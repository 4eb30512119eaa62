"""A ladder of behaviors in a modal, turned from level to level; and how the ladders relate."""

from bot.actions.unknown import unknown_click
from bot.deps import Deps
from bot.forms.opening import opened
from bot.origin import Click
from bot.views.crosswalk_view import crosswalk_view
from bot.views.ladder_view import WHOLE, ladder_view
from content.model import LadderFramework, Library


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
