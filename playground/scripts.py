"""Scripts: what colleagues do by themselves, so that a workspace is not empty while it is tried out.

A script is plain data, a list of acts. Every act names a person by id. The acts of one person happen one
after another, those of different people at the same time. Nothing is made up: a command is sent, a button
clicked and a modal submitted exactly as from the page, and the app hears of each as it always does.

    SCRIPT = Script(
        "Let the colleagues take part",
        (
            Says("U0ADAOKAFOR", "/rungs assess"),     # in the direct message with the app
            Clicks("U0ADAOKAFOR", "Engineering"),     # the button with these words, on the newest card
            Clicks("U0ADAOKAFOR", "B"),
            Clicks("U0ADAOKAFOR", ("Try it", "Done")),  # whichever is there, the first one first
            Picks("U0ADAOKAFOR", "A.", "On my own"),  # in the menu beside the words that begin so
            Says("U0NOAHBERG0", "/rungs team", where="growth"),  # in a channel
            Submits("U0NOAHBERG0", {"Name": "Scout"}),  # the open modal; the rest stays as it is filled in
            Sees("U0MEILIN000", "Scout", where="growth"),  # waits until others came so far
        ),
    )
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Says:
    """Types a message or a slash command; `where` is a channel's name."""

    user: str
    text: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Clicks:
    """Clicks the button with this label, or the first of several, on the newest message that has it."""

    user: str
    label: str | tuple[str, ...]
    where: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what the button may say."""
        return (self.label,) if isinstance(self.label, str) else self.label


@dataclass(frozen=True, slots=True)
class Picks:
    """Chooses from the menu beside words that begin so, on the newest message that has it."""

    user: str
    beside: str
    label: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Submits:
    """Submits the open modal with these entries by their label; the others stay as they are."""

    user: str
    entries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sees:
    """Waits until a message of the app has these words: what is done next follows from it."""

    user: str
    words: str
    where: str | None = None


Act = Says | Clicks | Picks | Submits | Sees


@dataclass(frozen=True, slots=True)
class Script:
    """What a button on the page plays; the label is what the button says."""

    label: str
    acts: Sequence[Act]
    once: bool = False
    """Offered only until the app has written to everybody in it."""

    @property
    def cast(self) -> list[str]:
        """Return who takes part, in the order of their first act."""
        return list(by_person(self.acts))


def by_person(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """Return what each person does, in the order of their first act."""
    parts: dict[str, list[Act]] = {}
    for act in acts:
        parts.setdefault(act.user, []).append(act)
    return parts
