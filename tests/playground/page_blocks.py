"""One of every block that a message can hold, as an app would send them."""

from tests.playground.page_stage import Block, button, option, plain, row, words

AXIS = {"categories": ["October", "November"], "x_label": "Month"}
SERIES = [
    {
        "name": "Growth",
        "data": [{"label": "October", "value": 4}, {"label": "November", "value": 9}],
    },
    {
        "name": "Product",
        "data": [{"label": "October", "value": 6}, {"label": "November", "value": 3}],
    },
]


def text(content: str, **style: bool) -> dict[str, object]:
    """Return a run of rich text."""
    return {"type": "text", "text": content, **({"style": style} if style else {})}


def section_of(*runs: dict[str, object]) -> dict[str, object]:
    """Return a section of rich text."""
    return {"type": "rich_text_section", "elements": list(runs)}


RICH_TEXT: Block = {
    "type": "rich_text",
    "elements": [
        section_of(text("Rich", bold=True), {"type": "user", "user_id": "U0GRACELEE0"}),
        {"type": "rich_text_list", "style": "ordered", "elements": [section_of(text("first"))]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section_of(text("nested"))]},
        {"type": "rich_text_quote", "elements": [text("quoted")]},
        {"type": "rich_text_preformatted", "elements": [text("pre\nformatted")]},
    ],
}  # fmt: skip
TABLE: Block = {
    "type": "table",
    "column_settings": [{"align": "left"}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Tier"}, {"type": "raw_text", "text": "People"}],
        [{"type": "raw_text", "text": "1.5"}, {"type": "raw_text", "text": "7"}],
    ],
}
MARKDOWN = "# Title\n\n- **one**\n- [two](https://example.com)\n\n> said\n\n```\ncode\n```"
MENU = {"type": "overflow", "action_id": "more", "options": [option("Hide", "hide")]}
SEGMENTS = [{"label": "Building", "value": 3}, {"label": "Native", "value": 1}]
WORDS: list[Block] = [
    {"type": "header", "text": plain("A header")},
    {"type": "section", "fields": [plain("Field one"), {"type": "mrkdwn", "text": "*Field* two"}]},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "Fine _print_"}]},
    {"type": "image", "image_url": "https://example.com/ladder.png", "alt_text": "A ladder"},
    RICH_TEXT,
    {"type": "markdown", "text": MARKDOWN},
    TABLE,
]  # fmt: skip
CONTROLS: list[Block] = [
    row(
        button("Plain", "plain"),
        button("Primary", "primary", style="primary"),
        button("Read more", "link", url="https://example.com/more"),
        {"type": "datepicker", "action_id": "date", "initial_date": "2026-11-20"},
        {"type": "timepicker", "action_id": "time"},
        {"type": "datetimepicker", "action_id": "moment"},
        {"type": "users_select", "action_id": "user", "placeholder": plain("A person")},
        {"type": "channels_select", "action_id": "channel", "placeholder": plain("A channel")},
        {"type": "radio_buttons", "action_id": "radio", "options": [option("Yes", "y"), option("No", "n")]},
        {"type": "checkboxes", "action_id": "boxes", "options": [option("Monday", "1")]},
    ),
    {**words("With a menu"), "accessory": MENU},
]  # fmt: skip
PIE: Block = {
    "type": "data_visualization",
    "title": "Tiers of the team",
    "chart": {"type": "pie", "segments": SEGMENTS},
}


def chart(kind: str) -> Block:
    """Return a bar, line or area chart of two series."""
    data = {"type": kind, "series": SERIES, "axis_config": AXIS}
    return {"type": "data_visualization", "title": f"Tips as a {kind} chart", "chart": data}
