"""Finding role families and other self-checks by what a member typed, and answers when nothing is found."""

from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from content.families import Family
from content.library import SelfCheck
from content.problems import closest


def family_named(deps: Deps, typed: str) -> Family | None:
    """Return the role family with this id or name, whatever its case, hyphens and spaces."""
    wanted = _plain(typed)
    for family in deps.library.families.values():
        if wanted in (_plain(family.id), _plain(family.name)):
            return family
    return None


def check_named(deps: Deps, typed: str) -> SelfCheck | None:
    """Return the self-check beside the role families with this command, name or id."""
    wanted = _plain(typed)
    for check in deps.library.checks.values():
        if wanted in map(_plain, (check.command, check.name, check.framework)):
            return check
    return None


def unknown_family(deps: Deps, typed: str) -> Message:
    """Return the answer to a name that no role family has: the closest one, or all of them."""
    families = list(deps.library.families)
    meant = closest(_as_id(typed), families)
    text = deps.render(
        "self_check/unknown_family", typed=repeated(typed), meant=meant, families=families
    )
    return notice(text)


def unknown_check(deps: Deps, typed: str, own_family: str | None) -> Message:
    """Return the answer to a name that no role family and no self-check has, with those for this family."""
    families, checks = list(deps.library.families), list(deps.library.checks)
    text = deps.render(
        "self_check/unknown_check",
        typed=repeated(typed),
        meant=closest(_as_id(typed), [*families, *checks]),
        families=families,
        checks=[check.command for check in deps.library.checks_for(own_family)],
    )
    return notice(text)


def _plain(text: str) -> str:
    """The words in lower case, with single spaces in place of hyphens and underscores."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _as_id(text: str) -> str:
    return _plain(text).replace(" ", "-")
