"""Everything that people can do in the workspace; the page and the tests use the same."""

from typing import Any

from playground.errors import NotThere
from playground.payloads.event import app_home_opened
from playground.person.clicks import Click, use_element
from playground.person.desk import Desk
from playground.person.elements import Values
from playground.person.messages import send_command, write_message
from playground.person.modals import close_modal, submit_modal
from playground.person.outcome import Outcome
from playground.service import Service
from playground.state.messages import Message

TABS = ("home", "messages")


class Hands:
    """What people can do."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def command(
        self, user: str, channel: str, text: str, *, in_thread: bool = False
    ) -> Outcome:
        """Send a slash command."""
        return await send_command(Desk(self._service, user), channel, text, in_thread=in_thread)

    def message(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message, or a reply in a thread."""
        return write_message(Desk(self._service, user), channel, text, thread_ts)

    async def act(self, user: str, container: dict[str, Any], click: Click) -> Outcome:
        """Use an element of a message or a view."""
        return await use_element(Desk(self._service, user), container, click)

    async def submit(self, user: str, view_id: str, state: Values | None = None) -> Outcome:
        """Submit a modal."""
        return await submit_modal(Desk(self._service, user), view_id, state)

    async def close(self, user: str, view_id: str) -> Outcome:
        """Close a modal without submitting."""
        return await close_modal(Desk(self._service, user), view_id)

    def open_home(self, user: str, tab: str = "home") -> None:
        """Look at the app's Home or Messages tab."""
        desk = Desk(self._service, user)
        if tab not in TABS:
            raise NotThere(f"The app has no tab {tab}. Choose home or messages.")
        self._service.publish(app_home_opened(desk.workspace, desk.person, tab=tab))
