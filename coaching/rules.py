"""What an organization says about its use of AI, and what may be told of how many read it.

How many read a version is counted once, `COUNTED_AFTER` it was saved, and only if it stood for all of that
time. Each reader is counted as a permanent shuffle gives (see coaching/team_digest/disclosure.py). A second
count of the same version would undo this: people who have not read it may read it later, and never the other
way round, so a change between two counts would show what the shuffle hides. So would a count right after
saving, when it is known that nobody read it. decisions/0049 has the argument.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from coaching.safe_text import is_slack_id, plain_name
from coaching.team_digest.disclosure import YES_OR_NO, counted_as, enough, estimate
from coaching.team_digest.figures import Share, share_of

DATA_CLASSES = ("public", "internal", "customer", "personal")

MOST_LINES = 5

COUNTED_AFTER = timedelta(days=30)

READ = "rules_read"
"""The kind of statement that is shuffled; another name would draw everybody's shuffle anew."""

SEPARATORS = re.compile(r"[,;\n]")

Tools = Mapping[str, Sequence[str]]
"""The approved tools by class of data; a class without any is left out."""


@dataclass(frozen=True)
class Contact:
    """Whom to ask: a person and a channel by their ids, and words or an address; each may be empty."""

    person: str = ""
    channel: str = ""
    words: str = ""


@dataclass(frozen=True)
class Rules:
    """The approved tools by class of data, the rules in a few lines, and whom to ask."""

    tools: Tools = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    contact: Contact = Contact()

    @classmethod
    def of(cls, tools: Mapping[str, str], lines: Iterable[str], contact: Contact) -> Self:
        """Return the rules from what was typed; tools are separated by commas, and empty lines left out."""
        named = {name: tools_in(tools.get(name, "")) for name in DATA_CLASSES}
        kept = [line for line in map(plain_name, lines) if line]
        checked = Contact(
            contact.person if is_slack_id(contact.person) else "",
            contact.channel if is_slack_id(contact.channel) else "",
            plain_name(contact.words),
        )
        given = {name: each for name, each in named.items() if each}
        return cls(given, tuple(kept[:MOST_LINES]), checked)

    @property
    def is_empty(self) -> bool:
        """Whether they name no tool and have no line; somebody to ask alone makes no rules."""
        return not self.tools and not self.lines

    def __str__(self) -> str:
        """Return them on one line each; `parse` reads that again."""
        tools = [", ".join(self.tools.get(name, ())) for name in DATA_CLASSES]
        contact = self.contact
        return "\n".join([contact.person, contact.channel, contact.words, *tools, *self.lines])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the rules that `str` wrote; missing lines are empty."""
        person, channel, words, *rest = [*text.split("\n"), "", "", ""]
        tools = dict(zip(DATA_CLASSES, rest, strict=False))
        return cls.of(tools, rest[len(DATA_CLASSES) :], Contact(person, channel, words))


def tools_in(text: str) -> tuple[str, ...]:
    """Return the names of the tools in a list that somebody typed, each once."""
    names = [name for name in map(plain_name, SEPARATORS.split(text)) if name]
    return tuple({name.casefold(): name for name in reversed(names)}.values())[::-1]


def changed_parts(before: Rules, after: Rules) -> list[str]:
    """Return what differs: classes of data whose tools do, "lines" and "contact"."""
    tools = [
        name
        for name in DATA_CLASSES
        if tuple(before.tools.get(name, ())) != tuple(after.tools.get(name, ()))
    ]
    lines = ["lines"] if before.lines != after.lines else []
    contact = ["contact"] if before.contact != after.contact else []
    return [*tools, *lines, *contact]


def share_of_readers(
    secret: str, people: Sequence[str], readers: Collection[str], *, minimum: int
) -> Share | None:
    """Return how many of these people read a version; None when fewer than `minimum` could have.

    `secret` is that of the workspace's shuffles. Whether there is a share depends on the number of people
    alone, never on who read.
    """
    if len(people) < enough(minimum):
        return None
    counted = [counted_as(secret, each, READ, each in readers, YES_OR_NO) for each in people]
    return share_of(estimate(counted, YES_OR_NO)[0])
