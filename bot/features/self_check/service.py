"""Finding role families and other self-checks by what a member typed, and answers when nothing is found."""

from collections.abc import Iterable

from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from content.families import Family
from content.library import SelfCheck
from content.problems import closest


def family_named(deps: Deps, typed: str) -> Family | None:
    """Return the role family with this id or name, or else the only one whose name begins with these words.

    Case, hyphens and spaces do not matter, and a self-check with this name comes before such a beginning.
    """
    wanted = _plain(typed)
    families = deps.library.families.values()
    for family in families:
        if wanted in (_plain(family.id), _plain(family.name)):
            return family
    begun = [family for family in families if _plain(family.name).startswith(f"{wanted} ")]
    return begun[0] if len(begun) == 1 and check_named(deps, typed) is None else None


def check_named(deps: Deps, typed: str) -> SelfCheck | None:
    """Return the self-check beside the role families with this command, name or id."""
    wanted = _plain(typed)
    for check in deps.library.checks.values():
        if wanted in map(_plain, (check.command, check.name, check.framework)):
            return check
    return None


def unknown_family(deps: Deps, typed: str) -> Message:
    """Return the answer to a name that no role family has: the closest one, or all of them."""
    text = deps.render(
        "self_check/unknown_family",
        typed=repeated(typed),
        meant=_meant(deps, typed, ()),
        families=_family_words(deps),
    )
    return notice(text)


def unknown_check(deps: Deps, typed: str, own_family: str | None) -> Message:
    """Return the answer to a name that no role family and no self-check has, with those for this family."""
    text = deps.render(
        "self_check/unknown_check",
        typed=repeated(typed),
        meant=_meant(deps, typed, deps.library.checks),
        families=_family_words(deps),
        checks=[check.command for check in deps.library.checks_for(own_family)],
    )
    return notice(text)


def _family_words(deps: Deps) -> list[str]:
    """Return what to type for each role family: its name in lower case."""
    return [_plain(family.name) for family in deps.library.families.values()]


def _meant(deps: Deps, typed: str, others: Iterable[str]) -> str | None:
    """Return the role family or other word closest to what was typed, or the family of such a job title."""
    near = closest(_plain(typed), [*_family_words(deps), *others])
    titled = None if near else deps.library.family_by_title(typed)
    return _plain(titled.family.name) if titled else near


def _plain(text: str) -> str:
    """The words in lower case, with single spaces in place of hyphens and underscores."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
