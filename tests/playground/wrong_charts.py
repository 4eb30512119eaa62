"""One wrong chart or table for every rule."""

from typing import Any

from tests.playground.people import Block, plain
from tests.playground.wrong_blocks import Wrong


def _chart(chart: Block, **more: Any) -> Block:
    return {"type": "data_visualization", "title": "Tiers", "chart": chart, **more}


def _pie(count: int = 1, value: float = 1, label: str = "A") -> Block:
    return {"type": "pie", "segments": [{"label": label, "value": value}] * count}


def _bar(*names: str, points: int = 1, categories: int = 1, **axis: str) -> Block:
    data = [{"label": f"c{n}", "value": n} for n in range(points)]
    return {
        "type": "bar",
        "series": [{"name": name, "data": data} for name in names],
        "axis_config": {"categories": [f"c{n}" for n in range(categories)], **axis},
    }


def _table(rows: int = 1, cells: int = 1, text: str = "x", **more: Any) -> Block:
    row = [{"type": "raw_text", "text": text}] * cells
    return {"type": "table", "rows": [row] * rows, **more}


def _data_table(*lengths: int, **more: Any) -> Block:
    rows = [[{"type": "raw_text", "text": "x"}] * length for length in lengths]
    return {"type": "data_table", "caption": "People", "rows": rows, **more}


CHARTS_AND_TABLES: list[Wrong] = [
    ("chart title", [_chart(_pie(), title="x" * 51)], "/0/title", "less than 51"),
    ("thirteen segments", [_chart(_pie(13))], "/0/chart/segments", "no more than 12"),
    ("empty segment", [_chart(_pie(value=0))], "/0/chart/segments/0/value", "must be more than 0"),
    ("segment label", [_chart(_pie(label="x" * 21))], "/0/chart/segments/0/label", "less than 21"),
    ("chart type", [_chart({"type": "radar"})], "/0/chart/type", "unsupported type: radar"),
    ("equal names", [_chart(_bar("a", "a"))], "/0/chart/series", "must be unique"),
    ("seven series", [_chart(_bar(*"abcdefg"))], "/0/chart/series", "no more than 6"),
    (
        "21 points",
        [_chart(_bar("a", points=21, categories=20))],
        "/0/chart/series/0/data",
        "no more than 20",
    ),
    (
        "points and categories",
        [_chart(_bar("a", points=2, categories=3))],
        "/0/chart/series/0/data",
        "exactly one point",
    ),
    (
        "axis label",
        [_chart(_bar("a", x_label="x" * 51))],
        "/0/chart/axis_config/x_label",
        "less than 51",
    ),
    ("three charts", [_chart(_pie())] * 3, "", "no more than 2 data_visualization"),
    ("101 rows", [_table(rows=101)], "/0/rows", "no more than 100"),
    ("21 cells", [_table(cells=21)], "/0/rows/0", "no more than 20"),
    (
        "cell type",
        [{"type": "table", "rows": [[plain("x")]]}],
        "/0/rows/0/0/type",
        "unsupported type",
    ),
    (
        "column settings",
        [_table(column_settings=[None] * 21)],
        "/0/column_settings",
        "no more than 20",
    ),
    (
        "long table",
        [_table(rows=11, text="x" * 1000)],
        "",
        "no more than 10000 characters in tables",
    ),
    ("two tables", [_table()] * 2, "", "no more than 1 table blocks"),
    ("102 data rows", [_data_table(*[1] * 102)], "/0/rows", "no more than 101"),
    ("data table without rows", [_data_table(1)], "/0/rows", "at least 2"),
    ("uneven data table", [_data_table(1, 2)], "/0/rows", "equal length"),
    ("page size", [_data_table(1, 1, page_size=101)], "/0/page_size", "at most 100"),
]
