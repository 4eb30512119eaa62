"""What people do in one workspace; each call waits until the app was told."""

from collections.abc import Iterable
from typing import Any

from playground.person.channels import join, leave
from playground.person.clicks import Click
from playground.person.elements import Element, Values
from playground.person.hands import Hands
from playground.person.lifecycle import (
    change_usergroup,
    happen,
    move_to_zone,
    set_quiet_hours,
)
from playground.person.outcome import Outcome
from playground.service import Service
from playground.state.messages import Message
from playground.state.workspace import Workspace


class InWorkspace:
    """One workspace, and what its people do."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._hands = Hands(service)

    @property
    def workspace(self) -> Workspace:
        """Return the people, conversations, views and files."""
        return self.service.workspace

    async def quiet(self) -> None:
        """Wait until every event was delivered or tried once."""
        await self.service.events.quiet()

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """Let a person send a slash command."""
        return await self._hands.command(user, channel, text)

    async def message(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None
    ) -> Message:
        """Let a person write a message or a reply in a thread, and wait until the app was told."""
        message = self._hands.message(user, channel, text, thread_ts)
        await self.quiet()
        return message

    async def act(
        self,
        user: str,
        container: dict[str, Any],
        block_id: str,
        action_id: str,
        *,
        chosen: dict[str, Any] | None = None,
        state: Values | None = None,
        element: Element | None = None,
    ) -> Outcome:
        """Let a person use an element of a message or a view."""
        click = Click(block_id, action_id, chosen, state, element)
        return await self._hands.act(user, container, click)

    async def submit(self, user: str, view_id: str, state: Values | None = None) -> Outcome:
        """Let a person submit a modal."""
        return await self._hands.submit(user, view_id, state)

    async def close(self, user: str, view_id: str) -> Outcome:
        """Let a person close a modal."""
        return await self._hands.close(user, view_id)

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Let a person look at the app's Home or Messages tab, and wait until the app was told."""
        self._hands.open_home(user, tab)
        await self.quiet()

    async def lifecycle(
        self, event: str, *, user: str | None = None, channel: str | None = None
    ) -> None:
        """Let something happen to the app, a person or a channel, and wait until the app was told."""
        happen(self.service, event, user=user, channel=channel)
        await self.quiet()

    async def invite(self, user: str, channel: str, *, by: str) -> None:
        """Let a person take somebody, or the app's bot, into a channel."""
        join(self.service, channel, user=user, by=by)
        await self.quiet()

    async def remove(self, user: str, channel: str, *, by: str) -> None:
        """Let a person take somebody, or the app's bot, out of a channel."""
        leave(self.service, channel, user=user, by=by)
        await self.quiet()

    async def move_to_zone(self, user: str, tz: str | None) -> None:
        """Let a person travel to another time zone."""
        move_to_zone(self.service, user, tz)
        await self.quiet()

    async def set_quiet_hours(self, user: str, hours: tuple[int, int] | None) -> None:
        """Let a person set their Do-not-disturb hours, in epoch seconds, or end them."""
        set_quiet_hours(self.service, user, hours)
        await self.quiet()

    async def change_usergroup(self, usergroup: str, members: Iterable[str]) -> None:
        """Give a user group other members, and wait until the app was told."""
        change_usergroup(self.service, usergroup, members)
        await self.quiet()
