"""A member at work: sees what the bot wrote, and clicks what is offered, the way their habits are."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.assessments.step_card import TRY
from bot.assessments.values import ANSWER, FAMILY, RESUME
from bot.features.checkins.card_views import (
    CHECKIN_ANSWER,
    CHECKIN_OBSTACLE,
    CHECKIN_OFFER,
    CHECKIN_REASON,
    CHECKIN_RESUMED,
    CHECKIN_SMALLER,
    CHECKIN_TAKEN,
)
from playground.person.elements import elements_of
from playground.server import Playground
from playground.state.messages import Message
from simulation.habits import Habits

MOST_CLICKS = 14
"""More than the longest way through a self-check and the step after it."""

LIKELY: tuple[tuple[str, float, Mapping[str, float]], ...] = (
    (CHECKIN_ANSWER, 1.0, {"done": 4, "partly": 2, "not_yet": 2, "not_for_me": 1}),
    (CHECKIN_OFFER, 1.0, {"trying": 5, "later": 3, "not_for_me": 2}),
    (CHECKIN_OBSTACLE, 0.5, {"time": 3, "tool": 1, "unclear": 1, "other": 1}),
    (CHECKIN_REASON, 0.5, {"wrong": 1, "long": 1, "already": 1, "none": 1}),
    (CHECKIN_TAKEN, 0.7, {}),
    (CHECKIN_RESUMED, 0.5, {}),
    (CHECKIN_SMALLER, 0.6, {}),
    (RESUME, 0.9, {}),
    (TRY, 0.6, {}),
)
"""What people click when they see it: how likely, and which of several with what weights."""


@dataclass(frozen=True)
class Offer:
    """One element on a message."""

    ts: str
    block_id: str
    element: dict[str, Any]

    @property
    def action_id(self) -> str:
        """Return what it does."""
        return str(self.element["action_id"])


class Member:
    """One person with their habits, in the playground."""

    def __init__(self, playground: Playground, user: str, habits: Habits, chance: Random) -> None:
        self.user = user
        self.habits = habits
        self.is_here = True
        self._playground = playground
        self._chance = chance
        self._clicked: tuple[str, str] | None = None

    @property
    def dm(self) -> str:
        """Return the conversation with the bot."""
        return self._playground.workspace.dm(self.user).id

    async def says(self, text: str, *, where: str | None = None) -> None:
        """Send a slash command."""
        await self._playground.command(self.user, where or self.dm, text)

    async def clicks(self, offer: Offer, **chosen: Any) -> None:
        """Use one element, in the conversation with the bot."""
        container = {"type": "message", "channel": self.dm, "ts": offer.ts}
        await self._playground.act(
            self.user, container, offer.block_id, offer.action_id, chosen=chosen or None
        )

    def finds(self, action: str) -> Offer | None:
        """Return the newest element whose id begins like this."""
        for message in reversed(self._messages()):
            for offer in _offers(message):
                if offer.action_id.startswith(action):
                    return offer
        return None

    def wants(self) -> Offer | None:
        """Return what they click next on the newest message; None when they have done with it."""
        messages = self._messages()
        if not messages:
            return None
        offers = list(_offers(messages[-1]))
        look = " ".join(str(offer.element.get("value")) for offer in offers)
        if self._clicked == (messages[-1].ts, look):
            return None
        self._clicked = (messages[-1].ts, look)
        return self._self_check(offers) or self._usual(offers)

    def _self_check(self, offers: list[Offer]) -> Offer | None:
        families = [one for one in offers if one.action_id.startswith(FAMILY)]
        if families:
            return families[self.habits.family % len(families)]
        answers = [one for one in offers if one.action_id.startswith(ANSWER)]
        if not answers or (not self.habits.finishes and self._chance.random() < 0.5):
            return None
        near = self.habits.level + self._chance.choice((-1, 0, 0, 0, 1))
        return answers[min(max(near, 0), len(answers) - 1)]

    def _usual(self, offers: list[Offer]) -> Offer | None:
        for action, likely, weights in LIKELY:
            found = {one.action_id: one for one in offers if one.action_id.startswith(action)}
            if not found:
                continue
            if self._chance.random() > likely:
                return None
            weighed = [weights.get(one.removeprefix(action), 1) for one in found]
            return found[self._chance.choices(list(found), weighed)[0]]
        return None

    def _messages(self) -> list[Message]:
        conversation = self._playground.workspace.dm(self.user)
        return [message for message in conversation.visible_to(self.user) if message.by_app]


def _offers(message: Message) -> list[Offer]:
    return [
        Offer(message.ts, str(block["block_id"]), element)
        for block in message.blocks
        for element in elements_of(block)
    ]
