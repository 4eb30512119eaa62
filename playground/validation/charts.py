"""Charts: pie, bar, line and area."""

from typing import Any

from playground.validation.report import Check, Report
from playground.validation.values import Shape, by_type, list_of, number, string

LABEL = string(most=20, least=1)
AXIS_LABEL = string(most=50)
MOST_SEGMENTS = 12
MOST_SERIES = 6
"""Slack's sources name 6 and 12; what keeps to the smaller is taken by both."""
MOST_POINTS = 20


def _more_than_nothing(value: Any, at: str, report: Report) -> None:
    number()(value, at, report)
    if isinstance(value, int | float) and value <= 0:
        report.refuse(at, "must be more than 0", code="too_small", constraint="0")


def _series_fit(chart: dict[str, Any], at: str, report: Report) -> None:
    series = [one for one in chart.get("series") or [] if isinstance(one, dict)]
    names = [one.get("name") for one in series]
    if len({str(name) for name in names}) != len(names):
        report.refuse(f"{at}/series", "series names must be unique", code="duplicate_name")
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, list):
        return
    for n, one in enumerate(series):
        if _labels(one) != sorted(map(str, categories)):
            message = "must have exactly one point for every category"
            report.refuse(f"{at}/series/{n}/data", message, code="points_do_not_match")


def _labels(series: dict[str, Any]) -> list[str]:
    data = series.get("data")
    points = data if isinstance(data, list) else []
    return sorted(str(point.get("label")) for point in points if isinstance(point, dict))


_point = Shape({"label": LABEL, "value": number()})
_one_series = Shape({"name": LABEL, "data": list_of(_point, least=1, most=MOST_POINTS)})
_axis = Shape(
    {"categories": list_of(LABEL, least=1, most=MOST_POINTS)},
    {"x_label": AXIS_LABEL, "y_label": AXIS_LABEL},
)
_axes_chart = Shape(
    {"series": list_of(_one_series, least=1, most=MOST_SERIES), "axis_config": _axis},
    also=_series_fit,
)
_segment = Shape({"label": LABEL, "value": _more_than_nothing})
_charts: dict[str, Check] = {
    "pie": Shape({"segments": list_of(_segment, least=1, most=MOST_SEGMENTS)}),
    "bar": _axes_chart,
    "line": _axes_chart,
    "area": _axes_chart,
}


def _count(block: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    report.charts += 1


data_visualization = Shape(
    {"title": string(most=50, least=1), "chart": by_type(_charts)},
    {"block_id": string(most=255)},
    also=_count,
)
