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
            Sees("U0MEILIN000", "Sent in", of="U0ADAOKAFOR"),  # in the messages of somebody else
            Taps("U0MEILIN000", "Shown"),             # a button in the open modal
            Reads("U0MEILIN000", "Decided"),          # waits until the open modal says that
        ),
    )
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any


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
class Taps:
    """Clicks the button with this label in the open modal, once the modal shows what comes next."""

    user: str
    label: str


@dataclass(frozen=True, slots=True)
class Reads:
    """Waits until the open modal has these words."""

    user: str
    words: str


@dataclass(frozen=True, slots=True)
class Submits:
    """Submits the open modal with these entries by their label; the others stay as they are.

    Of boxes, those are ticked that the entry names, with plus signs between them; with one in front, those
    that are ticked already stay. Of a menu, the entry is the label of an option.
    """

    user: str
    entries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sees:
    """Waits until a message of the app has these words: what is done next follows from it.

    It stands in a channel or in the messages of another person, and is waited for `times` times.
    """

    user: str
    words: str
    where: str | None = None
    of: str | None = None
    times: int = 1


Act = Says | Clicks | Picks | Taps | Reads | Submits | Sees


@dataclass(frozen=True, slots=True)
class Script:
    """What a button on the page plays; the label is what the button says, with {count} for how many act."""

    label: str
    acts: Sequence[Act]
    once: bool = False
    """Offered only until the app has written to everybody in it, or to all but the one who looked on."""
    understudy: str | None = None
    """Who takes the part of the person who looks on; without one, that part is left out."""
    plays_onlooker: bool = False
    """Everybody's part is played, also that of the person who looks on: nobody else can take it."""
    until: "Sees | None" = None
    """Offered only until this person saw that."""
    nobody: str | None = None
    """Said when nobody finds the first button. With it, that button is there already or never comes."""

    def besides(self, user: str | None) -> "Script":
        """Return the script as it is played while this person looks on, who acts for themselves.

        With `plays_onlooker` their part is played too.
        """
        acts = tuple(self.acts)
        if user in by_person(acts) and not self.plays_onlooker:
            taken = [_recast(act, user, self.understudy) for act in acts] if self.understudy else []
            acts = tuple(taken or [act for act in acts if act.user != user])
        label = self.label.replace("{count}", str(len(by_person(acts))))
        return replace(self, label=label, acts=acts)

    @property
    def cast(self) -> list[str]:
        """Return who takes part, in the order of their first act."""
        return list(by_person(self.acts))


def _recast(act: Act, user: str, understudy: str) -> Act:
    """Return the act with one person in the place of another, in its words too."""
    changes: dict[str, Any] = {}
    for one in fields(act):
        value = getattr(act, one.name)
        if isinstance(value, str):
            changes[one.name] = value.replace(user, understudy)
        elif isinstance(value, Mapping):
            changes[one.name] = {k: v.replace(user, understudy) for k, v in value.items()}
    return replace(act, **changes)


def by_person(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """Return what each person does, in the order of their first act."""
    parts: dict[str, list[Act]] = {}
    for act in acts:
        parts.setdefault(act.user, []).append(act)
    return parts
