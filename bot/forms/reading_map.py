"""The map in a modal: opened from a command, the result, the Home tab; turned to another level."""

from bot import ids
from bot.delivery import Message
from bot.deps import Deps
from bot.forms.opening import opened
from bot.origin import Click, Origin
from bot.replies import Reply
from bot.views.bricks import button, paragraph, row, shortened
from bot.views.map_view import OVERVIEW, map_view
from bot.views.windows import loading
from content.limits import BUTTON
from content.model import Family
from storage import assessments, members

FIRST_LEVEL, LAST_LEVEL = 1, 3
PAGES = (OVERVIEW, 1, 2, 3)


async def open_map(deps: Deps, origin: Origin, *, family_id: str | None, level: int | None) -> None:
    """Open the map; what is not given is looked up after the window stands."""
    family = deps.library.family(family_id or "")
    if family and level is not None:
        view = map_view(deps.library.framework, _families(deps), family, level)
        await opened(deps, origin, view)
        return
    view_id = await opened(deps, origin, loading("The map", callback=ids.MAP_VIEW))
    if view_id is None:
        return
    shown, at = await _own_place(deps, origin, family, level)
    view = map_view(deps.library.framework, _families(deps), shown, at)
    await deps.slack.update_modal(view_id, view)


async def offer_map(
    deps: Deps, origin: Origin, *, family: Family | None, level: int | None
) -> None:
    """A button to the map, where there is nothing that could open a window."""
    text = deps.render("map/offer")
    value = f"{family.id if family else ''}|{'' if level is None else level}"
    label = shortened(_page_name(family, level), BUTTON)
    see_map = button(label, action=ids.MAP, value=value, style="primary")
    await Reply(deps, origin).privately(Message(text=text, blocks=[paragraph(text), row(see_map)]))


def _page_name(family: Family | None, level: int | None) -> str:
    if level is None:
        return f"See the map of {family.name}" if family else "See the map"
    page = "the tiers" if level == OVERVIEW else f"level {level}"
    return f"See {page} of {family.name}" if family and level != OVERVIEW else f"See {page}"


async def map_asked(deps: Deps, click: Click) -> None:
    """ "See the map" or "See the next level"."""
    family_id, level = _split(click.value)
    await open_map(deps, click.origin, family_id=family_id, level=level)


async def map_turned(deps: Deps, click: Click) -> None:
    """Another level or family, in the window that is open."""
    family_id, level = _split(click.value)
    family = deps.library.family(family_id or "")
    if family and click.origin.window:
        page = FIRST_LEVEL if level is None else level
        view = map_view(deps.library.framework, _families(deps), family, page)
        await deps.slack.update_modal(click.origin.window, view)


async def _own_place(
    deps: Deps, origin: Origin, family: Family | None, level: int | None
) -> tuple[Family, int]:
    async with deps.database.read() as session:
        member = await members.get(session, origin.key)
        latest = await assessments.latest(session, origin.key)
    own = deps.library.family(member.family or "") if member else None
    shown = family or own or _families(deps)[0]
    tier = latest.tier if latest and latest.tier and latest.family == shown.id else FIRST_LEVEL
    own_level = min(LAST_LEVEL, max(FIRST_LEVEL, int(tier)))
    return shown, own_level if level is None else level


def _families(deps: Deps) -> tuple[Family, ...]:
    return tuple(deps.library.families.values())


def _split(value: str) -> tuple[str | None, int | None]:
    family_id, _, level = value.partition("|")
    at = int(level) if level.isdecimal() else None
    return family_id or None, at if at in PAGES else None
