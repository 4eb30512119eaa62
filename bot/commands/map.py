"""`/rungs map [family] [level]`: the progression map to read."""

from bot.commands.table import Call
from bot.deps import Deps
from bot.family_names import family_named, unknown_family
from bot.forms.reading_map import offer_map, open_map
from bot.replies import Reply

LEVELS = ("1", "2", "3")


async def progression_map(deps: Deps, call: Call) -> None:
    """Open the map at the family and level asked for, or at the member's own."""
    words = [word for word in call.arguments if word.casefold() != "level"]
    level = int(words.pop()) if words and words[-1] in LEVELS else None
    family = family_named(deps, " ".join(words)) if words else None
    if words and family is None:
        await Reply(deps, call.origin).privately(unknown_family(deps, " ".join(words)))
    elif call.origin.trigger_id:
        await open_map(deps, call.origin, family_id=family.id if family else None, level=level)
    else:
        await offer_map(deps, call.origin, family_id=family.id if family else None, level=level)
