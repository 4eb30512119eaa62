"""One wrong text or block for every rule, with the place and the words of the refusal."""

from typing import Any

from tests.playground.people import Block, button, mrkdwn, plain, section

Wrong = tuple[str, list[Block], str, str]


def _rich(part: Block) -> list[Block]:
    return [{"type": "rich_text", "elements": [part]}]


def _container(**more: Any) -> Block:
    return {"type": "container", "title": plain("x"), "child_blocks": [section()], **more}


def _trash(action_id: str) -> Block:
    return {"type": "icon_button", "icon": "trash", "text": plain("x"), "action_id": action_id}


TEXTS: list[Wrong] = [
    ("section text", [section("x" * 3001)], "/0/text/text", "must be less than 3001"),
    ("empty text", [section("")], "/0/text/text", "must be more than 0"),
    (
        "emoji count twice",
        [{"type": "header", "text": plain("🌲" * 76)}],
        "/0/text/text",
        "less than 151",
    ),
    (
        "emoji key in mrkdwn",
        [section() | {"text": mrkdwn("x") | {"emoji": True}}],
        "/0/text",
        "emoji",
    ),
    (
        "text is a string",
        [{"type": "section", "text": "x"}],
        "/0/text",
        "must be a plain_text or mrkdwn",
    ),
    ("section without anything", [{"type": "section"}], "/0", "must have text or fields"),
    (
        "eleven fields",
        [{"type": "section", "fields": [plain("x")] * 11}],
        "/0/fields",
        "no more than 10",
    ),
    ("no fields", [{"type": "section", "fields": []}], "/0/fields", "at least 1"),
    (
        "long field",
        [{"type": "section", "fields": [plain("x" * 2001)]}],
        "/0/fields/0/text",
        "less than 2001",
    ),
    ("expand", [section(expand="yes")], "/0/expand", "must provide a boolean"),
    (
        "header in mrkdwn",
        [{"type": "header", "text": mrkdwn("x")}],
        "/0/text/type",
        "must be plain_text",
    ),
    (
        "long header",
        [{"type": "header", "text": plain("x" * 151)}],
        "/0/text/text",
        "less than 151",
    ),
    (
        "context",
        [{"type": "context", "elements": [plain("x")] * 11}],
        "/0/elements",
        "no more than 10",
    ),
    ("empty context", [{"type": "context", "elements": []}], "/0/elements", "at least 1"),
    (
        "button in context",
        [{"type": "context", "elements": [button()]}],
        "/0/elements/0/type",
        "unsupported type",
    ),
    (
        "divider with text",
        [{"type": "divider", "text": plain("x")}],
        "/0",
        "invalid additional property: text",
    ),
    (
        "markdown",
        [{"type": "markdown", "text": "x" * 12_001}],
        "",
        "no more than 12000 characters in markdown",
    ),
    ("two markdowns", [{"type": "markdown", "text": "x" * 6001}] * 2, "", "no more than 12000"),
]
BLOCKS: list[Wrong] = [
    ("unknown block", [{"type": "banner"}], "/0/type", "unsupported type: banner"),
    ("no type", [{"text": plain("x")}], "/0", "missing required field: type"),
    ("not an object", ["x"], "/0", "must be an object"),  # type: ignore[list-item]
    ("unknown key", [section(color="red")], "/0", "invalid additional property: color"),
    ("51 blocks", [{"type": "divider"}] * 51, "", "no more than 50"),
    ("long block_id", [section(block_id="x" * 256)], "/0/block_id", "less than 256"),
    (
        "equal block_ids",
        [section(block_id="a"), section(block_id="a")],
        "/1/block_id",
        "already exists",
    ),
    ("alert", [{"type": "alert", "text": plain("x")}], "/0/type", "not available in a message"),
    (
        "file",
        [{"type": "file", "external_id": "x", "source": "remote"}],
        "/0/type",
        "not available",
    ),
    (
        "no alt text",
        [{"type": "image", "image_url": "https://x/y.png"}],
        "/0",
        "missing required field: alt_text",
    ),
    (
        "no image",
        [{"type": "image", "alt_text": "x"}],
        "/0",
        "exactly one of image_url and slack_file",
    ),
    (
        "long alt text",
        [{"type": "image", "image_url": "u", "alt_text": "x" * 2001}],
        "/0/alt_text",
        "2001",
    ),
    (
        "long image url",
        [{"type": "image", "image_url": "x" * 3001, "alt_text": "x"}],
        "/0/image_url",
        "3001",
    ),
    (
        "indent",
        _rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": []}),
        "/0/elements/0/indent",
        "at most 8",
    ),
    (
        "list style",
        _rich({"type": "rich_text_list", "style": "x", "elements": []}),
        "/0/elements/0/style",
        "enum",
    ),
    (
        "border",
        _rich({"type": "rich_text_quote", "border": 2, "elements": []}),
        "/0/elements/0/border",
        "at most 1",
    ),
    (
        "rich piece",
        _rich({"type": "rich_text_section", "elements": [{"type": "x"}]}),
        "/0/elements/0/elements/0/type",
        "unsupported",
    ),
    (
        "video title",
        [
            {
                "type": "video",
                "title": plain("x" * 200),
                "alt_text": "x",
                "thumbnail_url": "x",
                "video_url": "x",
            }
        ],
        "/0/title/text",
        "less than 200",
    ),
    ("empty card", [{"type": "card"}], "/0", "must have one of hero_image"),
    ("card body", [{"type": "card", "body": mrkdwn("x" * 201)}], "/0/body/text", "less than 201"),
    ("no cards", [{"type": "carousel", "elements": []}], "/0/elements", "at least 1"),
    ("container", [{"type": "container", "child_blocks": [section()]}], "/0", "must have title"),
    (
        "in container",
        [
            {
                "type": "container",
                "title": plain("x"),
                "child_blocks": [{"type": "markdown", "text": "x"}],
            }
        ],
        "/0/child_blocks/0/type",
        "unsupported type: markdown",
    ),
    (
        "container width",
        [_container(width="huge")],
        "/0/width",
        "must be a valid enum value: full, narrow, standard, wide",
    ),
    (
        "container divider",
        [_container(is_collapsible=True, has_header_divider=True)],
        "/0/has_header_divider",
        "must not be set when is_collapsible is true",
    ),
    (
        "container divider that is no boolean",
        [_container(has_header_divider="yes")],
        "/0/has_header_divider",
        "must provide a boolean",
    ),
    (
        "container collapsed",
        [_container(default_collapsed=True)],
        "/0/default_collapsed",
        "is_collapsible",
    ),
    (
        "equal ids in a container",
        [_container(child_blocks=[section(block_id="a"), section(block_id="a")])],
        "/0/child_blocks/1/block_id",
        "already exists",
    ),
    (
        "equal action_ids of icons",
        [{"type": "context_actions", "elements": [_trash("a"), _trash("a")]}],
        "/0/elements/1/action_id",
        "already exists",
    ),
    (
        "equal tasks",
        [
            {
                "type": "plan",
                "title": "x",
                "tasks": [{"type": "task_card", "task_id": "a", "title": "x"}] * 2,
            }
        ],
        "/0/tasks",
        "unique",
    ),
    (
        "task status",
        [{"type": "task_card", "task_id": "a", "title": "x", "status": "late"}],
        "/0/status",
        "enum",
    ),
]
