"""A line that a channel is owed about its agents: put down in the transaction of what it tells of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from bot.deps import Deps
from storage.database import Session
from storage.database.rows import new_id
from storage.outbox import queue
from storage.outbox.queue import NewMessage

KIND = "agent_line"
WORTH = timedelta(days=2)
"""How long it is worth telling: what it says is true still when it comes a day late."""

LEASE = timedelta(seconds=60)
"""How long whoever made the change has for the line alone; no longer than a lease of the clock's."""

OWNER = "register"
"""Who holds it for that long: of all processes the one that made the change, for none other tells it."""

Form = Literal["added", "changed", "graded", "removed", "project_shared", "project_removed"]


@dataclass(frozen=True)
class Line:
    """What it tells of; `about` is the id of what happened: in the history of an agent, or a project's."""

    channel: str
    form: Form
    about: str
    at: datetime

    @classmethod
    def of_event(cls, channel: str, form: Form, *, at: datetime) -> Self:
        """The line about something that is about to happen to an agent."""
        return cls(channel, form, new_id(), at)

    def message(self, deps: Deps) -> NewMessage:
        """The line as the outbox has it."""
        return NewMessage(
            workspace_id=deps.identity.workspace_id,
            kind=KIND,
            subject=self.channel,
            user_id=None,
            local_date=self.at.date(),
            due_at=self.at,
            expires_at=self.at + WORTH,
            form=self.form,
            about=self.about,
        )


async def owe(session: Session, deps: Deps, line: Line) -> None:
    """Put it down as held by this process, which tells it next; if it dies before, a clock does."""
    await queue.enqueue_leased(
        session, line.message(deps), owner=OWNER, lease=LEASE, now=deps.now()
    )
