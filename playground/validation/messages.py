"""The blocks of a message, one by one and all together."""

from typing import Any

from playground.validation.blocks import check_block
from playground.validation.report import Report
from playground.validation.values import list_of

MOST_BLOCKS = 50
MOST_CHARACTERS = 13_200
"""Slack documents no figure. bolt-js#2509: a staff member named "12,000 text characters plus a
buffer for containers", and refusals were seen from about 13,200 on."""
MOST_MARKDOWN = 12_000
MOST_IN_TABLES = 10_000
MOST_IN_DATA_TABLES = 20_000
MOST_CHARTS = 2
MOST_TABLES = 1
_blocks = list_of(check_block, most=MOST_BLOCKS)


def check_message_blocks(blocks: Any, at: str = "/blocks") -> Report:
    """Return everything that Slack would refuse about a message's blocks."""
    report = Report("message")
    _blocks(blocks, at, report)
    _check_sums(at, report)
    return report


def is_too_long(report: Report) -> bool:
    """Return whether the blocks hold more text than one message may."""
    return report.characters > MOST_CHARACTERS


def _check_sums(at: str, report: Report) -> None:
    sums = (
        (report.markdown_characters, MOST_MARKDOWN, "characters in markdown blocks"),
        (report.table_characters, MOST_IN_TABLES, "characters in tables"),
        (report.data_table_characters, MOST_IN_DATA_TABLES, "characters in data tables"),
        (report.tables, MOST_TABLES, "table blocks"),
        (report.charts, MOST_CHARTS, "data_visualization blocks"),
    )
    for found, most, what in sums:
        if found > most:
            message = f"no more than {most} {what} allowed"
            report.refuse(at, message, code="too_much_in_all", constraint=most)
