"""The log of what admins changed, in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.deps import Deps
from bot.features.admin.views import log_message
from bot.slack.api import Message
from bot.slack.blocks import shortened
from bot.slack.directory import clock_of
from bot.slack.phrases import MemberClock, listed, person
from coaching.members import MemberKey
from coaching.safe_text import SafeText, escape
from storage import admin, audit
from storage.audit import AuditEvent
from storage.database import Session
from storage.workspace_settings import (
    ADMIN_ACT,
    CAPABILITIES,
    OFF_FAMILIES,
    OFF_FRAMEWORKS,
    Change,
)

PAGE = 20
LONGEST_VALUE = 200
GONE = SafeText("somebody whose data was erased")
NAMED = "admins"
"""The setting under which it is recorded who was named."""


async def log_page(deps: Deps, reader: MemberKey, value: str = "") -> Message:
    """Return the newest changes, or those before the one that the button's value names, for this reader."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        rows = await audit.list_events(
            session,
            workspace_id=workspace_id,
            act=ADMIN_ACT,
            before=_cursor(value),
            limit=PAGE + 1,
        )
        people = await audit.codes_of(
            session, workspace_id, await admin.known(session, workspace_id)
        )
        clock = await clock_of(session, deps, reader)
    told = [_entry(deps, row, people, clock) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = f"{last.at.isoformat()}|{last.id}" if last else None
    return log_message(deps.render, told, older=older)


async def last_change(session: Session, deps: Deps) -> datetime | None:
    """Return when an admin last changed something."""
    found = await audit.list_events(
        session, workspace_id=deps.identity.workspace_id, act=ADMIN_ACT, limit=1
    )
    return found[0].at if found else None


def _cursor(value: str) -> tuple[datetime, str] | None:
    """Return the place in the log that a button's value names; None for no value and for another text."""
    at, _, row_id = value.partition("|")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, row_id) if moment.tzinfo else None


def _entry(deps: Deps, row: AuditEvent, people: Mapping[str, str], clock: MemberClock) -> str:
    return deps.render(
        "admin/log_entry",
        at=clock.minute(row.at),
        who=_who(row.who, people),
        what=_what(deps, Change.parse(row.about), people),
    )


def _who(code: str, people: Mapping[str, str]) -> SafeText:
    return person(people[code]) if code in people else GONE


@dataclass(frozen=True)
class Difference:
    """What a list has more and less than before."""

    added: Sequence[str]
    removed: Sequence[str]

    @classmethod
    def of(cls, made: Change) -> "Difference":
        before, after = (one if isinstance(one, list) else [] for one in (made.before, made.after))
        return cls(
            [str(one) for one in after if one not in before],
            [str(one) for one in before if one not in after],
        )


def _what(deps: Deps, made: Change, people: Mapping[str, str]) -> str:
    """Return what was changed, as the rest of a sentence that begins with who did it."""
    differs = Difference.of(made)
    match made.setting:
        case CAPABILITIES.name:
            names = _names(deps)
            return _switched(deps, names, off=differs.removed, on=differs.added)
        case OFF_FAMILIES.name | OFF_FRAMEWORKS.name:
            names = _names(deps)
            return _switched(deps, names, off=differs.added, on=differs.removed)
        case name if name == NAMED:
            added, removed = (
                _all([_who(code, people) for code in codes])
                for codes in (differs.added, differs.removed)
            )
            return deps.render("admin/log_admins", added=added, removed=removed)
    return deps.render(
        "admin/log_other",
        setting=made.setting.replace("_", " "),
        before=_value(made.before),
        after=_value(made.after),
    )


def _switched(
    deps: Deps, names: Mapping[str, str], *, off: Sequence[str], on: Sequence[str]
) -> str:
    gone, back = (_all([escape(names.get(one, one)) for one in ids]) for ids in (off, on))
    return deps.render("admin/log_parts", off=gone, on=back)


def _names(deps: Deps) -> dict[str, str]:
    """Return the names of role families, other frameworks and optional capabilities by their ids."""
    library = deps.library.everything
    named = {**library.families, **library.frameworks}
    titles = {one.name: one.switch.title for one in deps.features.switches if one.switch}
    return {**{one_id: one.name for one_id, one in named.items()}, **titles}


def _all(items: Sequence[str]) -> SafeText | None:
    return listed(dict.fromkeys(items)) if items else None


def _value(value: Any) -> SafeText:
    """Return a stored value in words."""
    match value:
        case bool():
            return SafeText("on" if value else "off")
        case None | "" | [] | {}:
            return SafeText("nothing")
        case str() | int() | float():
            return escape(shortened(str(value), LONGEST_VALUE))
        case list() if all(isinstance(one, str) for one in value):
            return escape(shortened(", ".join(value), LONGEST_VALUE))
    return escape(shortened(json.dumps(value, ensure_ascii=False), LONGEST_VALUE))
