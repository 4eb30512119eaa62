"""A folder of YAML adds a framework of each kind to a real process; each is taken to its result."""

from pathlib import Path
from typing import Any

from playground.server import Playground
from playground.server import running as playing
from tests.agents.register import CHANNEL, FORM
from tests.assessments.conversations import click, drawn, newest, place_of, said
from tests.checkins.calendar import season
from tests.eventually import until
from tests.process import rungs
from tests.remote_person import RemotePerson
from tests.stage import shown

TIPS = ("Ask for one source", "Compare two months")
"""What the mean of that folder gives to try."""


class Member(RemotePerson):
    """A person who waits for what a process of its own shows."""

    async def asks(self, text: str, words: str) -> str:
        """Type a command in the channel and wait for an answer that only they see there."""
        await self.slack.command(self.id, CHANNEL, text)
        await until(lambda: any(words in told for told in self.told()), what=f"'{words}'")
        return next(told for told in reversed(self.told()) if words in told)

    def told(self) -> list[str]:
        everywhere = self.slack.workspace.conversations.values()
        return [shown(m) for c in everywhere for m in c.messages.values() if m.only_for == self.id]

    async def takes(self, command: str, *choices: int, title: str, result: str) -> str:
        """Answer card by card by these choices, from the command to the result."""
        await self.slack.command(self.id, CHANNEL, command)
        for place, choice in enumerate(choices, start=1):
            await until(lambda at=place: self.asked(title) == at, what=f"{title} {place}")  # type: ignore[misc]
            await click(self.slack, self.id, drawn(newest(self.slack, self.id), choice))
        await until(lambda: result in shown(newest(self.slack, self.id)), what=result)
        return shown(newest(self.slack, self.id))

    def asked(self, title: str) -> int | None:
        """Return the card with this title."""
        has_one = any(m.only_for is None for m in said(self.slack, self.id))
        card = newest(self.slack, self.id) if has_one else None
        return place_of(card) if card and title in shown(card) else None


async def test_every_kind_from_the_command_to_the_result(sqlite_url: str, acme: Path) -> None:
    async with (
        playing(Playground()) as slack,
        rungs("start", slack, database_url=sqlite_url, content=acme),
    ):
        noah = Member(slack, "noah")
        await noah.takes(
            "/rungs assess review",
            *(2, 1),
            title="Code review",
            result="That fits *level 1, Reader*.",
        )
        await noah.takes(
            "/rungs assess sharing",
            *(1, 0),
            title="Safe sharing",
            result="Your self-check: Safe sharing",
        )
        assert "S1 Careful" in shown(newest(slack, noah.id))
        await noah.takes(
            "/rungs assess data",
            *(2, 1),
            title="Data literacy",
            result="That fits *tier 1.5, Trying*.",
        )
        await their_agent_is_graded(noah)
        helped = await noah.asks("/rungs help", "/rungs assess")
        for command, summary in (("review", "For people who review"), ("data", "For everybody")):
            assert f"`/rungs assess {command}`  {summary}" in helped
        assert "Did you mean `review`?" in await noah.asks("/rungs assess reviw", "Did you mean")
        me = await noah.asks("/rungs me", "Code review")
        for name in ("Code review", "Safe sharing", "Data literacy"):
            assert f"*{name}: " in me


async def their_agent_is_graded(noah: Member) -> None:
    """Grade an agent by two criteria instead of seven, and answer two questions about a project."""
    slack = noah.slack
    await slack.command(noah.id, CHANNEL, "/rungs agent add")
    await until(lambda: bool(form_of(noah)), what="the form")
    facts = {"name": "Mason", "tool": "Trowel", "model": "M-2", "purpose": "Walls"}
    state: dict[str, Any] = {
        FORM[name]: {FORM[name]: {"type": "plain_text_input", "value": value}}
        for name, value in facts.items()
    }
    view = slack.workspace.modal_stack(noah.id)[-1]
    await slack.submit(noah.id, view.id, {**view.values, **state})
    await until(lambda: any("is on the list now" in told for told in noah.told()), what="the agent")
    graded = await noah.takes(
        "/rungs agent grade Mason", *(1, 0), title="Mason", result="Graded: Mason"
    )
    assert "L1 Builder" in graded
    needed = await noah.takes(
        "/rungs agent need Shop", *(1, 1), title="Which level?", result="Shop needs"
    )
    assert "Shop needs L2 Secure Builder" in needed
    assert "Customers who sign in" in needed


def form_of(noah: Member) -> list[Any]:
    """Return the fields of the form once it is filled."""
    stack = noah.slack.workspace.modal_stack(noah.id)
    return [b for view in stack[-1:] for b in view.blocks if b["type"] == "input"]


async def test_check_ins_offer_the_steps_of_an_own_mean(sqlite_url: str, acme: Path) -> None:
    async with season(sqlite_url, extra=acme) as spring:
        ada = spring.stage.person("ada")
        await ada.types("/rungs assess data")
        await ada.answers("-A")
        first = next(title for title in TIPS if title in ada.reads())
        await ada.clicks("I'll try it")
        assert f'How did "{first}"' in await spring.comes(ada)
        await ada.clicks("Done")
        second = next(title for title in TIPS if title != first)
        assert second in ada.reads()
        await ada.clicks("I'll try it")
        assert f'How did "{second}"' in await spring.comes(ada)
