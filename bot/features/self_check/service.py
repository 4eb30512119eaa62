"""Finding a role family, or another self-check, by what a member typed."""

from difflib import get_close_matches

from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from content.families import Family
from content.library import SelfCheck


def family_named(deps: Deps, typed: str) -> Family | None:
    """The family with this id or name, however it is written."""
    wanted = plain(typed)
    for family in deps.library.families.values():
        if wanted in (plain(family.id), plain(family.name)):
            return family
    return None


def check_named(deps: Deps, typed: str) -> SelfCheck | None:
    """The self-check beside the role families with this command, name or id."""
    wanted = plain(typed)
    for check in deps.library.checks.values():
        if wanted in map(plain, (check.command, check.name, check.framework)):
            return check
    return None


def unknown_family(deps: Deps, typed: str) -> Message:
    """What to type instead."""
    names = list(deps.library.families)
    close = get_close_matches(plain(typed).replace(" ", "-"), names, n=1)
    text = deps.render(
        "self_check/unknown_family",
        typed=repeated(typed),
        meant=close[0] if close else None,
        families=names,
    )
    return notice(text)


def plain(text: str) -> str:
    """The words alone, however they are written."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
