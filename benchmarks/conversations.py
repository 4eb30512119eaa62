"""The conversations that are measured, from the command to the result, and the members who have them."""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.measurement import Broken, in_lanes
from benchmarks.workspace import STATEMENTS, require, rows_of
from coaching.mean_score import mean_standing
from playground.errors import NotThere
from playground.person.hands import Hands
from playground.person.in_workspace import InWorkspace
from playground.player import Player
from playground.scripts import Act, Clicks, Picks, Says, Sees, Submits

ANYBODY = ""
"""Everybody does the same, so the acts name nobody; the player that does them is somebody."""
NOAH = "U0NOAHBERG0"
"""A member of the channel who registers the agent that others grade."""
CHANNEL, CHANNEL_NAME = "C0GROWTH000", "growth"
PATIENCE_SECONDS = 60
GRADES = """SELECT count(*) || ' grades by ' || group_concat(graded_by)
FROM (SELECT graded_by FROM grade ORDER BY graded_by)"""
TIMED_OUT = re.compile("timed out|operation_timeout")


@dataclass(frozen=True)
class Conversation:
    """One conversation, and what is stored of it: its answers in order, and the tier or level."""

    acts: tuple[Act, ...]
    answers: tuple[float, ...]
    tier: float | None = None
    level: int | None = None
    channel: str | None = None
    """Where it is started when it leaves a grade; else in the direct message, and there is none."""
    before: tuple[Act, ...] = ()
    """What NOAH does once, before anybody starts."""


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
# A question with letters is stored as one answer for each letter.
NEEDS = Conversation(
    _talk("/rungs agent need", *_PROJECT, result="This project needs"),
    answers=tuple(map(int, "0010 00000 0100 10000 0100 10000 01000 000000".replace(" ", ""))),
    level=2,
)


class Members:
    """The members of one workspace who have a conversation, and who of them has finished it.

    Before they start, idle connections are closed: a click on one that the app closes would be lost.
    """

    def __init__(self, slack: InWorkspace, conversation: Conversation = ENGINEERING) -> None:
        self._slack = slack
        self._conversation = conversation
        self.finished: list[str] = []

    async def prepare(self) -> None:
        """Do what has to be done once before anybody starts."""
        await self._do(NOAH, self._conversation.before)

    def add(self, count: int) -> list[str]:
        """Return the ids of so many new members."""
        added = self._slack.workspace.add_people(count, channel=self._conversation.channel)
        return [person.id for person in added]

    async def one_by_one(self, count: int) -> float:
        """Return the conversations per second of so many new members, one after another: the median."""
        return median([await self.at_once([user]) for user in self.add(count)])

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

    async def _do(self, user: str, acts: Sequence[Act]) -> None:
        player = self.player(user)
        for act in acts:
            try:
                await player.do(act)
            except NotThere as problem:
                if not TIMED_OUT.search(str(problem)):
                    raise Broken(f"{act} did not work: {problem}") from problem
                # The work is done all the same.
                print("An acknowledgement took more than three seconds.", file=sys.stderr)


def all_completed(
    database: Path, people: Sequence[str], conversation: Conversation = ENGINEERING, since: str = ""
) -> None:
    """Require one completed assessment, with its answers and result, for each time somebody is named.

    Assessments with an id before `since` do not count. Where a conversation grades, each left a grade too.
    """
    answers = ",".join(str(float(level)) for level in conversation.answers)
    result = ("completed", conversation.tier, conversation.level, answers)
    found = rows_of(database, STATEMENTS["completed"], since)
    whole = (Counter(found) & Counter((user, *result) for user in people)).total()
    if not whole == len(found) == len(people):
        raise Broken(
            f"{len(people)} assessments were finished, and {database.name} holds {whole} of them "
            f"complete among {len(found)}. Do not use these figures."
        )
    if conversation.channel:
        require(database, f"{len(people)} grades by {','.join(sorted(people))}", GRADES)
