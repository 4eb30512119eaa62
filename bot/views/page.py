"""A message put together part by part: blocks to look at, and the same words to be read out."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.delivery import Message
from bot.views.bricks import fine_print, headline, paragraphs, shortened
from bot.views.chart import Chart
from content.limits import SECTION, length
from content.message_catalog import Render, escape

TEXT = 3900
"""Slack: a message whose text is longer than 4,000 characters cannot be brought up to date."""


MOST = 11_400
"""Slack: all texts of a message together, with room left for its buttons and the small print."""


class Page:
    """What a message says, from top to bottom."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._blocks: list[Block] = []
        self._words: list[str] = []

    def room(self, most: int) -> int:
        """How many characters may still be said, and no more than `most`."""
        return max(0, min(most, MOST - sum(length(words) + 1 for words in self._words)))

    def title(self, text: str) -> None:
        """A headline."""
        self._blocks.append(headline(text))
        self._words.append(f"{escape(text)}.")

    def tell(self, *parts: str, between: str = "\n") -> None:
        """Running text; parts that say nothing are left out."""
        told = [part for part in parts if part]
        self._blocks += paragraphs(told, between=between)
        self._words += told

    def listing(
        self, parts: Sequence[str], *, room: int, heading: str = "", between: str = "\n"
    ) -> None:
        """As many parts as fit into this many characters, and how many more there are."""
        if parts:
            shown = within(self._render, parts, room=self.room(room))
            self.tell(*([heading] if heading else []), *shown, between=between)

    def small(self, text: str) -> None:
        """Small text."""
        self._blocks.append(fine_print(text))
        self._words.append(text)

    def aloud(self, *parts: str) -> None:
        """What is read out where the eye sees boxes that say the same."""
        self._words += parts

    def show(self, *blocks: Block | None) -> None:
        """What is looked at or clicked, and not read out."""
        self._blocks += [block for block in blocks if block is not None]

    def message(self) -> Message:
        """The message; where Slack refuses a chart, it says the same without."""
        plain = [block for block in self._blocks if not isinstance(block, Chart)]
        return Message(
            text="\n".join(within(self._render, self._words, room=TEXT)),
            blocks=self._blocks,
            plain=plain if len(plain) < len(self._blocks) else None,
        )


def within(render: Render, parts: Sequence[str], *, room: int) -> list[str]:
    """The parts that fit into this many characters, in order, and a line that counts the others."""
    kept: list[str] = []
    ending = len(render("slack/more", count=len(parts))) + 1
    left = room - ending
    for part in parts:
        fitting = shortened(part, SECTION)
        left -= length(fitting) + 1
        if left < 0:
            break
        kept.append(fitting)
    missing = len(parts) - len(kept)
    return [*kept, render("slack/more", count=missing)] if missing else kept
