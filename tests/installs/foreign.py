"""Acts on what belongs to another workspace: a life in one is recorded, and sent by a member of another."""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from app import REGISTRY
from playground.delivery.parcel import Parcel
from playground.errors import NotThere
from playground.journal import Call
from playground.payloads.event import event_callback
from playground.payloads.interaction import message_action, view_action, view_submission
from playground.person.elements import action_object, values_of
from playground.state.messages import Message
from playground.state.views import View
from playground.state.workspace import Workspace
from tests.installs.many import Many
from tests.old_cards.cards import Card, action_family, blocks_of, cards_of, elements_of, form_of
from tests.old_cards.replay import choice_of, filled
from tests.stage import Person, Stage
from tests.storage.rows import everything

Payload = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]

SHORTEST_SECRET = 4
GROWING = ("number", "digest")
"""What of the head of a chain differs after whoever acts there did something that a log of theirs tells."""


@dataclass(frozen=True)
class Act:
    """One thing that a member did or could do: the action or the form, and the payload about it."""

    name: str
    payload: Payload


@dataclass
class Life:
    """What happened in a workspace, as the payloads of everything that can be clicked or sent there."""

    stage: Stage
    acts: dict[str, dict[str, Act]] = field(default_factory=dict)
    clicked: set[str] = field(default_factory=set)

    @property
    def workspace(self) -> Workspace:
        return self.stage.playground.workspace

    async def lives(self, one: Person, *, channel: str) -> None:
        """Let this person type every command and click what no card before had, and record the cards."""
        self.record()
        self.clicked |= self.acts.keys()
        for command in REGISTRY.commands.values():
            await one.types(f"/rungs {command.name}", where=channel)
            self.record()
        await one.opens_home()
        self.record()
        await self._click_new()
        self.record()

    async def _click_new(self) -> None:
        """Click each kind of element once that was not clicked before, and send each open form."""
        for card in cards_of(self.workspace):
            for block, element in elements_of(blocks_of(card)):
                name = action_family(element["action_id"])
                if name not in self.clicked and not name.endswith("_confirmed"):
                    self.clicked.add(name)
                    await self._use(card, block, element)

    async def _use(self, card: Card, block: str, element: dict[str, Any]) -> None:
        place = {"type": "view", "view_id": card["view"]["id"]} if "view" in card else None
        if place is None:
            message = card["message"]
            place = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
        try:
            await self.stage.playground.act(
                card["user"], place, block, element["action_id"], chosen=choice_of(element)
            )
        except NotThere:
            return  # an earlier click replaced the card
        await self.stage.settle()
        self.record()

    def record(self) -> None:
        """Keep what can be clicked and sent now."""
        for card in cards_of(self.workspace):
            for act, value in acts_on(self.workspace, card):
                self.acts.setdefault(act.name, {}).setdefault(value, act)

    def secrets(self, rows: Rows) -> set[str]:
        """Return what nobody elsewhere may read: ids, names and what people typed."""
        workspace = self.workspace
        found = {workspace.id, workspace.name, *workspace.conversations}
        people = workspace.members()
        found |= {one.id for one in people} | {one.name for one in people if " " in one.name}
        found |= {view.id for stack in workspace.modals.values() for view in stack}
        for held in rows.values():
            for row in held:
                if row["workspace_id"] == workspace.id:
                    found |= {str(row[name]) for name in ("id", "name", "purpose") if row.get(name)}
        return {one for one in found if len(one) >= SHORTEST_SECRET}


def acts_on(workspace: Workspace, card: Card) -> Iterator[tuple[Act, str]]:
    """Yield the payload of each element of a card, and of its form, with what tells them apart."""
    person = workspace.people[card["user"]]
    for block, element in elements_of(blocks_of(card)):
        chosen = choice_of(element)
        action = action_object(block, element, chosen=chosen, ts="1.000001")
        if "view" in card:
            view = View(**deepcopy(card["view"]))
            payload = view_action(workspace, person, view, action=action, trigger_id="")
        else:
            message = Message(**deepcopy(card["message"]))
            payload = message_action(
                workspace,
                person,
                workspace.conversations[message.channel],
                message,
                action=action,
                values=values_of(message.blocks, {block: {element["action_id"]: chosen or {}}}),
                trigger_id="",
                response_url="",
            )
        yield Act(action_family(action["action_id"]), payload), f"{action.get('value')}{chosen}"
    if form_of(card):
        view = View(**deepcopy({**card["view"], "values": filled(card["view"])}))
        payload = view_submission(workspace, person, view, trigger_id="")
        yield Act(form_of(card), payload), view.content.get("private_metadata", "")


@dataclass
class Watch:
    """What may not happen in the workspace of `life` while members of another act on what is there."""

    many: Many
    life: Life
    secrets: set[str]
    before: Rows
    seen: int
    read: set[str]

    @classmethod
    async def begins(cls, many: Many, life: Life, other: Life) -> "Watch":
        rows = await everything(many.database)
        secrets = life.secrets(rows) - other.secrets(rows)
        read = set(_read_in(other.workspace))
        return cls(many, life, secrets, rows, len(many.playground.calls), read)

    @property
    def team(self) -> str:
        return self.life.workspace.id

    def new_calls(self) -> list[Call]:
        """Return the calls since the last time."""
        calls = self.many.playground.calls[self.seen :]
        self.seen += len(calls)
        return calls

    def new_texts(self, other: Workspace) -> list[str]:
        """Return what people of another workspace read since the last time."""
        found = {text for text in _read_in(other) if text not in self.read}
        self.read |= found
        return list(found)

    async def changed(self, *, besides: str = "") -> list[str]:
        """Return rows of the workspace that are different or gone, and new ones.

        Of somebody who acts there, only rows about a channel count as new, and none that name this person.
        """
        now = await everything(self.many.database)
        found = []
        for table, rows in now.items():
            was, here = self._own(self.before.get(table, []), besides), self._own(rows, besides)
            found += [f"{table} lost {row}" for row in was if row not in here]
            new = [row for row in here if row not in was]
            found += [f"{table} has {row}" for row in new if not besides or "channel_id" in row]
        return found

    def _own(self, rows: list[dict[str, Any]], besides: str) -> list[dict[str, Any]]:
        own = [row for row in rows if row["workspace_id"] == self.team]
        if not besides:
            return own
        return [
            {
                name: value
                for name, value in row.items()
                if name not in GROWING or "chain" not in row
            }
            for row in own
            if besides not in map(str, row.values())
        ]

    def told(self, texts: Iterable[str], *sent: object) -> list[str]:
        """Return which secrets are in these texts that nobody sent."""
        known, everywhere = json.dumps(sent, default=str), "\n".join(texts)
        return [one for one in self.secrets if one in everywhere and one not in known]


def _read_in(workspace: Workspace) -> Iterator[str]:
    """Yield everything that stands in a workspace, as it was sent."""
    for conversation in workspace.conversations.values():
        for message in conversation.messages.values():
            yield f"{message.ts} {message.text} {json.dumps(message.blocks)}"
    for file in workspace.files.values():
        yield str(file.content)


@dataclass(frozen=True)
class Sender:
    """A member of a workspace, as whom Slack sends acts, with a trigger and a response URL of their own."""

    person: Person
    watch: Watch
    sent: list[Payload]

    @property
    def workspace(self) -> Workspace:
        return self.person.stage.playground.workspace

    def answerable(self, payload: Payload) -> Payload:
        """Return the payload with a trigger and, where there was one, a response URL of this member."""
        service = self.person.stage.playground.service
        now, team = service.clock.now(), self.workspace.id
        trigger = service.triggers.issue(self.person.id, now=now, team=team)
        key = service.response_urls.issue(self.person.id, self.person.dm, now=now, team=team)
        url = {"response_url": f"{service.address}/respond/{key}"}
        return payload | {"trigger_id": trigger} | (url if "response_url" in payload else {})

    async def interacts(self, payload: Payload) -> None:
        await self.delivers(Parcel("interactive", self.answerable(payload)))

    async def delivers(self, parcel: Parcel) -> None:
        self.sent.append(parcel.payload)
        ack = await self.person.stage.playground.service.courier.deliver(parcel)
        assert ack.status in (200, 400), ack

    async def commands(self, text: str, *, where: str, **other: Any) -> None:
        """Send a command from a conversation, whichever workspace that is in."""
        payload = {
            "team_id": self.workspace.id,
            "user_id": self.person.id,
            "channel_id": where,
            "command": "/rungs",
            "text": text,
            "api_app_id": self.workspace.app.id,
            "is_enterprise_install": "false",
            "response_url": "",
            **other,
        }
        await self.delivers(Parcel("slash_commands", self.answerable(payload)))

    async def tells(self, event: Payload) -> None:
        """Send an event of this member's workspace."""
        await self.delivers(Parcel("events_api", event_callback(self.workspace, event)))
