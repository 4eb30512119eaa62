"""`/rungs map [family] [level]`: the progression map to read, or a ladder of behaviors."""

import re

from bot.buttons import LADDER, MAP
from bot.deps import Deps
from bot.feature import Call
from bot.features.map.views import MAP_VIEW, OVERVIEW, WHOLE, crosswalk_view, ladder_view, map_view
from bot.features.self_check.service import check_named, family_named, unknown_family
from bot.slack.api import Message
from bot.slack.blocks import button, loading, notice, paragraph, row, shortened
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, open_modal, unknown_click
from content.families import Family
from content.ladders import LadderFramework
from content.library import Library
from content.limits import BUTTON
from storage import members
from storage.assessments import assessments

NUMBER = re.compile(r"-?[0-9]{1,6}([.,][0-9]{1,3})?")
FILLERS = ("level", "tier")
BELOW = -1
"""What is asked for with a number under the first level."""

OVERVIEW_WORDS = ("tiers", "overview")


async def progression_map(deps: Deps, call: Call) -> None:
    """Open the map at the family and level asked for, or at the member's own."""
    words = [word for word in call.arguments if word.casefold() not in FILLERS]
    level = _level(words.pop()) if words and _is_level(words[-1]) else None
    family = family_named(deps, " ".join(words)) if words else None
    family_id = family.id if family else None
    ladder = ladder_named(deps, " ".join(words)) if words and family is None else None
    if ladder:
        await open_ladder(deps, call.request, ladder, page=level or WHOLE)
    elif words and family is None:
        await Reply(deps, call.request).privately(unknown_family(deps, " ".join(words)))
    elif level is not None and level not in PAGES:
        await Reply(deps, call.request).privately(_unknown_level(deps, level, family_id))
    elif call.request.trigger_id:
        await open_map(deps, call.request, family_id=family_id, level=level)
    else:
        await offer_map(deps, call.request, family=family, level=level)


def _is_level(word: str) -> bool:
    return word.casefold() in OVERVIEW_WORDS or NUMBER.fullmatch(word) is not None


def _level(word: str) -> int:
    """The page of the map; a half-step is between two of them and is read at the lower one."""
    return (
        OVERVIEW
        if word.casefold() in OVERVIEW_WORDS
        else int(float(word.replace(",", "."))) or BELOW
    )


def _unknown_level(deps: Deps, level: int, family: str | None) -> Message:
    nearest = min(LAST_LEVEL, max(FIRST_LEVEL, level))
    levels = range(FIRST_LEVEL, LAST_LEVEL + 1)
    text = deps.render("map/unknown_level", levels=list(levels), family=family, nearest=nearest)
    return notice(text)


FIRST_LEVEL, LAST_LEVEL = 1, 3
PAGES = (OVERVIEW, 1, 2, 3)


async def open_map(
    deps: Deps, request: Request, *, family_id: str | None, level: int | None
) -> None:
    """Open the map; what is not given is looked up after the window stands."""
    family = deps.library.family(family_id or "")
    if family and level is not None:
        view = map_view(deps.library.framework, _families(deps), family, level)
        await open_modal(deps, request, view)
        return
    view_id = await open_modal(deps, request, loading("The map", callback=MAP_VIEW))
    if view_id is None:
        return
    shown, at = await _own_place(deps, request, family, level)
    view = map_view(deps.library.framework, _families(deps), shown, at)
    await deps.slack.update_modal(view_id, view)


async def offer_map(
    deps: Deps, request: Request, *, family: Family | None, level: int | None
) -> None:
    """A button to the map, where there is nothing that could open a window."""
    text = deps.render("map/offer")
    value = f"{family.id if family else ''}|{'' if level is None else level}"
    label = shortened(_page_name(family, level), BUTTON)
    see_map = button(label, action=MAP, value=value, style="primary")
    await Reply(deps, request).privately(Message(text=text, blocks=[paragraph(text), row(see_map)]))


def _page_name(family: Family | None, level: int | None) -> str:
    if level is None:
        return f"See the map of {family.name}" if family else "See the map"
    page = "the tiers" if level == OVERVIEW else f"level {level}"
    return f"See {page} of {family.name}" if family and level != OVERVIEW else f"See {page}"


async def map_asked(deps: Deps, click: Click) -> None:
    """ "See the map" or "See the next level"."""
    family_id, level = _split(click.value)
    await open_map(deps, click.request, family_id=family_id, level=level)


async def map_turned(deps: Deps, click: Click) -> None:
    """Another level or family, in the window that is open."""
    family_id, level = _split(click.value)
    family = deps.library.family(family_id or "")
    if family and click.request.window:
        page = FIRST_LEVEL if level is None else level
        view = map_view(deps.library.framework, _families(deps), family, page)
        await deps.slack.update_modal(click.request.window, view)


async def _own_place(
    deps: Deps, request: Request, family: Family | None, level: int | None
) -> tuple[Family, int]:
    async with deps.database.read() as session:
        member = await members.get(session, request.key)
        latest = await assessments.latest(session, request.key)
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


def ladder_named(deps: Deps, typed: str) -> LadderFramework | None:
    """The ladder of behaviors with this command, name or id."""
    check = check_named(deps, typed)
    return deps.library.ladders.get(check.framework) if check else None


async def open_ladder(
    deps: Deps, request: Request, framework: LadderFramework, *, page: int
) -> None:
    """Open the ladder, or offer it where there is nothing that could open a window."""
    if request.trigger_id:
        await open_modal(deps, request, ladder_view(framework, page))
        return
    text, value = deps.render("map/offer"), f"{framework.id}|{page}"
    see = button("See the ladder", action=LADDER, value=value, style="primary")
    await Reply(deps, request).privately(Message(text=text, blocks=[paragraph(text), row(see)]))


async def ladder_asked(deps: Deps, click: Click) -> None:
    """ "See the ladder", "See the next level" or "What this level means"."""
    framework, page = _meant(deps, click)
    if framework is None:
        await unknown_click(deps, click)
    else:
        await open_modal(deps, click.request, ladder_view(framework, page))


async def ladder_turned(deps: Deps, click: Click) -> None:
    """Another level, in the window that is open."""
    framework, page = _meant(deps, click)
    if framework and click.request.window:
        await deps.slack.update_modal(click.request.window, ladder_view(framework, page))


async def crosswalk_asked(deps: Deps, click: Click) -> None:
    """ "How the ladders relate"."""
    crosswalk = deps.library.crosswalk
    if crosswalk is None:
        await unknown_click(deps, click)
    else:
        await open_modal(deps, click.request, crosswalk_view(crosswalk, names_of(deps.library)))


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
