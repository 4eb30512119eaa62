"""Builders for blocks, modals and short messages, within Slack's limits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    DatePickerElement,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.buttons import LINK, MESSAGE_VIEW
from bot.slack.api import Message
from bot.slack.phrases import number, wait_words
from coaching.safe_text import Render, without_hidden
from content.limits import BUTTON, HEADLINE, SECTION, length
from storage.allowances import LimitReached


def running(text: str) -> MarkdownTextObject:
    """Return running text in mrkdwn; text from outside must be escaped already.

    `verbatim` keeps Slack from making a mention or a link of what only looks like one, such as a name with
    an @ or an address in it; marks that are written out work all the same.
    """
    return MarkdownTextObject(text=shortened(text, SECTION), verbatim=True)


def plain(text: str, limit: int = SECTION) -> PlainTextObject:
    """Return text that is shown as it is, without hidden characters."""
    return PlainTextObject(text=shortened(without_hidden(text), limit), emoji=False)


def headline(text: str) -> Block:
    """Return the title of a message."""
    return HeaderBlock(text=plain(text, HEADLINE))


def paragraph(text: str, *, beside: ButtonElement | None = None) -> Block:
    """Return a paragraph of running text, with a button beside it if there is one."""
    return SectionBlock(text=running(text), accessory=beside)


def paragraphs(parts: Sequence[str], *, between: str = "\n") -> list[Block]:
    """Return the parts as running text, in as few paragraphs as Slack's limit allows."""
    return [paragraph(text) for text in joined(parts, between=between)]


def joined(parts: Sequence[str], *, between: str = "\n") -> list[str]:
    """Join the parts to as few texts as Slack's limit allows; no part is split."""
    texts: list[str] = []
    for part in parts:
        longer = f"{texts[-1]}{between}{part}" if texts else part
        if texts and length(longer) <= SECTION:
            texts[-1] = longer
        else:
            texts.append(part)
    return texts


def fine_print(text: str) -> Block:
    """Return small text, such as who can see the message or where a figure comes from."""
    return ContextBlock(elements=[running(text)])


def line() -> Block:
    """Return a thin line between two parts."""
    return DividerBlock()


def button(
    label: str,
    *,
    action: str,
    value: str = "",
    style: str | None = None,
    spoken: str | None = None,
) -> ButtonElement:
    """Return a button; `spoken` is what a screen reader says when the label alone says too little."""
    return ButtonElement(
        text=plain(label),
        action_id=action,
        value=value or None,
        style=style,
        accessibility_label=plain(spoken, BUTTON).text if spoken else None,
    )


def link_button(label: str, *, action: str, url: str) -> ButtonElement:
    """Return a button that opens an address."""
    return ButtonElement(text=plain(label), action_id=action, url=url)


def row(*elements: InteractiveElement | None, name: str | None = None) -> Block:
    """Return a row of elements; None is left out. `name` is the block's id."""
    return ActionsBlock(elements=[e for e in elements if e is not None], block_id=name)


def menu(
    placeholder: str, *, action: str, options: Sequence[tuple[str, str]], chosen: str | None = None
) -> StaticSelectElement:
    """Return a menu of (label, value) pairs."""
    made = [Option(text=plain(label, BUTTON), value=value) for label, value in options]
    return StaticSelectElement(
        placeholder=plain(placeholder),
        action_id=action,
        options=made,
        initial_option=next((o for o in made if o.value == chosen), None),
    )


def checks(
    *, action: str, options: Sequence[tuple[str, str]], chosen: Collection[str]
) -> CheckboxesElement:
    """Return checkboxes of (label, value) pairs."""
    made = [Option(text=plain(label, BUTTON), value=value) for label, value in options]
    # Slack refuses an empty list of initial options, so the field is left out then.
    ticked = [option for option in made if option.value in chosen] or None
    return CheckboxesElement(action_id=action, options=made, initial_options=ticked)


def date_menu(placeholder: str, *, action: str) -> DatePickerElement:
    """Return a calendar to choose one day from."""
    return DatePickerElement(placeholder=plain(placeholder), action_id=action)


def bullets(items: Sequence[str]) -> list[str]:
    """Return the items as lines with a bullet each."""
    return [f"• {item}" for item in items]


def shortened(text: str, limit: int) -> str:
    """Return the text cut at a word to Slack's limit, counted in UTF-16 units as Slack may count."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return text
    kept = units[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    head, _, tail = kept.rpartition(" ")
    return f"{head if head and len(tail) < 30 else kept}…"


NAME = "Rungs"


def modal(title: str, blocks: Sequence[Block], *, callback: str) -> View:
    """Return a modal without a submit button."""
    return View(
        type="modal",
        callback_id=callback,
        title=plain(title),
        close=plain("Close"),
        blocks=list(blocks),
    )


def loading(title: str, *, callback: str) -> View:
    """Return the modal that is shown while its content is looked up."""
    return modal(title, [paragraph("One moment …")], callback=callback)


def message_window(blocks: Sequence[Block]) -> View:
    """Return a modal that shows a message, for members who clicked on the Home tab."""
    return modal(NAME, blocks, callback=MESSAGE_VIEW)


def notice(text: str) -> Message:
    """Return a message of one paragraph; the text must be escaped already."""
    return Message(text=text, blocks=[paragraph(text)])


def trouble(render: Render, code: str) -> Message:
    """Return the apology for an error in Rungs; `code` finds it in the log."""
    return notice(render("slack/trouble", code=code))


def limit_text(render: Render, problem: LimitReached, *, now: datetime) -> str:
    """Return the sentence about a limit that was reached, and in how much time it goes on."""
    left = (problem.again_at - now).total_seconds() if problem.again_at else None
    again = None if left is None else wait_words(left)
    limit = problem.limit
    return render("slack/limit", what=limit.what, most=number(limit.most), again=again)


def busy(render: Render, seconds: float) -> Message:
    """Return the answer while Slack's rate limit refuses calls for so many seconds."""
    return notice(render("slack/busy", again=wait_words(seconds)))


def pointer(render: Render, what: str, *, messages_url: str | None) -> Message:
    """Return a line that says that `what` is in the member's messages, with a link if there is one."""
    told = notice(render("slack/in_your_messages", what=what))
    if messages_url is None:
        return told
    there = link_button("Go to messages", action=LINK, url=messages_url)
    return Message(text=told.text, blocks=[*told.blocks, row(there)])


LONGEST_REPEATED = 40


def repeated(typed: str) -> str:
    """Return what a member typed on one line, shortened, without backticks, which would end a code span."""
    return shortened(" ".join(typed.replace("`", "").split()), LONGEST_REPEATED)
