"""The chart, the one block that slack_sdk has no class for."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.slack.api import Message
from bot.slack.blocks import fine_print, headline, paragraphs, shortened
from content.limits import SECTION, length
from content.message_catalog import Render, escape

TITLE = 50
LABEL = 20
MOST_POINTS = 20
MOST_SERIES = 12
"""Slack: what a chart may hold."""


class Chart(Block):
    """A native chart; messages take it, windows and the Home tab do not."""

    def __init__(self, title: str, chart: Mapping[str, Any]) -> None:
        super().__init__(type="data_visualization")
        self._title = shortened(title, TITLE)
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, "title": self._title, "chart": dict(self._chart)}


def bar_chart(title: str, bars: Sequence[tuple[str, float]], *, series: str, y: str) -> Chart:
    """One bar for each (label, value); `y` says what the heights mean."""
    values = [value for _, value in bars]
    return _chart("bar", title, lines=[(series, values)], categories=[b[0] for b in bars], y=y)


def line_chart(
    title: str, lines: Sequence[tuple[str, Sequence[float]]], *, categories: Sequence[str], y: str
) -> Chart:
    """One line for each (name, values), each with a value for every category."""
    return _chart("line", title, lines=lines, categories=categories, y=y)


def _chart(
    kind: str,
    title: str,
    *,
    lines: Sequence[tuple[str, Sequence[float]]],
    categories: Sequence[str],
    y: str,
) -> Chart:
    named = [shortened(category, LABEL) for category in categories]
    series = [
        {
            "name": shortened(name, LABEL),
            "data": [
                {"label": label, "value": value} for label, value in zip(named, values, strict=True)
            ],
        }
        for name, values in lines
    ]
    axis = {"categories": named, "y_label": shortened(y, TITLE)}
    return Chart(title, {"type": kind, "series": series, "axis_config": axis})


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
