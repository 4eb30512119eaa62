"""A person of the workspace when the bot runs in another process."""

from typing import Any

from coaching.members import MemberKey
from playground.person.outcome import Outcome
from playground.server import Playground
from playground.state.messages import Message
from tests.eventually import until
from tests.stage import buttons, shown


class RemotePerson:
    """A person who acts, and polls the DM until something shows."""

    def __init__(self, slack: Playground, handle: str) -> None:
        self.slack = slack
        self.id = next(p.id for p in slack.workspace.members() if p.handle == handle)

    @property
    def key(self) -> MemberKey:
        return MemberKey(self.slack.workspace.id, self.id)

    @property
    def messages(self) -> list[Message]:
        dm = self.slack.workspace.dm(self.id)
        return [m for m in dm.visible_to(self.id) if m.by_app]

    def reads(self) -> str:
        """The newest message."""
        return shown(self.messages[-1]) if self.messages else ""

    async def until_shows(self, words: str) -> None:
        await until(lambda: words in self.reads(), what=f"'{words}' in '{self.reads()[:60]}'")

    async def types(self, text: str) -> Outcome:
        return await self.slack.command(self.id, self.slack.workspace.dm(self.id).id, text)

    async def clicks(self, label: str) -> Outcome:
        """Click the button on the newest message that has it."""
        message, block, element = next(
            (m, b, e)
            for m in reversed(self.messages)
            for b, e in buttons(m)
            if e["text"]["text"] == label
        )
        return await self.clicks_element(message, block, element)

    async def clicks_element(
        self, message: Message, block: str, element: dict[str, Any]
    ) -> Outcome:
        place = {"type": "message", "channel": message.channel, "ts": message.ts}
        return await self.slack.act(self.id, place, block, element["action_id"], element=element)
