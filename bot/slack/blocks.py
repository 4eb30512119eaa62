"""The bricks every message is built from, so that all of them look alike."""

from collections.abc import Collection, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
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
from content.limits import BUTTON, HEADLINE, SECTION, length
from content.message_catalog import Render


def headline(text: str) -> Block:
    """The title of a message."""
    return HeaderBlock(text=PlainTextObject(text=shortened(text, HEADLINE), emoji=False))


def paragraph(text: str) -> Block:
    """Running text in mrkdwn; whatever came from outside is escaped already."""
    return SectionBlock(text=MarkdownTextObject(text=shortened(text, SECTION)))


def paragraphs(parts: Sequence[str], *, between: str = "\n") -> list[Block]:
    """Running text made of parts, in as many paragraphs as Slack's limit asks for."""
    return [paragraph(text) for text in joined(parts, between=between)]


def joined(parts: Sequence[str], *, between: str = "\n") -> list[str]:
    """The parts in as few texts as Slack's limit allows; no part is cut in two."""
    texts: list[str] = []
    for part in parts:
        longer = f"{texts[-1]}{between}{part}" if texts else part
        if texts and length(longer) <= SECTION:
            texts[-1] = longer
        else:
            texts.append(part)
    return texts


def fine_print(text: str) -> Block:
    """Small text: who can see it, where a figure comes from."""
    return ContextBlock(elements=[MarkdownTextObject(text=shortened(text, SECTION))])


def line() -> Block:
    """A thin line between two parts."""
    return DividerBlock()


def button(
    label: str,
    *,
    action: str,
    value: str = "",
    style: str | None = None,
    spoken: str | None = None,
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    """A button; `spoken` is what a screen reader says when the label alone says too little."""
    return ButtonElement(
        text=PlainTextObject(text=label, emoji=False),
        action_id=action,
        value=value or None,
        style=style,
        confirm=confirm,
        accessibility_label=shortened(spoken, BUTTON) if spoken else None,
    )


def link_button(label: str, *, action: str, url: str) -> ButtonElement:
    """A button that opens an address."""
    return ButtonElement(text=PlainTextObject(text=label, emoji=False), action_id=action, url=url)


def row(*elements: InteractiveElement | None, name: str | None = None) -> Block:
    """A row of buttons; empty places are left out."""
    return ActionsBlock(elements=[e for e in elements if e is not None], block_id=name)


def menu(
    placeholder: str, *, action: str, options: Sequence[tuple[str, str]], chosen: str | None = None
) -> StaticSelectElement:
    """A menu of (label, value) pairs."""
    made = [
        Option(text=PlainTextObject(text=shortened(label, BUTTON), emoji=False), value=value)
        for label, value in options
    ]
    return StaticSelectElement(
        placeholder=PlainTextObject(text=placeholder, emoji=False),
        action_id=action,
        options=made,
        initial_option=next((o for o in made if o.value == chosen), None),
    )


def checks(
    *, action: str, options: Sequence[tuple[str, str]], chosen: Collection[str]
) -> CheckboxesElement:
    """Boxes to tick, as (label, value) pairs."""
    made = [
        Option(text=PlainTextObject(text=shortened(label, BUTTON), emoji=False), value=value)
        for label, value in options
    ]
    # An empty list of chosen ones is refused: none chosen means that the field is left out.
    ticked = [option for option in made if option.value in chosen] or None
    return CheckboxesElement(action_id=action, options=made, initial_options=ticked)


def date_menu(placeholder: str, *, action: str) -> DatePickerElement:
    """A calendar to choose one day from."""
    return DatePickerElement(
        placeholder=PlainTextObject(text=placeholder, emoji=False), action_id=action
    )


def question_before(*, title: str, text: str, yes: str, no: str) -> ConfirmObject:
    """What Slack asks before a click counts."""
    return ConfirmObject(
        title=PlainTextObject(text=title),
        text=PlainTextObject(text=text),
        confirm=PlainTextObject(text=yes),
        deny=PlainTextObject(text=no),
        style="danger",
    )


def bullets(items: Sequence[str]) -> list[str]:
    """Lines with a bullet each."""
    return [f"• {item}" for item in items]


def shortened(text: str, limit: int) -> str:
    """The text within Slack's limit, counted in UTF-16 units as Slack may count; cut at a word."""
    if length(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", errors="ignore")
    head, _, tail = kept.rpartition(" ")
    return f"{head if head and len(tail) < 30 else kept}…"


NAME = "Rungs"


def modal(title: str, blocks: Sequence[Block], *, callback: str) -> View:
    """A modal to read."""
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=title, emoji=False),
        close=PlainTextObject(text="Close", emoji=False),
        blocks=list(blocks),
    )


def loading(title: str, *, callback: str) -> View:
    """What stands in a modal while its content is looked up."""
    return modal(title, [paragraph("One moment …")], callback=callback)


def message_window(blocks: Sequence[Block]) -> View:
    """A message shown in a window, for members who clicked on the Home tab."""
    return modal(NAME, blocks, callback=MESSAGE_VIEW)


def notice(text: str) -> Message:
    """One paragraph and nothing else; the text is escaped already."""
    return Message(text=text, blocks=[paragraph(text)])


def trouble(render: Render, code: str) -> Message:
    """What a member reads when something broke on our side."""
    return notice(render("slack/trouble", code=code))


def pointer(render: Render, what: str, *, messages_url: str | None) -> Message:
    """Says that the answer is in the member's messages, with the way there where Slack offers one."""
    told = notice(render("slack/in_your_messages", what=what))
    if messages_url is None:
        return told
    there = link_button("Go to messages", action=LINK, url=messages_url)
    return Message(text=told.text, blocks=[*told.blocks, row(there)])


LONGEST = 40


def repeated(typed: str) -> str:
    """The words on one line, cut where they are many; backticks would end the frame they stand in."""
    return shortened(" ".join(typed.replace("`", "").split()), LONGEST)
