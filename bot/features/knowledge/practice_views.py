"""A question that comes back for practice: below a check-in, and in a window with the answer afterwards."""

from dataclasses import dataclass
from string import ascii_uppercase

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.features.knowledge.list_views import PRACTICE, PRACTICE_STOPPED, resume_button
from bot.features.knowledge.views import explained, item_words
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, modal, paragraph, paragraphs, row
from coaching.items import Item
from coaching.knowledge.check import SURENESS, AskedItem, GivenAnswer
from coaching.safe_text import Render, SafeText, escape

PRACTICE_OPTION = "practice_option:"
PRACTICE_SURE = "practice_sure:"
PRACTICE_AGAIN = "practice_again"
PRACTICE_VIEW = "practice_view"
PRACTICE_TITLE = "Practice"


@dataclass(frozen=True)
class PracticeView:
    """A question for practice; `stamp` says when the member answered it last."""

    item: AskedItem
    skill: str
    stamp: str

    def value(self, place: int, sure: int = 0) -> str:
        """Return what a button carries."""
        return f"{self.item.id}|{self.stamp}|{place}|{sure}"


def footer_message(render: Render, item: Item, skill: str) -> Message:
    """Return what stands below a check-in: the question, and the buttons that open and end it."""
    text = render("knowledge/foot", question=item.question, skill=skill)
    buttons = row(
        button("Answer it", action=PRACTICE, value=item.id),
        button("No more of these", action=PRACTICE_STOPPED),
    )
    return Message(text=text, blocks=[paragraph(text), buttons])


def stopped_message(render: Render) -> Message:
    """Return that no more questions come, with the button that brings them back."""
    text = render("knowledge/practice_stopped")
    return Message(text=text, blocks=[paragraph(text), row(resume_button())])


def practice_view(render: Render, asked: PracticeView, chosen: int | None = None) -> View:
    """Return the question with its options; once one is chosen, also how sure the member is."""
    blocks: list[Block] = [
        fine_print(escape(asked.skill)),
        *paragraphs(item_words(asked.item), between="\n\n"),
        _options(asked, chosen),
    ]
    if chosen is not None:
        letter = ascii_uppercase[chosen]
        sure = [
            button(label, action=f"{PRACTICE_SURE}{sure}", value=asked.value(chosen, sure))
            for sure, label in SURENESS.items()
        ]
        blocks += [paragraph(render("knowledge/how_sure", letter=letter)), row(*sure)]
    return modal(PRACTICE_TITLE, blocks, callback=PRACTICE_VIEW)


def _options(asked: PracticeView, chosen: int | None) -> Block:
    return row(
        *(
            button(
                ascii_uppercase[place],
                action=f"{PRACTICE_OPTION}{place}",
                value=asked.value(place),
                style="primary" if place == chosen else None,
                spoken=f"{ascii_uppercase[place]}: {option.text}",
            )
            for place, option in enumerate(asked.item.options)
        )
    )


def practiced_view(render: Render, given: GivenAnswer, *, due: SafeText, has_more: bool) -> View:
    """Return the answer with why each option is right or not, and when the question comes back."""
    blocks = [
        paragraph(render("knowledge/practiced", right=given.is_right, due=due)),
        *explained(render, given.item, given.chosen),
    ]
    again = button("Another one", action=PRACTICE_AGAIN) if has_more else None
    stop = button("No more of these", action=PRACTICE_STOPPED)
    return modal(PRACTICE_TITLE, [*blocks, row(again, stop)], callback=PRACTICE_VIEW)


def no_practice_view(render: Render) -> View:
    """Return the window without a question."""
    return modal(
        PRACTICE_TITLE, [paragraph(render("knowledge/practice_none"))], callback=PRACTICE_VIEW
    )
