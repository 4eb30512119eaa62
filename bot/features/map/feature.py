"""The map: the tiers of each role family, the other ladders, and how they relate."""

import re
from functools import partial

from slack_sdk.models.views import View

from bot.assessments.session import role_families, suggested_family
from bot.buttons import CROSSWALK, LADDER, LADDER_ABOUT, MAP
from bot.deps import Deps
from bot.feature import Call, Command, Feature, asking_for
from bot.features.map.views import (
    FIRST_PAGE,
    LADDER_LEVEL,
    LADDER_VIEW,
    LAST_PAGE,
    MAP_CHOICE,
    MAP_FAMILY,
    MAP_LEVEL,
    MAP_TITLE,
    MAP_VIEW,
    OVERVIEW,
    WHOLE_LADDER,
    OwnPlace,
    crosswalk_view,
    ladder_view,
    map_question,
    map_view,
)
from bot.features.self_check.service import check_named, family_named, unknown_family
from bot.slack.api import Message
from bot.slack.blocks import button, notice, paragraph, row, shortened
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request
from bot.slack.phrases import MemberClock
from bot.slack.replies import Reply, open_and_fill, open_modal, unknown_click
from coaching.members import MemberKey
from content.families import Family
from content.ladders import LadderFramework
from content.library import Library
from content.limits import BUTTON
from storage import members
from storage.assessments import assessments
from storage.assessments.assessments import Assessment

NUMBER = re.compile(r"-?[0-9]{1,6}([.,][0-9]{1,3})?")
FILLERS = ("level", "tier")
OVERVIEW_WORDS = ("tiers", "overview")
PAGES = (OVERVIEW, 1, 2, 3)
BELOW_FIRST = -1
"""What a number under 1 is read as, because 0 is the page of the tiers."""


async def progression_map(deps: Deps, call: Call) -> None:
    """Open the map at the role family and tier that were named, else at the member's own.

    The name of a ladder opens the ladder.
    """
    words = [word for word in call.arguments if word.casefold() not in FILLERS]
    page = _page(words.pop()) if words and _is_page(words[-1]) else None
    family = family_named(deps, " ".join(words)) if words else None
    family_id = family.id if family else None
    ladder = ladder_named(deps, " ".join(words)) if words and family is None else None
    if ladder:
        await open_ladder(deps, call.request, ladder, page=page or WHOLE_LADDER)
    elif words and family is None:
        await Reply(deps, call.request).privately(unknown_family(deps, " ".join(words)))
    elif page is not None and page not in PAGES:
        await Reply(deps, call.request).privately(_unknown_page(deps, page, family_id))
    elif call.request.trigger_id:
        await open_map(deps, call.request, family_id=family_id, page=page)
    else:
        await offer_map(deps, call.request, family=family, page=page)


def _is_page(word: str) -> bool:
    return word.casefold() in OVERVIEW_WORDS or NUMBER.fullmatch(word) is not None


def _page(word: str) -> int:
    """The page of the map for this word; 2.5, which is between two pages, is read as tier 2."""
    if word.casefold() in OVERVIEW_WORDS:
        return OVERVIEW
    return int(float(word.replace(",", "."))) or BELOW_FIRST


def _unknown_page(deps: Deps, page: int, family: str | None) -> Message:
    nearest = min(LAST_PAGE, max(FIRST_PAGE, page))
    levels = range(FIRST_PAGE, LAST_PAGE + 1)
    text = deps.render("map/unknown_level", levels=list(levels), family=family, nearest=nearest)
    return notice(text)


async def open_map(
    deps: Deps, request: Request, *, family_id: str | None, page: int | None
) -> None:
    """Open the map; a family or a page that is not given is the member's own, or is asked for."""
    content = partial(_map_or_question, deps, request.key, family_id, page)
    await open_and_fill(deps, request, MAP_TITLE, callback=MAP_VIEW, content=content)


async def _map_or_question(
    deps: Deps, key: MemberKey, family_id: str | None, page: int | None
) -> View:
    async with deps.database.read() as session:
        member = await members.get(session, key)
    own = member.family if member else None
    family = deps.library.family(family_id or "") or deps.library.family(own or "")
    if family is None and page != OVERVIEW:
        suggested = await suggested_family(deps, key)
        return map_question(deps.render, role_families(deps), suggested, page)
    return await _map_view(deps, key, family, page)


async def _map_view(deps: Deps, key: MemberKey, family: Family | None, page: int | None) -> View:
    """Return the map at this page, else at the one where the member stands."""
    framework = deps.library.framework
    row, clock = await _latest(deps, key, framework.id, family.id if family else None)
    own = None
    if row and row.tier is not None:
        name = next((one.name for one in framework.tiers if one.tier == row.tier), "")
        own = OwnPlace(row.tier, name, clock.day(row.ended_at or row.started_at))
    if page is None:
        page = own.page if own else FIRST_PAGE
    return map_view(deps.render, framework, role_families(deps), family, page, own)


async def _latest(
    deps: Deps, key: MemberKey, framework: str, family: str | None
) -> tuple[Assessment | None, MemberClock]:
    """Return the member's last result there, and their clock."""
    async with deps.database.read() as session:
        row = await assessments.latest(session, key, framework=framework, family=family)
        return row, await clock_of(session, deps, key)


async def offer_map(
    deps: Deps, request: Request, *, family: Family | None, page: int | None
) -> None:
    """Answer with a button to the map; a message in the DM brings no trigger to open a window with."""
    text = deps.render("map/offer")
    value = f"{family.id if family else ''}|{'' if page is None else page}"
    label = shortened(_offer_label(family, page), BUTTON)
    see_map = button(label, action=MAP, value=value, style="primary")
    await Reply(deps, request).privately(Message(text=text, blocks=[paragraph(text), row(see_map)]))


def _offer_label(family: Family | None, page: int | None) -> str:
    if page is None:
        return f"See the map of {family.name}" if family else "See the map"
    shown = "the tiers" if page == OVERVIEW else f"tier {page}"
    return f"See {shown} of {family.name}" if family and page != OVERVIEW else f"See {shown}"


async def map_asked(deps: Deps, click: Click) -> None:
    """Open the map at the family and page of the button."""
    family_id, page = _family_and_page(click.value)
    await open_map(deps, click.request, family_id=family_id, page=page)


async def map_turned(deps: Deps, click: Click) -> None:
    """Show another page or family in the window that is open."""
    family_id, page = _family_and_page(click.value)
    family = deps.library.family(family_id or "")
    if family and click.request.window:
        view = await _map_view(deps, click.request.key, family, page)
        await deps.slack.update_modal(click.request.window, view)


async def map_family_chosen(deps: Deps, click: Click) -> None:
    """Save the role family that was chosen in the window, and show its map there."""
    family_id, page = _family_and_page(click.value)
    family, key = deps.library.family(family_id or ""), click.request.key
    if family is None or not click.request.window:
        await unknown_click(deps, click, about=family_id or "")
        return
    async with deps.database.write() as session:
        await members.save_family(session, key, family.id, now=deps.now())
    await deps.slack.update_modal(click.request.window, await _map_view(deps, key, family, page))
    # The window may have been opened on the Home tab, which shows the role family.
    await deps.features.refresh_home(deps, click.request)


def _family_and_page(value: str) -> tuple[str | None, int | None]:
    """What a button of the map carries; None for a part that is not given or no page."""
    family_id, _, page = value.partition("|")
    at = int(page) if page.isdecimal() else None
    return family_id or None, at if at in PAGES else None


def ladder_named(deps: Deps, typed: str) -> LadderFramework | None:
    """Return the ladder of behaviors with this command, name or id."""
    check = check_named(deps, typed)
    return deps.library.ladders.get(check.framework) if check else None


async def open_ladder(
    deps: Deps, request: Request, framework: LadderFramework, *, page: int
) -> None:
    """Open the ladder, or answer with a button to it where no trigger allows a window."""
    if request.trigger_id:
        content = partial(_ladder_view, deps, request.key, framework, page)
        await open_and_fill(deps, request, framework.name, callback=LADDER_VIEW, content=content)
        return
    text, value = deps.render("map/offer"), f"{framework.id}|{page}"
    see = button("See the ladder", action=LADDER, value=value, style="primary")
    await Reply(deps, request).privately(Message(text=text, blocks=[paragraph(text), row(see)]))


async def _ladder_view(deps: Deps, key: MemberKey, framework: LadderFramework, page: int) -> View:
    row, clock = await _latest(deps, key, framework.id, framework.id)
    own = None
    if row and row.level is not None:
        name = framework.words.name_of(row.level)
        own = OwnPlace(row.level, name, clock.day(row.ended_at or row.started_at))
    return ladder_view(deps.render, framework, page, own)


async def ladder_asked(deps: Deps, click: Click) -> None:
    """Open the ladder at the page of the button."""
    framework, page = _ladder_and_page(deps, click)
    if framework is None:
        await unknown_click(deps, click, about=click.value.partition("|")[0])
    else:
        await open_ladder(deps, click.request, framework, page=page)


async def ladder_turned(deps: Deps, click: Click) -> None:
    """Show another level of the ladder in the window that is open."""
    framework, page = _ladder_and_page(deps, click)
    if framework and click.request.window:
        view = await _ladder_view(deps, click.request.key, framework, page)
        await deps.slack.update_modal(click.request.window, view)


async def crosswalk_asked(deps: Deps, click: Click) -> None:
    """Open the page that says how the ladders relate."""
    crosswalk = deps.library.crosswalk
    if crosswalk is None:
        await unknown_click(deps, click)
    else:
        await open_modal(
            deps, click.request, crosswalk_view(crosswalk, _framework_names(deps.library))
        )


def _framework_names(library: Library) -> dict[str, str]:
    """The name of every framework by its id."""
    names = {library.framework.id: library.framework.name}
    names |= {one.id: one.name for one in library.ladders.values()}
    names |= {one.id: one.name for one in library.scales.values()}
    return names | {one.id: one.name for one in library.gradings.values()}


def _ladder_and_page(deps: Deps, click: Click) -> tuple[LadderFramework | None, int]:
    framework_id, _, page = click.value.partition("|")
    at = int(page) if page.isdecimal() else WHOLE_LADDER
    return deps.library.ladders.get(framework_id), at


MAP_COMMAND = Command(
    "map",
    "[family] [tier]",
    "What each tier looks like in your role",
    progression_map,
    button=MAP,
    button_value="|",
    rank=20,
)

FEATURE = Feature(
    name="map",
    commands=(MAP_COMMAND,),
    intents=(asking_for("map", MAP_COMMAND),),
    clicks={
        MAP: map_asked,
        MAP_LEVEL: map_turned,
        MAP_FAMILY: map_turned,
        MAP_CHOICE: map_family_chosen,
        LADDER: ladder_asked,
        LADDER_ABOUT: ladder_asked,
        LADDER_LEVEL: ladder_turned,
        CROSSWALK: crosswalk_asked,
    },
)
