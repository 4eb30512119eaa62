"""The workspace: one object that knows everybody and everything in it."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.clock import Clock
from playground.state.files import StoredFile
from playground.state.messages import Blocks, Conversation, Message
from playground.state.people import COLORS, Person, UserGroup
from playground.state.views import View

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MODALS_DEEP = 3


@dataclass(frozen=True, slots=True)
class AppIdentity:
    """The app that is installed here."""

    id: str = "A0RUNGS0APP"
    bot_id: str = "B0RUNGS0BOT"
    user_id: str = "U0RUNGS0BOT"
    name: str = "Rungs"


@dataclass(frozen=True, slots=True)
class Change:
    """Something is different now; `user` is set when only one person can see it."""

    what: str
    channel: str | None = None
    user: str | None = None


def in_base_36(number: int) -> str:
    """Return a whole number from 1 on in digits and capital letters, as Slack writes ids."""
    letters = ""
    while number:
        number, digit = divmod(number, 36)
        letters = DIGITS[digit] + letters
    return letters


class Workspace:
    """People, conversations, views and files, with every change announced."""

    def __init__(
        self, clock: Clock, *, team_id: str = "T0HARBORPIN", name: str = "Harbor & Pine"
    ) -> None:
        self.clock = clock
        self.id = team_id
        self.name = name
        self.domain = "harbor-and-pine"
        self.address = ""
        """Where files can be fetched, once the playground listens."""
        self.app = AppIdentity()
        self.organization: str | None = None
        """The organization that the workspace belongs to; None when it stands alone."""
        self.organization_name = "Harbor Group"
        self.is_org_install = True
        """Whether the app is here because it is installed in the whole organization, if there is one."""
        self.needs_approval = False
        """Whether only admins let apps in."""
        self.people: dict[str, Person] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.conversations: dict[str, Conversation] = {}
        self.dms: dict[str, str] = {}
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.files: dict[str, StoredFile] = {}
        self.keep: int | None = None
        self.listeners: list[Callable[[Change], None]] = []
        self.count = 0
        self.last_ts = 0
        self.posted = 0
        """How many messages the app posted that outlast a reload."""
        self.add_person(Person(self.app.user_id, "rungs", self.app.name, bot=True, color="1f6f5c"))

    @property
    def is_enterprise_install(self) -> bool:
        """Return whether the app is installed in the whole organization of this workspace."""
        return self.organization is not None and self.is_org_install

    def announce(self, what: str, *, channel: str | None = None, user: str | None = None) -> None:
        """Tell everyone who listens that something changed."""
        change = Change(what, channel, user)
        for listener in self.listeners:
            listener(change)

    def new_id(self, prefix: str) -> str:
        """Return an id that was never used here, shaped like Slack's."""
        self.count += 1
        return f"{prefix}0{in_base_36(self.count):0>9}"

    def has(self, thing: str) -> bool:
        """Return whether a person, conversation, file or view of this id is here."""
        places = (self.people, self.conversations, self.files, self.usergroups)
        return any(thing in one for one in places) or (
            thing.startswith("V") and self.view(thing) is not None
        )

    def new_ts(self, at: float | None = None) -> str:
        """Return a message timestamp, later than every one before."""
        moment = int((self.clock.now() if at is None else at) * 1_000_000)
        self.last_ts = max(self.last_ts + 1, moment)
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    # People

    def person(self, user: str) -> Person:
        """Return a person by id; KeyError when nobody has it."""
        return self.people[user]

    def called(self, name: str) -> Person | None:
        """Return the person, or the app, with this handle or full name."""
        wanted = name.casefold()
        for person in self.people.values():
            if wanted in (person.handle.casefold(), person.name.casefold()):
                return person
        return None

    def members(self) -> list[Person]:
        """Return the people, without the app's own bot."""
        return [person for person in self.people.values() if not person.bot]

    def add_person(self, person: Person) -> Person:
        """Take in a person."""
        self.people[person.id] = person
        self.announce("state")
        return person

    def add_people(self, count: int, *, channel: str | None = None) -> list[Person]:
        """Take in many more people at once, for tests that need a crowd."""
        start = len(self.people)
        added = [
            Person(self.new_id("U"), f"member{n}", f"Member {n}", color=COLORS[n % len(COLORS)])
            for n in range(start, start + count)
        ]
        self.people |= {person.id: person for person in added}
        if channel is not None:
            self.conversations[channel].members |= {person.id for person in added}
        self.announce("state")
        return added

    def add_usergroup(
        self, handle: str, name: str, *, members: set[str], group_id: str | None = None
    ) -> UserGroup:
        """Make a user group."""
        created = int(self.clock.now())
        group = UserGroup(group_id or self.new_id("S"), handle, name, set(members), created=created)
        self.usergroups[group.id] = group
        self.announce("state")
        return group

    # Conversations

    def add_channel(
        self, name: str, *, topic: str, members: set[str], channel_id: str | None = None
    ) -> Conversation:
        """Open a public channel."""
        channel = Conversation(
            channel_id or self.new_id("C"), "channel", name=name, topic=topic, members=members
        )
        channel.created = int(self.clock.now())
        self.conversations[channel.id] = channel
        self.announce("state")
        return channel

    def add_stranger(self, person: Person, channel: Conversation) -> Person:
        """Take in a person of another company, who shares one channel; `stranger` says from where."""
        if person.stranger is None:
            raise ValueError(f"{person.name} comes from nowhere. Give the workspace as 'stranger'.")
        if person.stranger not in channel.shared_with:
            channel.shared_with.append(person.stranger)
        channel.members.add(person.id)
        return self.add_person(person)

    def home_of(self, user: str | None) -> str:
        """Return the workspace that a person comes from."""
        person = self.people.get(user or "")
        return self.id if person is None or person.stranger is None else person.stranger

    def is_unseen(self, person: Person) -> bool:
        """Return whether a person of another company is in no channel that the app is in."""
        return person.stranger is not None and not any(
            person.id in one.members and self.app_is_in(one) for one in self.conversations.values()
        )

    def channel(self, name: str) -> Conversation:
        """Return a channel by its name without the #."""
        return next(
            c for c in self.conversations.values() if c.kind == "channel" and c.name == name
        )

    def dm(self, user: str) -> Conversation:
        """Return the direct message between a person and the app; open it if need be."""
        known = self.dms.get(user)
        if known is not None:
            return self.conversations[known]
        person = self.people[user]
        conversation = Conversation(
            self.new_id("D"), "dm", name="directmessage", members={person.id, self.app.user_id}
        )
        conversation.created = int(self.clock.now())
        self.conversations[conversation.id] = conversation
        self.dms[user] = conversation.id
        self.announce("state", user=user)
        return conversation

    def partner(self, conversation: Conversation) -> str:
        """Return the person at the other end of the app's direct message."""
        return next(user for user in conversation.members if user != self.app.user_id)

    def is_written_to(self, channel: str) -> bool:
        """Return whether the app ever wrote there for everybody in it to read."""
        return any(message.by_app for message in self.conversations[channel].lasting())

    def app_is_in(self, conversation: Conversation) -> bool:
        """Return whether the app may post there."""
        return self.app.user_id in conversation.members

    # Messages

    def add_message(self, message: Message) -> Message:
        """Put a message into its conversation."""
        conversation = self.conversations[message.channel]
        conversation.messages[message.ts] = message
        root = conversation.messages.get(message.thread_ts or "")
        if root is not None and message.only_for is None:
            root.replies.append(message.ts)
        if self.keep is not None and len(conversation.messages) > self.keep:
            del conversation.messages[next(iter(conversation.messages))]
        if message.by_app and message.only_for is None:
            self.posted += 1
        self.announce("messages", channel=message.channel, user=message.only_for)
        return message

    def app_message(self, conversation: Conversation, text: str, blocks: Blocks) -> Message:
        """Return a new message by the app, not yet in the conversation."""
        return Message(
            self.new_ts(), conversation.id, text, user=self.app.user_id, by_app=True, blocks=blocks
        )

    def thread_of(self, conversation: Conversation, ts: str | None) -> str | None:
        """Return the ts of the thread in which a reply to that message stands."""
        root = conversation.messages.get(ts or "")
        return ts if root is None else root.thread_ts or ts

    def message(self, channel: str, ts: str) -> Message | None:
        """Return a message, if it is still there."""
        conversation = self.conversations.get(channel)
        return None if conversation is None else conversation.messages.get(ts)

    def remove_message(self, message: Message) -> None:
        """Take a message away."""
        messages = self.conversations[message.channel].messages
        messages.pop(message.ts, None)
        root = messages.get(message.thread_ts or "")
        if root is not None and message.ts in root.replies:
            root.replies.remove(message.ts)
        self.announce("messages", channel=message.channel, user=message.only_for)

    # Views

    def modal_stack(self, user: str) -> list[View]:
        """Return the modals a person has open, the visible one last."""
        return self.modals.setdefault(user, [])

    def open_modal(self, view_id: str) -> View | None:
        """Return a modal that is open somewhere."""
        return next(
            (view for stack in self.modals.values() for view in stack if view.id == view_id), None
        )

    def view(self, view_id: str) -> View | None:
        """Return an open modal or a published Home tab."""
        home = next((view for view in self.homes.values() if view.id == view_id), None)
        return home or self.open_modal(view_id)

    def view_called(self, external_id: str) -> View | None:
        """Return the view that the app gave this name."""
        views = [view for stack in self.modals.values() for view in stack]
        views += self.homes.values()
        return next((view for view in views if view.external_id == external_id), None)
