"""Whom the lines of a pasted list mean: by Slack id, by the name with @, or by email address."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.deps import Deps
from bot.features.holders.service import can_be_named
from coaching.access.training_list import ListProblem, TrainingLine, without_repeats
from coaching.members import MemberKey

MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
MAILTO = re.compile(r"<mailto:([^|>]+)(?:\|[^>]*)?>")
USER_ID = re.compile(r"[UW][A-Z0-9]{5,}")

EMAIL_SCOPE = "users:read.email"


@dataclass
class Found:
    """The people of the workspace whom the list asks for, by address and by name; and who may not be named.

    `ids` are the full members among those that are asked for by id.
    """

    ids: set[str] = field(default_factory=set)
    by_word: dict[str, set[str]] = field(default_factory=dict)
    guests: set[str] = field(default_factory=set)
    reads_addresses: bool = True


async def with_people(
    deps: Deps, key: MemberKey, lines: Iterable[TrainingLine]
) -> list[TrainingLine]:
    """Return the lines with user ids in place of the typed people, and what is wrong with the others.

    `key` is the coordinator, who confirms nothing of their own.
    """
    named = [
        one if one.problem else replace(one, person=_plain(one.person), text=one.text)
        for one in lines
    ]
    found = await _look_up(deps, {one.person for one in named if one.problem is None})
    checked = [one if one.problem else _resolved(one, found, key) for one in named]
    return list(without_repeats(checked))


def _plain(typed: str) -> str:
    """Return a person as typed, without the marks of Slack's mentions and links."""
    for pattern in (MENTION, MAILTO):
        if match := pattern.fullmatch(typed):
            return match[1]
    return typed


def _resolved(line: TrainingLine, found: Found, key: MemberKey) -> TrainingLine:
    user_id, problem = _who(line.person, found)
    if problem is None and user_id == key.user_id:
        problem = "own"
    return line.refused(problem) if problem else replace(line, person=user_id)


def _who(typed: str, found: Found) -> tuple[str, ListProblem | None]:
    if USER_ID.fullmatch(typed):
        known = {typed} & (found.ids | found.guests)
    else:
        known = found.by_word.get(_word(typed), set())
    if len(known) > 1:
        return "", "several"
    if not known:
        is_hidden = _is_address(typed) and not found.reads_addresses
        return "", "address" if is_hidden else "person"
    (user_id,) = known
    return user_id, "guest" if user_id in found.guests else None


def _is_address(typed: str) -> bool:
    return "@" in typed[1:]


def _word(typed: str) -> str:
    """Return an address, or a name without its @, as it is compared."""
    return typed.removeprefix("@").casefold()


async def _look_up(deps: Deps, typed: set[str]) -> Found:
    """Ask Slack for these people: one by one by their ids, and by one pass over all for other words."""
    found, words = Found(), {_word(one) for one in typed if not USER_ID.fullmatch(one)}
    for user_id in sorted(one for one in typed if USER_ID.fullmatch(one)):
        if await can_be_named(deps, user_id, no_guests=True):
            found.ids.add(user_id)
        elif await can_be_named(deps, user_id):
            found.guests.add(user_id)
    if words:
        scopes = await deps.slack.granted_scopes()
        found.reads_addresses = scopes is None or EMAIL_SCOPE in scopes
        async for page in deps.slack.users_list():
            for profile in page:
                _note(found, profile, words)
    return found


def _note(found: Found, profile: Mapping[str, Any], words: set[str]) -> None:
    if any(profile.get(flag) for flag in ("deleted", "is_bot", "is_stranger")):
        return
    about = profile.get("profile") or {}
    given = (str(profile.get("name", "")), str(about.get("display_name", "")))
    # Anybody can give themselves the name of somebody else's address.
    names = {name for name in given if not _is_address(name)}
    if profile.get("is_email_confirmed", True):
        names.add(str(about.get("email", "")))
    user_id = str(profile["id"])
    for word in {name.casefold() for name in names if name} & words:
        found.by_word.setdefault(word, set()).add(user_id)
        if profile.get("is_restricted"):
            found.guests.add(user_id)
