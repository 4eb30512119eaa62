"""The chart, the one block that slack_sdk has no class for."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from bot.views.bricks import shortened

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
