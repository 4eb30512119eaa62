"""Routes of the page's interface; each is a few lines around what a person does."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.errors import NotThere
from playground.person.clicks import Click
from playground.person.elements import Element, Values
from playground.person.hands import Hands
from playground.person.lifecycle import happen
from playground.person.outcome import Outcome
from playground.play.body import (
    Answer,
    Body,
    Wrong,
    is_list_of_objects,
    needed,
    not_such,
    optional,
    optional_object,
    quoted,
    written,
)
from playground.play.changes import Changes
from playground.play.seen import messages_for, state_for
from playground.scopes import consent
from playground.service import Service, Shared

ABSENT = 404
LONGEST_NUMBER = 18
PLACES = {"message": ("channel", "ts"), "view": ("view_id",)}
"""What names the place of a click, by the type of its container."""
A_CONTAINER = '{"type": "message", "channel": "C…", "ts": "…"} or {"type": "view", "view_id": "V…"}'
A_CHOICE = '{"selected_option": {…}}, as docs/playground.md lists them, or nothing for a button'
A_STATE = '{"block_id": {"action_id": {…}}}'
AN_ELEMENT = '{"type": "button", …} as it stood in the message'


def shown(outcome: Outcome) -> Answer:
    """Return an outcome as the page gets it."""
    if outcome.errors:
        return {"ok": False, "errors": outcome.errors}
    return {"ok": True} if outcome.ok else {"ok": False, "shown": outcome.shown}


class PlayApi:
    """The page's interface to one playground."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._changes = Changes(shared)

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
            Route("/play/consent", self.consent),
        ]

    # Looking

    async def state(self, request: Request) -> Response:
        """Show what a person sees, and which workspaces there are."""
        query = request.query_params
        return _answered(lambda: state_for(self._shared.at(query.get("team")), query.get("user")))

    async def messages(self, request: Request) -> Response:
        """Show a conversation."""
        query = request.query_params
        user, channel = query.get("user", ""), query.get("channel", "")
        return _answered(lambda: messages_for(self._shared.at(query.get("team")), user, channel))

    async def changes(self, request: Request) -> Response:
        """Tell what changes, for as long as the page is open."""
        query = request.query_params
        team = query.get("team")
        if team is not None and team not in self._shared.services:
            return _answered(lambda: {"team": self._shared.at(team).workspace.id})
        stream = self._changes.stream(query.get("user", ""), team)
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def log(self, request: Request) -> Response:
        """Show the raw payloads."""
        after = request.query_params.get("after", "0")
        number = int(after) if after.isdecimal() and len(after) <= LONGEST_NUMBER else 0
        entries = self._shared.first.journal.since(number)
        return JSONResponse({"entries": entries})

    async def consent(self, request: Request) -> Response:
        """Show what the app asks for, and why."""
        team = request.query_params.get("team")
        return _answered(lambda: _consent(self._shared.at(team)))

    # Doing

    def _service(self, body: Body) -> Service:
        """Return the workspace that the page names, or the first one."""
        return self._shared.at(optional(body, "team"))

    def _hands(self, body: Body) -> Hands:
        return Hands(self._service(body))

    async def command(self, body: Body) -> Answer:
        """Send a slash command."""
        user, channel = needed(body, "user"), needed(body, "channel")
        text, thread = needed(body, "text").strip(), optional(body, "thread_ts")
        outcome = await self._hands(body).command(user, channel, text, in_thread=thread is not None)
        return shown(outcome)

    async def message(self, body: Body) -> Answer:
        """Write a message."""
        user, channel = needed(body, "user"), needed(body, "channel")
        text, thread = needed(body, "text"), optional(body, "thread_ts")
        message = self._hands(body).message(user, channel, text, thread)
        return {"ok": True, "ts": message.ts}

    async def action(self, body: Body) -> Answer:
        """Use an element."""
        user, container = needed(body, "user"), _container(body)
        click = Click(
            needed(body, "block_id"),
            needed(body, "action_id"),
            chosen=_choice(body),
            state=_state(body),
            element=_element(body),
        )
        return shown(await self._hands(body).act(user, container, click))

    async def submit(self, body: Body) -> Answer:
        """Submit a modal."""
        user, view_id = needed(body, "user"), needed(body, "view_id")
        return shown(await self._hands(body).submit(user, view_id, _state(body)))

    async def close(self, body: Body) -> Answer:
        """Close a modal."""
        return shown(await self._hands(body).close(needed(body, "user"), needed(body, "view_id")))

    async def home(self, body: Body) -> Answer:
        """Look at one of the app's tabs."""
        self._hands(body).open_home(needed(body, "user"), optional(body, "tab") or "home")
        return {"ok": True}

    async def lifecycle(self, body: Body) -> Answer:
        """Let something happen to the app, a person or a channel."""
        who, where = optional(body, "user"), optional(body, "channel")
        happen(self._service(body), needed(body, "event"), user=who, channel=where)
        return {"ok": True}


def _consent(service: Service) -> Answer:
    return {
        "app": service.workspace.app.name,
        "workspace": service.workspace.name,
        "standing": service.standing,
        "scopes": consent(service.manifest.scopes or (), service.reasons),
    }


def _container(body: Body) -> dict[str, str]:
    """Return where the element stands: a message or a view."""
    place = optional_object(body, "container", such_as=A_CONTAINER)
    if place is None:
        raise Wrong(f"'container' is missing. Send an object such as {A_CONTAINER}.")
    kind = place.get("type")
    if not isinstance(kind, str) or kind not in PLACES:
        raise Wrong(f"'type' in 'container' is {quoted(kind)}. Send message or view.")
    return {"type": kind, **{name: needed(place, name) for name in PLACES[kind]}}


def _choice(body: Body) -> dict[str, Any] | None:
    """Return what is chosen or typed; a button sends none."""
    chosen = optional_object(body, "value", such_as=A_CHOICE) or {}
    optional_object(chosen, "selected_option", such_as='{"text": {…}, "value": "…"}')
    if not is_list_of_objects(chosen.get("selected_options")):
        raise Wrong(
            f"'selected_options' is {quoted(chosen['selected_options'])}. Send a list of options."
        )
    return chosen or None


def _state(body: Body) -> Values | None:
    """Return what was entered so far, by block and action."""
    state = optional_object(body, "state", such_as=A_STATE)
    for block in (state or {}).values():
        if not isinstance(block, dict) or not all(isinstance(v, dict) for v in block.values()):
            raise not_such(body, "state", A_STATE)
    return state


def _element(body: Body) -> Element | None:
    """Return the element to be replayed, which is no longer shown."""
    element = optional_object(body, "element", such_as=AN_ELEMENT)
    if element is None:
        return None
    groups = element.get("option_groups")
    are_lists = is_list_of_objects(groups) and all(
        is_list_of_objects(one.get("options")) for one in [element, *(groups or ())]
    )
    if not isinstance(element.get("type"), str) or not are_lists:
        raise not_such(body, "element", AN_ELEMENT)
    return element


def _answered(look: Callable[[], Answer]) -> Response:
    try:
        return JSONResponse(look())
    except NotThere as problem:
        return JSONResponse({"error": str(problem)}, status_code=ABSENT)
