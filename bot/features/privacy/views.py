"""The privacy page, and the cards around an erasure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.buttons import EXPORT, FORGET, PRIVACY
from bot.slack.api import Message
from bot.slack.blocks import button, notice, paragraph, row
from bot.slack.phrases import counted, listed
from content.safe_text import Render, SafeText
from storage.assessments.personal_data import GRADING, PROJECT, SELF_CHECK
from storage.database.rows import Retention

FORGET_CONFIRMED = "forget_confirmed"
FORGET_KEPT = "forget_kept"


def who_sees_it(render: Render) -> Message:
    """Return who sees a member's answers in a few words, with buttons for the rest."""
    text = render("privacy/short")
    buttons = row(
        button("Who sees what", action=PRIVACY),
        button("Export my data", action=EXPORT),
        button("Erase my data", action=FORGET),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


def privacy_message(render: Render, retention: Sequence[Retention]) -> Message:
    """Return the page: who sees what, how long it is kept, and the buttons for export and erasure."""
    page = render("privacy/page")
    kept = [{"what": one.what, "days": one.kept.days} for one in retention]
    how_long = render("privacy/how_long", kept=kept)
    return Message(
        text=f"{page}\n\n{how_long}",
        blocks=[
            paragraph(page),
            paragraph(how_long),
            row(
                button("Export my data", action=EXPORT),
                button("Erase my data", action=FORGET),
            ),
        ],
    )


@dataclass(frozen=True)
class Erased:
    """What an erasure took out of the member's conversation, and what of it Slack kept.

    `was_read` is false when the conversation could not be read, so nothing was taken out of it.
    `home_is_old` when the Home tab could not be published anew.
    """

    messages: int = 0
    files: int = 0
    messages_left: int = 0
    files_left: int = 0
    was_read: bool = True
    home_is_old: bool = False


def erased_notice(render: Render, erased: Erased) -> Message:
    """Return the one message that says what came of an erasure."""
    left = _messages_and_files(erased.messages_left, erased.files_left)
    home = erased.home_is_old
    if left or not erased.was_read:
        was_read = erased.was_read
        return notice(
            render("privacy/forgotten_partly", left=left, was_read=was_read, home_is_old=home)
        )
    gone = _messages_and_files(erased.messages, erased.files)
    is_one = erased.messages + erased.files == 1
    return notice(render("privacy/forgotten", gone=gone, is_one=is_one, home_is_old=home))


def _messages_and_files(messages: int, files: int) -> SafeText | None:
    counts = [(messages, "message"), (files, "file")]
    named = [counted(count, what) for count, what in counts if count]
    return listed(named) if named else None


def forget_card(render: Render, held: Mapping[str, Any]) -> Message:
    """Return the question before the erasure; `held` is the export, of which it names the parts."""
    text = render("privacy/forget_question", held=listed(_named(held)))
    return Message(
        text=text,
        blocks=[
            paragraph(text),
            row(
                button("Erase everything", action=FORGET_CONFIRMED, style="danger"),
                button("Keep everything", action=FORGET_KEPT),
            ),
        ],
    )


REGISTERS = ("agents", "agent_changes", "agent_grades", "projects")
"""The parts of the export that name the member in registers of channels."""


def _named(held: Mapping[str, Any]) -> list[str]:
    """Return the parts of the export that people know, each with how many of it there are."""
    results, member = held["results"]["assessments"], held["you"]["member"] or {}
    # A self-check that the member set aside is not named.
    kinds = Counter(row["kind"] for row in results if row["state"] != "abandoned")
    offered, noted = len(held["steps"]["offered"]), len(held["messages"]["from_rungs"])
    parts = (
        (True, "your Slack user ID"),
        (member.get("family"), "your role family"),
        (kinds[SELF_CHECK], counted(kinds[SELF_CHECK], "self-check")),
        (kinds[GRADING], counted(kinds[GRADING], "grading")),
        (kinds[PROJECT], f"the needs of {counted(kinds[PROJECT], 'project')}"),
        (held["answers"]["in_words"], "your answers"),
        (offered, counted(offered, "step")),
        (noted, f"notes on {counted(noted, 'message')} to you"),
        (held["settings"]["check_ins"], "your settings"),
        (any(held["channels"][name] for name in REGISTERS), "your name in channels' agent lists"),
    )
    return [words for is_there, words in parts if is_there]


def leftovers_card(render: Render) -> Message:
    """Return a card that says that nothing is stored, with a button to delete the bot's old messages."""
    text = render("privacy/nothing_to_forget")
    take_away = button("Remove old messages", action=FORGET_CONFIRMED)
    return Message(text=text, blocks=[paragraph(text), row(take_away)])
