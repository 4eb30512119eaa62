"""`/rungs map [family] [level]`: the progression map to read, or a ladder of behaviors."""

import re

from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.family_names import family_named, unknown_family
from bot.forms.reading_ladder import ladder_named, open_ladder
from bot.forms.reading_map import FIRST_LEVEL, LAST_LEVEL, PAGES, offer_map, open_map
from bot.replies import Reply
from bot.views.ladder_view import WHOLE
from bot.views.map_view import OVERVIEW
from bot.views.notices import notice

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
        await open_ladder(deps, call.origin, ladder, page=level or WHOLE)
    elif words and family is None:
        await Reply(deps, call.origin).privately(unknown_family(deps, " ".join(words)))
    elif level is not None and level not in PAGES:
        await Reply(deps, call.origin).privately(_unknown_level(deps, level, family_id))
    elif call.origin.trigger_id:
        await open_map(deps, call.origin, family_id=family_id, level=level)
    else:
        await offer_map(deps, call.origin, family=family, level=level)


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
