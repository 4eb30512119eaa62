"""Long messages that are cut to Slack's limits, and charts, for which slack_sdk has no block."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.slack.api import Message
from bot.slack.blocks import fine_print, headline, paragraphs, shortened
from coaching.safe_text import Render, escape
from content.limits import SECTION, length

CHART_TITLE = 50
CHART_LABEL = 20
MOST_POINTS = 20
MOST_SERIES = 6
"""Slack's limits for a chart; for the series it names both 6 and 12."""


class Chart(Block):
    """A native chart; Slack shows it in messages, but not in modals and on the Home tab."""

    def __init__(self, title: str, chart: Mapping[str, Any]) -> None:
        super().__init__(type="data_visualization")
        self._title = shortened(title, CHART_TITLE)
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, "title": self._title, "chart": dict(self._chart)}


SCALE_TOP = "Top of the scale"
"""The name of what a chart shows besides its own values where none of them reaches the end of the scale.

Slack ends the axis at the highest value, and no setting changes that; without it a value in the middle of
the scale would look like the highest one.
"""


def bar_chart(
    title: str, bars: Sequence[tuple[str, float]], *, series: str, y: str, top: float
) -> Chart:
    """Return a chart with one bar for each (label, value); `y` names the axis.

    Slack ends the axis at the highest value. So where that is below `top`, one more bar shows `top`.
    """
    reaches_top = any(value >= top for _, value in bars)
    shown = [*bars] if reaches_top else [*bars, (SCALE_TOP, top)]
    categories = [label for label, _ in shown]
    return _chart(
        "bar", title, lines=[(series, [value for _, value in shown])], categories=categories, y=y
    )


def line_chart(
    title: str,
    lines: Sequence[tuple[str, Sequence[float]]],
    *,
    categories: Sequence[str],
    y: str,
    top: float,
) -> Chart:
    """Return a chart with one line for each (name, values), each with a value for every category.

    Where no value reaches `top`, one more line shows it, because Slack ends the axis at the highest value.
    """
    reaches_top = any(value >= top for _, values in lines for value in values)
    shown = [*lines] if reaches_top else [*lines, (SCALE_TOP, [top] * len(categories))]
    return _chart("line", title, lines=shown, categories=categories, y=y)


def _chart(
    kind: str,
    title: str,
    *,
    lines: Sequence[tuple[str, Sequence[float]]],
    categories: Sequence[str],
    y: str,
) -> Chart:
    named = _distinct(categories)
    series = [
        {
            "name": shortened(name, CHART_LABEL),
            "data": [
                {"label": label, "value": value} for label, value in zip(named, values, strict=True)
            ],
        }
        for name, values in lines
    ]
    axis = {"categories": named, "y_label": shortened(y, CHART_TITLE)}
    return Chart(title, {"type": kind, "series": series, "axis_config": axis})


def _distinct(labels: Sequence[str]) -> list[str]:
    """Return the labels cut to Slack's limit, with a number at repeated ones: Slack refuses equal labels."""
    cut = [shortened(label, CHART_LABEL) for label in labels]
    counts = [cut[:place].count(label) + 1 for place, label in enumerate(cut)]
    numbered = zip(cut, counts, strict=True)
    return [
        f"{shortened(label, CHART_LABEL - len(' (20)'))} ({count})" if count > 1 else label
        for label, count in numbered
    ]


TEXT_LIMIT = 3900
"""Slack updates no message whose text is longer than 4,000 characters."""

MESSAGE_LIMIT = 11_400
"""The characters of all texts of a message; Slack allows more, which is left for buttons and small print."""


class Page:
    """Builds a long message from top to bottom, with its text for screen readers."""

    def __init__(self, render: Render) -> None:
        self._render = render
        self._blocks: list[Block] = []
        self._words: list[str] = []

    def room(self, most: int) -> int:
        """Return how many characters still fit, and no more than `most`."""
        return max(0, min(most, MESSAGE_LIMIT - sum(length(words) + 1 for words in self._words)))

    def title(self, text: str) -> None:
        """Add a headline."""
        self._blocks.append(headline(text))
        self._words.append(f"{escape(text)}.")

    def tell(self, *parts: str, between: str = "\n") -> None:
        """Add running text; empty parts are left out."""
        told = [part for part in parts if part]
        self._blocks += paragraphs(told, between=between)
        self._words += told

    def listing(
        self, parts: Sequence[str], *, room: int, heading: str = "", between: str = "\n"
    ) -> None:
        """Add as many parts as fit into `room` characters, and a line with the number of the others."""
        if parts:
            shown = within(self._render, parts, room=self.room(room))
            self.tell(*([heading] if heading else []), *shown, between=between)

    def small(self, text: str) -> None:
        """Add small text."""
        self._blocks.append(fine_print(text))
        self._words.append(text)

    def aloud(self, *parts: str) -> None:
        """Add text for screen readers only, where blocks show the same."""
        self._words += parts

    def show(self, *blocks: Block | None) -> None:
        """Add blocks that are not in the text for screen readers; None is left out."""
        self._blocks += [block for block in blocks if block is not None]

    def message(self) -> Message:
        """Return the message; its `plain` blocks are without charts, which Slack may refuse."""
        plain = [block for block in self._blocks if not isinstance(block, Chart)]
        return Message(
            text="\n".join(within(self._render, self._words, room=TEXT_LIMIT)),
            blocks=self._blocks,
            plain=plain if len(plain) < len(self._blocks) else None,
        )


def within(render: Render, parts: Sequence[str], *, room: int) -> list[str]:
    """Return the first parts that fit into `room` characters, and a line with the number of the others."""
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
