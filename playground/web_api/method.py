"""What a Web API method is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from playground.clock import Clock
from playground.errors import SlackError
from playground.oauth.tokens import Token
from playground.service import Service
from playground.state.messages import Conversation
from playground.state.people import Person
from playground.state.workspace import Workspace
from playground.web_api.arguments import Arguments

Answer = dict[str, Any]
Caller = Literal["bot", "app", "anyone"]


@dataclass(frozen=True, slots=True)
class Request:
    """One call: what was asked, and of whom."""

    service: Service
    arguments: Arguments
    token: Token | None = None
    """The token of the call, when OAuth handed it out."""

    @property
    def workspace(self) -> Workspace:
        """Return the workspace that the token belongs to."""
        return self.service.workspace

    @property
    def reads_freely(self) -> bool:
        """Return whether the app reads messages without the limit of apps from outside the Marketplace."""
        return self.token is None or not self.service.limits.history

    @property
    def sees_emails(self) -> bool:
        """Return whether the app was granted to see people's email addresses."""
        return "users:read.email" in (self.service.granted or ())

    @property
    def clock(self) -> Clock:
        """Return the playground's clock."""
        return self.service.clock

    def need_scope(self, *any_of: str) -> None:
        """Refuse unless the app was granted one of these."""
        self.service.need_scope(*any_of)

    def person(self, user: str) -> Person:
        """Return a person, or refuse."""
        person = self.workspace.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        return person

    def conversation(self, channel: str) -> Conversation:
        """Return a conversation that the app can see, or refuse."""
        conversation = self.workspace.conversations.get(channel)
        if conversation is None:
            raise SlackError("channel_not_found")
        hidden = conversation.private and not self.workspace.app_is_in(conversation)
        if hidden:
            raise SlackError("channel_not_found")
        return conversation


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its name, who may call it how often, and what it does."""

    name: str
    run: Callable[[Request], Answer]
    scopes: tuple[str, ...] = ()
    """Any one of these is needed."""
    tier: str = "3"
    caller: Caller = "bot"
    team: str = ""
    """The argument with which an organization's token has to name a workspace, if the method needs one."""
    is_whole: bool = False
    """Whether an organization's token is answered for the organization and no workspace."""
