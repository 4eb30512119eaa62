"""What one person can see and use, and how it is reported to the app."""

from playground.delivery.parcel import Ack, Parcel
from playground.errors import NotThere
from playground.service import Service
from playground.state.messages import Conversation, Message
from playground.state.people import Person
from playground.state.views import View


class Desk:
    """The view of one person; its methods raise NotThere for what the person cannot see or use."""

    def __init__(self, service: Service, user: str) -> None:
        person = service.workspace.people.get(user)
        if person is None or person.bot:
            raise NotThere(f"Nobody here has the id {user}.")
        if person.deactivated:
            raise NotThere(f"{person.name} is deactivated and can do nothing here.")
        self.service = service
        self.workspace = service.workspace
        self.person: Person = person
        self.user = user

    @property
    def installed(self) -> bool:
        """Return whether the app is still there to be used."""
        return self.service.standing != "uninstalled"

    def conversation(self, channel: str) -> Conversation:
        """Return a conversation that the person is in."""
        conversation = self.workspace.conversations.get(channel)
        if conversation is None or self.user not in conversation.members:
            raise NotThere(f"{self.person.name} is not in a conversation {channel}.")
        return conversation

    def message(self, conversation: Conversation, ts: str) -> Message | None:
        """Return a message that the person can see."""
        message = conversation.messages.get(ts)
        return message if message is not None and message.only_for in (None, self.user) else None

    def view(self, view_id: str) -> View:
        """Return one of the person's own views."""
        view = self.workspace.view(view_id)
        if view is None or view.user != self.user:
            raise NotThere(f"{self.person.name} has no view {view_id} open (anymore).")
        return view

    def trigger(self, *, view_id: str | None = None) -> str:
        """Return a fresh trigger id."""
        now = self.service.clock.now()
        team = self.workspace.id
        return self.service.triggers.issue(self.user, now=now, view_id=view_id, team=team)

    def response_url(self, conversation: Conversation, message: Message | None = None) -> str:
        """Return a fresh response URL."""
        key = self.service.response_urls.issue(
            self.user,
            conversation.id,
            now=self.service.clock.now(),
            message_ts=None if message is None else message.ts,
            team=self.workspace.id,
        )
        return f"{self.service.address}/respond/{key}"

    async def interact(self, payload: dict[str, object]) -> Ack:
        """Send an interaction to the app."""
        return await self.service.courier.deliver(Parcel("interactive", payload))
