"""People who take the whole assessment, one after another or many at once."""

import asyncio
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.courses import ENGINEERING, Choose, Course, Press, found
from benchmarks.processes import Broken
from playground.person.elements import Values
from playground.person.outcome import Outcome
from playground.server import Playground
from playground.state.messages import Message
from playground.state.workspace import Change

TOO_LONG = 60
TIMED_OUT = re.compile("timed out|operation_timeout")


class Visitors:
    """The people of one workspace, with eyes on their conversation with the app."""

    def __init__(self, slack: Playground, course: Course = ENGINEERING) -> None:
        self._slack = slack
        self._course = course
        self._watched: dict[str, asyncio.Event] = {}
        self.finished: list[str] = []
        self.late = 0
        """Acknowledgements that came after Slack's three seconds; the work was done all the same."""
        slack.workspace.listeners.append(self._notice)

    async def hang_up(self) -> None:
        """Let go of idle connections: one that the app closes while it is used would lose a click."""
        await self._slack.service.courier.close()

    def newcomers(self, count: int) -> list[str]:
        """The ids of so many people who were not here before."""
        added = self._slack.workspace.add_people(count, channel=self._course.channel)
        return [person.id for person in added]

    async def one_by_one(self, people: Sequence[str]) -> list[float]:
        """The seconds that each of them needed, one after another."""
        await self.hang_up()
        spent = []
        for user in people:
            started = time.perf_counter()
            await self.assess(user)
            spent.append(time.perf_counter() - started)
            await self._slack.quiet()
        return spent

    async def at_once(self, people: Sequence[str], *, at_once: int) -> float:
        """Assessments per second, with never more than so many people at it, and no fewer if possible."""
        await self.hang_up()
        waiting = iter(people)
        started = time.perf_counter()
        await asyncio.gather(*(self._take_turns(waiting) for _ in range(at_once)))
        seconds = time.perf_counter() - started
        await self._slack.quiet()
        if self.late:
            print(f"{self.late} acknowledgements took more than three seconds", file=sys.stderr)
        return len(people) / seconds

    async def _take_turns(self, waiting: Iterator[str]) -> None:
        for user in waiting:
            await self.assess(user)

    async def assess(self, user: str) -> None:
        """The command, the answers and the result, each as soon as the card before is seen."""
        channel = self._slack.workspace.dm(user).id
        messages = self._slack.workspace.conversations[channel].messages
        seen = set(messages)
        place = self._course.channel or channel
        self._must_reach(await self._slack.command(user, place, self._course.line))
        await self._until(channel, lambda: not seen.issuperset(messages))
        card = messages[next(reversed(messages))]
        held: Values = {}
        for act in self._course.acts:
            await self._do(user, card, act, held)
        self.finished.append(user)

    async def _do(self, user: str, card: Message, act: Press | Choose, held: Values) -> None:
        use, blocks = found(card, act), card.blocks
        if use.chosen:
            held[use.block_id] = {use.action_id: use.chosen}
        place = {"type": "message", "channel": card.channel, "ts": card.ts}
        self._must_reach(
            await self._slack.act(
                user, place, use.block_id, use.action_id, chosen=use.chosen, state=held
            )
        )
        if not use.chosen:
            await self._until(card.channel, lambda: card.blocks is not blocks)

    def _must_reach(self, outcome: Outcome) -> None:
        if outcome.acked:
            return
        if not TIMED_OUT.search(outcome.shown or ""):
            raise Broken(f"The app did not take a command or a click: {outcome.shown}")
        self.late += 1

    async def _until(self, channel: str, is_seen: Callable[[], bool]) -> None:
        changed = self._watched.setdefault(channel, asyncio.Event())
        try:
            while not is_seen():
                changed.clear()
                await asyncio.wait_for(changed.wait(), TOO_LONG)
        except TimeoutError:
            raise Broken(f"Nothing moved in {channel} for {TOO_LONG} seconds.") from None
        finally:
            self._watched.pop(channel, None)

    def _notice(self, change: Change) -> None:
        watched = self._watched.get(change.channel or "")
        if watched:
            watched.set()
