"""`/rungs assess [family or self-check]`: start a self-check, or find the open one again."""

from difflib import get_close_matches

from bot.commands.table import Call
from bot.conversations.opening import OWN_FAMILY, Asked, open_card
from bot.delivery import Message
from bot.deps import Deps
from bot.family_names import check_named, family_named, plain
from bot.replies import Reply
from bot.views.notices import notice
from bot.views.typed import repeated
from storage.assessments import ROLE_FAMILIES


async def assess(deps: Deps, call: Call) -> None:
    """Post the right card in the member's DM, and say so where they typed."""
    typed = " ".join(call.arguments)
    asked = _asked(deps, typed) if typed else OWN_FAMILY
    if asked is None:
        await Reply(deps, call.origin).privately(_unknown(deps, typed))
    else:
        await open_card(deps, call.origin, asked)


def _asked(deps: Deps, typed: str) -> Asked | None:
    """What was named: a role family, or another self-check."""
    if family := family_named(deps, typed):
        return Asked(ROLE_FAMILIES, family.id)
    check = check_named(deps, typed)
    return Asked(check.framework, check.family) if check else None


def _unknown(deps: Deps, typed: str) -> Message:
    """What to type instead."""
    families, checks = list(deps.library.families), list(deps.library.checks)
    close = get_close_matches(plain(typed).replace(" ", "-"), [*families, *checks], n=1)
    text = deps.render(
        "self_check/unknown_check",
        typed=repeated(typed),
        meant=close[0] if close else None,
        families=families,
        checks=checks,
    )
    return notice(text)
