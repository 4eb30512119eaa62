"""What happened to the agents of a channel, with who did it and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.delivery import Message
from bot.views.agent_shown import who
from bot.views.bricks import bullets, shortened
from bot.views.dates import day
from bot.views.page import Page
from content.message_catalog import Render

ROOM = 9000
LONGEST_VALUE = 60
FIELDS = {
    "name": "the name",
    "tool": "the tool",
    "model": "the model",
    "owner": "the owner",
    "purpose": "what it is used for",
}


@dataclass(frozen=True)
class Happened:
    """One thing that happened to an agent; `changes` maps fields to [before, after]."""

    name: str
    kind: str
    by: str | None
    at: datetime
    changes: Mapping[str, Sequence[Any]]
    level: str | None = None


def history_card(render: Render, name: str | None, events: Sequence[Happened]) -> Message:
    """The events of one agent, or of all of a channel, newest first."""
    page = Page(render)
    lines = [_line(render, event) for event in events]
    if not lines:
        page.tell(render("agents/no_history"))
    page.listing(bullets(lines), room=ROOM, heading=render("agents/history", name=name))
    return page.message()


def _line(render: Render, event: Happened) -> str:
    return render(
        "agents/event",
        on=day(event.at),
        kind=event.kind,
        who=who(event.by),
        name=event.name,
        level=event.level,
        changes=[_change(field, values) for field, values in event.changes.items()],
    )


def _change(field: str, values: Sequence[Any]) -> str:
    """What was changed; an owner is a person, who stays out of the history."""
    name = FIELDS.get(field, field)
    if len(values) != len(("before", "after")):
        return name
    before, after = (shortened(str(value), LONGEST_VALUE) for value in values)
    return f'{name} from "{before}" to "{after}"'
