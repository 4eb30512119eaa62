"""Routes of the page's interface; each is a few lines around what a person does."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.errors import NotThere
from playground.person.clicks import Click
from playground.person.hands import Hands
from playground.person.lifecycle import happen
from playground.person.outcome import Outcome
from playground.play.body import Answer, Body, Wrong, needed, written
from playground.play.changes import Changes
from playground.play.seen import messages_for, state_for
from playground.service import Service

ABSENT = 404


def shown(outcome: Outcome) -> Answer:
    """Return an outcome as the page gets it."""
    if outcome.errors:
        return {"ok": False, "errors": outcome.errors}
    return {"ok": True} if outcome.ok else {"ok": False, "shown": outcome.shown}


class PlayApi:
    """The page's interface to one playground."""

    def __init__(self, service: Service, hands: Hands) -> None:
        self._service = service
        self._hands = hands
        self._changes = Changes(service)

    def routes(self) -> list[Route]:
        """Return every route under /play."""
        posts: dict[str, Callable[[Body], Awaitable[Answer]]] = {
            "command": self.command,
            "message": self.message,
            "action": self.action,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "lifecycle": self.lifecycle,
        }
        return [
            *written(posts),
            Route("/play/state", self.state),
            Route("/play/messages", self.messages),
            Route("/play/changes", self.changes),
            Route("/play/log", self.log),
        ]

    # Looking

    async def state(self, request: Request) -> Response:
        """Show what a person sees."""
        return _answered(lambda: state_for(self._service, request.query_params.get("user")))

    async def messages(self, request: Request) -> Response:
        """Show a conversation."""
        user = request.query_params.get("user", "")
        channel = request.query_params.get("channel", "")
        return _answered(lambda: messages_for(self._service, user, channel))

    async def changes(self, request: Request) -> Response:
        """Tell what changes, for as long as the page is open."""
        stream = self._changes.stream(request.query_params.get("user", ""))
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def log(self, request: Request) -> Response:
        """Show the raw payloads."""
        after = request.query_params.get("after", "0")
        entries = self._service.journal.since(int(after) if after.isdigit() else 0)
        return JSONResponse({"entries": entries})

    # Doing

    async def command(self, body: Body) -> Answer:
        """Send a slash command."""
        user, channel = needed(body, "user"), needed(body, "channel")
        return shown(await self._hands.command(user, channel, needed(body, "text").strip()))

    async def message(self, body: Body) -> Answer:
        """Write a message."""
        user, channel = needed(body, "user"), needed(body, "channel")
        message = self._hands.message(user, channel, needed(body, "text"))
        return {"ok": True, "ts": message.ts}

    async def action(self, body: Body) -> Answer:
        """Use an element."""
        container = body.get("container")
        if not isinstance(container, dict):
            raise Wrong("'container' is missing. Send a message or a view.")
        click = Click(
            needed(body, "block_id"),
            needed(body, "action_id"),
            chosen=body.get("value"),
            state=body.get("state"),
            element=body.get("element"),
        )
        outcome = await self._hands.act(needed(body, "user"), container, click)
        return shown(outcome)

    async def submit(self, body: Body) -> Answer:
        """Submit a modal."""
        user, view_id = needed(body, "user"), needed(body, "view_id")
        return shown(await self._hands.submit(user, view_id, body.get("state")))

    async def close(self, body: Body) -> Answer:
        """Close a modal."""
        return shown(await self._hands.close(needed(body, "user"), needed(body, "view_id")))

    async def home(self, body: Body) -> Answer:
        """Look at one of the app's tabs."""
        self._hands.open_home(needed(body, "user"), str(body.get("tab", "home")))
        return {"ok": True}

    async def lifecycle(self, body: Body) -> Answer:
        """Let something happen to the app, a person or a channel."""
        who, where = body.get("user"), body.get("channel")
        happen(self._service, needed(body, "event"), user=who, channel=where)
        return {"ok": True}


def _answered(look: Callable[[], Answer]) -> Response:
    try:
        return JSONResponse(look())
    except NotThere as problem:
        return JSONResponse({"error": str(problem)}, status_code=ABSENT)
