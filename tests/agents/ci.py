"""A CI that sends test runs, for the tests of agents."""

import json
import re
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.agents.register import CHANNEL, Desk
from tests.stage import Person, shown

CRITERION = "functionality"


def report(passed: int = 412, *, failed: int = 0, skipped: int = 0, when: str = "") -> bytes:
    """Return a JUnit report with so many tests."""
    stamp = f' timestamp="{when}"' if when else ""
    cases = [f'<testcase classname="orders" name="test_{n}"/>' for n in range(passed)]
    cases += [f'<testcase name="bad_{n}"><failure/></testcase>' for n in range(failed)]
    cases += [f'<testcase name="later_{n}"><skipped/></testcase>' for n in range(skipped)]
    # The totals of a report are its author's claims; only its tests count.
    head = f'<testsuites><testsuite name="all" tests="9999" failures="0"{stamp}>'
    return f"{head}{''.join(cases)}</testsuite></testsuites>".encode()


@dataclass(frozen=True)
class Answer:
    """What the CI was answered."""

    status: int
    text: str
    headers: Any

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Ci:
    """A CI that knows an agent's address and a token."""

    address: str
    agent_id: str
    token: str

    async def sends(
        self, body: Any, *, agent: str = "", token: str | None = None, **query: str
    ) -> Answer:
        """Send a report for a criterion."""
        url = f"{self.address}/agents/{agent or self.agent_id}/evidence"
        used = self.token if token is None else token
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                url,
                data=body,
                params={"criterion": CRITERION, **query},
                headers={"Authorization": f"Bearer {used}"} if used else {},
            ) as answer,
        ):
            return Answer(answer.status, await answer.text(), answer.headers)


def newest(person: Person) -> str:
    """Return the newest message in the channel that this person sees alone."""
    return shown([m for m in person.messages(CHANNEL) if m.only_for][-1])


async def connected(desk: Desk, name: str = "Scout") -> Ci:
    """Make a token on the page of an agent, and return a CI that has it."""
    agent = await desk.agent(name)
    assert agent
    assert desk.stage.address
    await desk.says(f"show {name}")
    await desk.noah.clicks("Test runs", where=CHANNEL)
    await desk.noah.clicks("Make a token", where=CHANNEL)
    found = re.search(r"```(T\w+\.[\w-]{43})```", newest(desk.noah))
    assert found, newest(desk.noah)
    return Ci(desk.stage.address, agent.id, found[1])
