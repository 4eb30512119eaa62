"""The line about the rules for admins, and the record of their versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape

from bot.features.rules.views import classes_of
from bot.slack.phrases import day_words, number
from coaching.rules import COUNTED_AFTER, Contact
from coaching.safe_text import Render
from coaching.team_digest.figures import SHARE_NAMES, Share
from storage.rules import RulesVersion, rules_of


def admin_line(render: Render, version: RulesVersion | None, *, now: datetime, minimum: int) -> str:
    """Return the line of `/rungs admin` about the newest version."""
    if version is None:
        return render("rules/admin", number=0)
    return render(
        "rules/admin",
        number=version.number,
        is_off=rules_of(version).is_empty,
        day=day_words(version.saved_at.date(), today=now.date()),
        **_figure(version, None, now=now, minimum=minimum),
    )


def _figure(
    version: RulesVersion, ended: datetime | None, *, now: datetime, minimum: int
) -> dict[str, object]:
    """Return the values of the sentence about how many read a version; `ended` is when the next one came."""
    due = version.saved_at + COUNTED_AFTER
    kind = "none"
    if version.readers and version.people:
        kind = "share"
    elif ended and ended < due:
        kind = "short"
    elif version.counted_at is None:
        kind = "waits"
    return {
        "figure": kind,
        "share": SHARE_NAMES[Share(version.readers)] if version.readers else None,
        "people": version.people,
        "counted_on": day_words(due.date(), today=now.date()),
        "minimum": number(minimum),
    }


@dataclass(frozen=True)
class RulesRecord:
    """The record of all versions, the newest first, as a page of plain text."""

    render: Render
    workspace: str
    versions: Sequence[RulesVersion]
    now: datetime
    minimum: int

    def text(self) -> str:
        """Return the page."""
        day = day_words(self.now.date(), today=date.min)
        head = self.render("rules/record_head", workspace=self.workspace, day=day)
        # Messages are escaped for Slack, and a file is not read by Slack.
        return unescape("\n\n".join([head, *self._versions()])) + "\n"

    def _versions(self) -> Iterator[str]:
        ended: datetime | None = None
        for version in self.versions:
            rules = rules_of(version)
            yield self.render(
                "rules/record_version",
                number=version.number,
                day=day_words(version.saved_at.date(), today=date.min),
                is_off=rules.is_empty,
                classes=classes_of(rules.tools),
                rules=rules.lines,
                whom=_plain_contact(rules.contact),
                **_figure(version, ended, now=self.now, minimum=self.minimum),
            )
            ended = version.saved_at


def _plain_contact(contact: Contact) -> str:
    named = [
        f"the person with the Slack ID {contact.person}" if contact.person else "",
        f"the channel with the Slack ID {contact.channel}" if contact.channel else "",
        contact.words,
    ]
    return ", ".join(filter(None, named))
