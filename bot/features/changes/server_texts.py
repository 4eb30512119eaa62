"""What admins read of the servers that are told: the line of the section, and each server in the window."""

from datetime import datetime

from bot.deps import Deps
from bot.features.changes.service import host_text, titles
from bot.features.changes.views import KINDS, ServerView
from bot.slack.phrases import MemberClock, capitalized, counted, listed, number, person
from coaching.safe_text import SafeText
from storage.changes import backlog, people, receivers
from storage.changes.backlog import Waiting
from storage.changes.people import GUEST, NO_EMAIL, NOT_FOUND, NotFound
from storage.changes.receivers import Receiver
from storage.database import Session

PROBLEMS = {"no_email": NO_EMAIL, "not_found": NOT_FOUND, "guests": GUEST}
"""Why somebody could not be found, by the name in the text."""


async def section_line(session: Session, deps: Deps) -> str:
    """Return how many servers are told, and what waits for them, in one line."""
    workspace_id = deps.identity.workspace_id
    every = await receivers.every(session, workspace_id)
    waits = (await backlog.waiting(session, workspace_id)).values()
    together = Waiting(
        sum(one.count for one in waits),
        min((one.since for one in waits if one.since), default=None),
        sum(one.dead for one in waits),
    )
    return deps.render(
        "changes/line",
        servers=_some(len(every), "server"),
        one_server=len(every) == 1,
        unknown=bool(await people.not_found(session, workspace_id)),
        **_of_queue(together, MemberClock(deps.now(), None)),
    ).strip()


async def server_views(session: Session, deps: Deps, clock: MemberClock) -> list[ServerView]:
    """Return each server with its text."""
    workspace_id = deps.identity.workspace_id
    waits = await backlog.waiting(session, workspace_id)
    unknown = await people.not_found(session, workspace_id)
    followed = await receivers.all_followed(session, workspace_id)
    shown = []
    for one in await receivers.every(session, workspace_id):
        text = deps.render(
            "changes/server",
            title=capitalized(KINDS[one.kind]),
            host=host_text(one),
            follows=titles(deps, (each.permission for each in followed.get(one.id, ()))),
            problem=one.problem if one.failures else None,
            **_of_queue(waits.get(one.id, Waiting()), clock),
            **_of_look(one, clock),
            **{
                name: _people(unknown.get((one.id, problem), NotFound()))
                for name, problem in PROBLEMS.items()
            },
        )
        shown.append(ServerView(one.id, f"{KINDS[one.kind]} at {host_text(one)}", text.strip()))
    return shown


def _of_queue(waiting: Waiting, clock: MemberClock) -> dict[str, object]:
    since: datetime | None = waiting.since
    return {
        "waits": _some(waiting.count, "change"),
        "one_waits": waiting.count == 1,
        "since": clock.minute(since) if since else "",
        "dead": _some(waiting.dead, "change"),
    }


def _of_look(receiver: Receiver, clock: MemberClock) -> dict[str, object]:
    look, at = receiver.last_look, receiver.looked_at
    unlooked = look.problem if look and not receiver.failures else None
    if look is None or at is None:
        return {"looked": None, "added": None, "removed": None, "unlooked": unlooked}
    return {
        "unlooked": unlooked,
        "looked": clock.minute(at),
        "added": number(look.added),
        "removed": number(look.removed),
    }


def _people(unknown: NotFound) -> SafeText | None:
    shown = [person(one) for one in unknown.first]
    if unknown.count > len(shown):
        shown.append(SafeText(f"{number(unknown.count - len(shown))} more"))
    return listed(shown) if shown else None


def _some(count: int, what: str) -> SafeText | None:
    return capitalized(counted(count, what)) if count else None
