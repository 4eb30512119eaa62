"""A made-up member: reads the bot's messages and clicks on what they offer, following their habits."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.assessments import step_views, values
from bot.features.checkins import card_views
from playground.person.elements import elements_of
from playground.server import Playground
from playground.state.messages import Message
from simulation.habits import Habits

MOST_CLICKS = 14
"""More clicks than the longest self-check and the step after it take."""

LIKELY: tuple[tuple[str, float, Mapping[str, float]], ...] = (
    (card_views.CHECKIN_ANSWER, 1.0, {"done": 4, "partly": 2, "not_yet": 2, "not_for_me": 1}),
    (card_views.CHECKIN_OFFER, 1.0, {"trying": 5, "later": 3, "not_for_me": 2}),
    (card_views.CHECKIN_OBSTACLE, 0.5, {"time": 3, "tool": 1, "unclear": 1, "other": 1}),
    (card_views.CHECKIN_REASON, 0.5, {"wrong": 1, "long": 1, "already": 1, "none": 1}),
    (card_views.CHECKIN_TAKEN, 0.7, {}),
    (card_views.CHECKIN_RESUMED, 0.5, {}),
    (card_views.CHECKIN_SMALLER, 0.6, {}),
    (values.RESUME, 0.9, {}),
    (step_views.TRY, 0.6, {}),
)
"""For each action: the probability that it is clicked, and the weights of its choices."""


@dataclass(frozen=True)
class Offer:
    """An element of a message that can be clicked."""

    ts: str
    block_id: str
    element: dict[str, Any]

    @property
    def action_id(self) -> str:
        """Return the id of its action."""
        return str(self.element["action_id"])


class Member:
    """One person of the playground, with their habits."""

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
        """Return the newest element whose action id starts with this; None without one."""
        for message in reversed(self._messages()):
            for offer in _offers(message):
                if offer.action_id.startswith(action):
                    return offer
        return None

    def wants(self) -> Offer | None:
        """Return what they click next on the newest message; None when they are finished with it."""
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
        families = [one for one in offers if one.action_id.startswith(values.FAMILY)]
        if families:
            return families[self.habits.family % len(families)]
        answers = [one for one in offers if one.action_id.startswith(values.ANSWER_CHOSEN)]
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
