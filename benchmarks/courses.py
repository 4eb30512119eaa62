"""What people go through when they are measured: a command, then acts on the card until its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.processes import Broken
from coaching.mean_score import mean_standing
from playground.person.elements import elements_of
from playground.person.hands import Hands
from playground.player import Player
from playground.scripts import Act, Says, Sees, Submits
from playground.server import Playground
from playground.state.messages import Message

CHANNEL, CHANNEL_NAME = "C0GROWTH000", "growth"
NOAH = "U0NOAHBERG0"
"""Somebody of the channel, who makes ready what others meet there."""

FAMILY = "engineering"
NONE = "None of these"


@dataclass(frozen=True)
class Press:
    """A button; the card is another one afterwards."""

    label: str


@dataclass(frozen=True)
class Choose:
    """An option of the menu beside a letter, or a box; the card stays until a button is pressed."""

    label: str
    letter: str = ""


@dataclass(frozen=True)
class Use:
    """One use of an element: what Slack is told of it."""

    block_id: str
    element: dict[str, Any]
    chosen: dict[str, Any] | None = None

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])


@dataclass(frozen=True)
class Course:
    """One conversation from its command to its result."""

    line: str
    acts: Sequence[Press | Choose]
    answers: tuple[float, ...]
    """What is kept, in the order of the cards."""
    tier: float | None = None
    level: int | None = None
    """What comes of it."""
    channel: str | None = None
    """Where the command is typed; else in the conversation with the app."""
    before: Sequence[Act] = field(default_factory=tuple)
    """What has to be there."""
    leaves_grades: bool = False

    async def prepare(self, slack: Playground) -> None:
        """Make ready what the people of this course meet."""
        player = Player(slack.service, Hands(slack.service), NOAH)
        for act in self.before:
            await player.do(act)


def _pressed(letters: str) -> tuple[Press, ...]:
    return tuple(Press(letter) for letter in letters)


def _level(*choices: str) -> tuple[Press | Choose, ...]:
    menus = zip("ABCD", choices, strict=True)
    return (*(Choose(label, letter) for letter, label in menus), Press("Next"))


OWN, TEACH, HELP = "On my own", "I teach it", "With help"
NOTHING = (Choose(NONE), Press("Next"))
SCOUT = {"Name": "Scout", "Tool": "Tool", "Model": "One", "What it is used for": "Fixes"}

# The answers of a course differ, so that one kept in the wrong place is noticed.
ENGINEERING = Course(
    f"/rungs assess {FAMILY}",
    _pressed("BCD"),
    answers=(1.5, 2.0, 2.5),
    tier=mean_standing({"first": 1.5, "second": 2.0, "third": 2.5}).tier,
)
LADDER = Course(
    "/rungs assess coding",
    (*_level(OWN, TEACH, OWN, OWN), *_level(OWN, TEACH, HELP, OWN)),
    answers=(2, 3, 2, 2, 2, 3, 1, 2),
    level=1,
)
LOWEST = Course(
    "/rungs agent grade Scout",
    _pressed("CBDBCBC"),
    answers=(3, 2, 4, 2, 3, 2, 3),
    level=2,
    channel=CHANNEL,
    before=(
        Says(NOAH, "/rungs agent add", where=CHANNEL_NAME),
        Submits(NOAH, SCOUT),
        Sees(NOAH, "added *Scout*", where=CHANNEL_NAME),
    ),
    leaves_grades=True,
)
NEEDS = Course(
    "/rungs agent need",
    (Press("C"), *NOTHING, *_pressed("BABAB"), *NOTHING),
    answers=(
        *(0, 0, 1, 0),
        *(0, 0, 0, 0, 0),
        *(0, 1, 0, 0),
        *(1, 0, 0, 0, 0),
        *(0, 1, 0, 0),
        *(1, 0, 0, 0, 0),
        *(0, 1, 0, 0, 0),
        *(0, 0, 0, 0, 0, 0),
    ),
    level=2,
)


def found(card: Message, act: Press | Choose) -> Use:
    """The element of a card for this act; without one, the card is not what was expected."""
    for block in card.blocks:
        for element in elements_of(block):
            if isinstance(act, Press):
                if element["type"] == "button" and element["text"]["text"] == act.label:
                    return Use(block["block_id"], element)
            elif element["action_id"].endswith(f":{act.letter}") or not act.letter:
                for option in element.get("options", ()):
                    if option["text"]["text"] == act.label:
                        return Use(block["block_id"], element, _of(element, option))
    raise Broken(f"The card has no {act}: {card.text[:200]}")


def _of(element: dict[str, Any], option: dict[str, Any]) -> dict[str, Any]:
    is_box = element["type"] == "checkboxes"
    return {"selected_options": [option]} if is_box else {"selected_option": option}
