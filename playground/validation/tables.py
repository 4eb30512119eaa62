"""Tables: cells, rows and the characters over all of them."""

from typing import Any

from playground.validation.report import Check, Report
from playground.validation.rich_text import rich_text
from playground.validation.values import (
    Shape,
    boolean,
    by_type,
    list_of,
    number,
    one_of,
    string,
    utf16_length,
)

MOST_ROWS = 100
MOST_COLUMNS = 20
MOST_DATA_ROWS = 101
"""The header and 100 rows. Slack's sources name 101 and 201; what keeps to the smaller is taken by both."""
_raw_text = Shape({"text": string()})
_raw_number = Shape({"value": number()}, {"text": string()})
_cells: dict[str, Check] = {
    "raw_text": _raw_text,
    "raw_number": _raw_number,
    "rich_text": rich_text,
}


def text_within(value: Any) -> int:
    """Count the characters of every text inside, however deep."""
    if isinstance(value, list):
        return sum(text_within(item) for item in value)
    if isinstance(value, dict):
        text = value.get("text")
        own = utf16_length(text) if isinstance(text, str) else 0
        return own + sum(text_within(item) for item in value.values() if not isinstance(item, str))
    return 0


def _columns(value: Any, at: str, report: Report) -> None:
    # A null skips a column, so items are checked only when they are there.
    list_of(_column_if_any, most=MOST_COLUMNS)(value, at, report)


_column = Shape({}, {"align": one_of(("left", "center", "right")), "is_wrapped": boolean})


def _column_if_any(value: Any, at: str, report: Report) -> None:
    if value is not None:
        _column(value, at, report)


def _count_table(block: dict[str, Any], at: str, report: Report) -> None:  # noqa: ARG001
    cells = text_within(block.get("rows"))
    report.tables += 1
    report.table_characters += cells
    report.characters += cells


def _count_data_table(block: dict[str, Any], at: str, report: Report) -> None:
    report.data_table_characters += text_within(block.get("rows"))
    rows = block.get("rows")
    if not isinstance(rows, list):
        return
    lengths = {len(row) for row in rows if isinstance(row, list)}
    if len(lengths) > 1:
        report.refuse(f"{at}/rows", "rows must be of equal length", code="uneven_rows")
    header = rows[0] if rows and isinstance(rows[0], list) else []
    if any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in header):
        report.refuse(f"{at}/rows/0", "header cells may not be rich_text", code="invalid_header")


_row = list_of(by_type(_cells), most=MOST_COLUMNS)
table = Shape(
    {"rows": list_of(_row, least=1, most=MOST_ROWS)},
    {"block_id": string(most=255), "column_settings": _columns},
    also=_count_table,
)
data_table = Shape(
    {
        "caption": string(least=1),
        "rows": list_of(
            list_of(by_type(_cells), least=1, most=MOST_COLUMNS), least=2, most=MOST_DATA_ROWS
        ),
    },
    {
        "block_id": string(most=255),
        "page_size": number(whole=True, least=1, most=100),
        "row_header_column_index": number(whole=True, least=0, most=MOST_COLUMNS - 1),
    },
    also=_count_data_table,
)
