"""The conversations that are measured, from the command to the result, and the members who have them."""

import asyncio
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import claims
from benchmarks.measurement import Broken, in_lanes
from benchmarks.workspace import STATEMENTS, require, rows_of
from coaching.mean_score import mean_standing
from coaching.members import MemberKey
from coaching.safe_text import escape
from content.loader import load_content
from playground.errors import NotThere
from playground.person.hands import Hands
from playground.person.in_workspace import InWorkspace
from playground.player import Player
from playground.scripts import Act, Clicks, Picks, Reads, Says, Sees, Submits, Taps
from playground.state.views import View
from storage.database.engine import Database

ANYBODY = ""
"""Everybody does the same, so the acts name nobody; the player that does them is somebody."""
NOAH = "U0NOAHBERG0"
"""A member of the channel who registers the agent that others grade."""
CHANNEL, CHANNEL_NAME = "C0GROWTH000", "growth"
PATIENCE_SECONDS = 60
GRADES = """SELECT count(*) || ' grades by ' || group_concat(graded_by)
FROM (SELECT graded_by FROM grade ORDER BY graded_by)"""
TIMED_OUT = re.compile("timed out|operation_timeout")
LETTERED = re.compile(r"^\*([A-D])\.\* (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Chooses:
    """Clicks the letter of a right or of a wrong option on the newest card, whose order is drawn."""

    is_right: bool


@dataclass(frozen=True)
class Conversation:
    """One conversation, and what is stored of it: its answers in order, and the tier or level.

    Of a check, whose options stand in a drawn order, `answers` is empty and `count` says how many there are.
    """

    acts: tuple[Act | Chooses, ...]
    answers: tuple[float, ...]
    count: int | None = None
    tier: float | None = None
    level: int | None = None
    channel: str | None = None
    """Where it is started when it leaves a grade; else in the direct message, and there is none."""
    before: tuple[Act, ...] = ()
    """What NOAH does once, before anybody starts."""
    capability: str | None = None
    """The capability that an admin switches on before."""
    is_review: bool = False
    """Whether it is the review of a claim: each member has one that waits for them, and no assessment."""


def _clicks(*labels: str) -> Iterator[Clicks]:
    return (Clicks(ANYBODY, label) for label in labels)


def _card(*choices: str) -> tuple[Act, ...]:
    """Return a choice from each of the four menus on a card, and the button below them."""
    menus = zip("ABCD", choices, strict=True)
    return (*(Picks(ANYBODY, f"{letter}.", label) for letter, label in menus), *_clicks("Next"))


def _talk(command: str, *acts: Act, result: str, where: str | None = None) -> tuple[Act, ...]:
    return (Says(ANYBODY, command, where), *acts, Sees(ANYBODY, result))


_OWN, _TEACH, _HELP, _NONE = "On my own", "I teach it", "With help", "None of these"
_CODING = (*_card(_OWN, _TEACH, _OWN, _OWN), *_card(_OWN, _TEACH, _HELP, _OWN))
_GRADES, _PROJECT = _clicks(*"CBDBCBC"), _clicks("C", _NONE, "Next", *"BABAB", _NONE, "Next")
_SCOUT = {"Name": "Scout", "Tool": "Tool", "Model": "One", "What it is used for": "Fixes"}

# The answers of a conversation differ, so that one stored in the wrong place is noticed.
ENGINEERING = Conversation(
    _talk("/rungs assess engineering", *_clicks(*"BCD"), result="Your self-check: Engineering"),
    answers=(1.5, 2.0, 2.5),
    tier=mean_standing({"first": 1.5, "second": 2.0, "third": 2.5}).tier,
)
LADDER = Conversation(
    _talk("/rungs assess coding", *_CODING, result="Your self-check: AI coding"),
    answers=(2, 3, 2, 2, 2, 3, 1, 2),
    level=1,
)
LOWEST = Conversation(
    _talk("/rungs agent grade Scout", *_GRADES, result="Graded: Scout", where=CHANNEL_NAME),
    answers=(3, 2, 4, 2, 3, 2, 3),
    level=2,
    channel=CHANNEL,
    before=(
        Says(NOAH, "/rungs agent add", where=CHANNEL_NAME),
        Submits(NOAH, _SCOUT),
        Sees(NOAH, "added *Scout*", where=CHANNEL_NAME),
    ),
)
# Six right answers and four wrong ones end a check at the tenth question. How sure is an answer too.
_ANSWERS = [
    act
    for place, is_right in enumerate((True,) * 6 + (False,) * 4, start=1)
    for act in (Sees(ANYBODY, f"question {place}."), Chooses(is_right), Clicks(ANYBODY, "Sure"))
]
CHECK = Conversation(
    (
        Says(ANYBODY, "/rungs quiz judging-output"),
        *_ANSWERS,
        Sees(ANYBODY, "You got six of ten questions right"),
    ),
    answers=(),
    count=20,
    level=0,
    capability="Knowledge checks",
)
# A question with letters is stored as one answer for each letter.
NEEDS = Conversation(
    _talk("/rungs agent need", *_PROJECT, result="This project needs"),
    answers=tuple(map(int, "0010 00000 0100 10000 0100 10000 01000 000000".replace(" ", ""))),
    level=2,
)


REVIEW = Conversation(
    (
        Says(ANYBODY, "/rungs reviews"),
        Clicks(ANYBODY, "Take it"),
        *(Taps(ANYBODY, "Shown") for _ in range(4)),
        Taps(ANYBODY, "Decide"),
        Submits(ANYBODY, {"What they read": "Clear work."}),
        Reads(ANYBODY, "*Decided:* accepted"),
    ),
    answers=(),
    capability="Evidence",
    is_review=True,
)


class Members:
    """The members of one workspace who have a conversation, and who of them has finished it.

    Before they start, idle connections are closed: a click on one that the app closes would be lost.
    """

    def __init__(
        self,
        slack: InWorkspace,
        conversation: Conversation = ENGINEERING,
        database: Database | None = None,
    ) -> None:
        self._slack = slack
        self._conversation = conversation
        self._database = database
        self.finished: list[str] = []

    async def prepare(self) -> None:
        """Do what has to be done once before anybody starts."""
        if self._conversation.is_review and self._database:
            await claims.panel(self._database, self._slack.workspace.id)
        if self._conversation.capability:
            await switches_on(self._slack, self._conversation.capability)
        await self._do(NOAH, self._conversation.before)

    def add(self, count: int) -> list[str]:
        """Return the ids of so many new members."""
        added = self._slack.workspace.add_people(count, channel=self._conversation.channel)
        return [person.id for person in added]

    async def one_by_one(self, count: int) -> float:
        """Return the conversations per second of so many new members, one after another: the median."""
        found = []
        for user in self.add(count):
            await self.make_ready(user)
            found.append(await self.at_once([user]))
        return median(found)

    async def make_ready(self, user: str) -> None:
        """Let a claim wait for a member who reviews; the floor has none."""
        if self._conversation.is_review and self._database:
            await claims.one_for(self._database, MemberKey(self._slack.workspace.id, user))

    async def at_once(self, people: Sequence[str], *, at_once: int = 1) -> float:
        """Return the conversations per second while so many of these members are at it."""
        await self._slack.service.courier.close()
        started = time.perf_counter()
        await in_lanes(people, self._visit, lanes=at_once)
        seconds = time.perf_counter() - started
        await self._slack.quiet()
        return len(people) / seconds

    def player(self, user: str) -> Player:
        """Return who does the acts of this member."""
        service = self._slack.service
        return Player(service, Hands(service), user, patience=PATIENCE_SECONDS)

    async def _visit(self, user: str) -> None:
        await self._do(user, self._conversation.acts)
        self.finished.append(user)

    def told(self, user: str, act: Act | Chooses) -> Act:
        """Return the act with the letter that the member's card has for it."""
        if not isinstance(act, Chooses):
            return act
        direct = self._slack.workspace.dm(user)
        newest = [one for one in direct.visible_to(user) if one.by_app][-1]
        return Clicks(ANYBODY, letter_of(newest.text, is_right=act.is_right))

    async def _do(self, user: str, acts: Sequence[Act | Chooses]) -> None:
        player = self.player(user)
        for act in acts:
            try:
                await player.do(self.told(user, act))
            except NotThere as problem:
                if not TIMED_OUT.search(str(problem)):
                    raise Broken(f"{act} did not work: {problem}") from problem
                # The work is done all the same.
                print("An acknowledgement took more than three seconds.", file=sys.stderr)


@cache
def _right() -> Mapping[frozenset[str], str]:
    """Return the right option of every item, by all its options as a card shows them."""
    library, _ = load_content()
    every = [item for skill in library.knowledge.skills.values() for item in skill.items]
    told = [item.told_in(family) for item in every for family in (None, *item.variants)]
    return {
        frozenset(escape(option.text) for option in item.options): escape(
            item.options[item.right].text
        )
        for item in told
    }


def letter_of(card: str, *, is_right: bool) -> str:
    """Return the letter of a right or of a wrong option on a card with this text."""
    shown = {text: letter for letter, text in LETTERED.findall(card)}
    right = _right()[frozenset(shown)]
    letters = [letter for text, letter in shown.items() if (text == right) is is_right]
    return str(letters[0])


async def switches_on(slack: InWorkspace, capability: str) -> None:
    """Let the owner of the workspace switch a capability on."""
    hands = Hands(slack.service)
    owner = next(one.id for one in slack.workspace.members() if one.is_owner)
    player = Player(slack.service, hands, owner, patience=PATIENCE_SECONDS)
    await player.do(Says(owner, "/rungs admin"))
    await player.do(Clicks(owner, "Switch on or off"))
    view, field, box = await _box(slack, owner, capability)
    chosen = {"type": "checkboxes", "selected_options": [box]}
    await hands.submit(owner, view.id, {**view.values, field: {field: chosen}})
    await player.do(Sees(owner, capability))
    await slack.quiet()


async def _box(slack: InWorkspace, owner: str, name: str) -> tuple[View, str, dict[str, Any]]:
    """Return the open window once it has a box of this name, the block it is in, and the box."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for view in slack.workspace.modal_stack(owner)[-1:]:
                for block in view.blocks:
                    for box in (block.get("element") or {}).get("options", ()):
                        if box["text"]["text"] == name:
                            return view, block["block_id"], box
            await asyncio.sleep(0.01)


def all_completed(
    database: Path, people: Sequence[str], conversation: Conversation = ENGINEERING, since: str = ""
) -> None:
    """Require one completed assessment, with its answers and result, for each time somebody is named.

    Where claims are reviewed, require one decision of each instead, with its marks.
    Assessments with an id before `since` do not count. Where a conversation grades, each left a grade too.
    """
    if conversation.is_review:
        reviewed = f"{4 * len(people)} marks, decided by {','.join(sorted(people))}"
        require(database, reviewed, STATEMENTS["reviewed"])
        return
    answers = ",".join(str(float(level)) for level in conversation.answers)
    result: tuple[object, ...] = ("completed", conversation.tier, conversation.level, answers)
    found = rows_of(database, STATEMENTS["completed"], since)
    if conversation.count is not None:
        result = (*result[:3], conversation.count)
        found = [(*row[:4], row[4].count(",") + 1) for row in found]
    whole = (Counter(found) & Counter((user, *result) for user in people)).total()
    if not whole == len(found) == len(people):
        raise Broken(
            f"{len(people)} assessments were finished, and {database.name} holds {whole} of them "
            f"complete among {len(found)}. Do not use these figures."
        )
    if conversation.channel:
        require(database, f"{len(people)} grades by {','.join(sorted(people))}", GRADES)
