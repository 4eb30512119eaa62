"""What a message consists of: read from the arguments, checked, and made ready to keep."""

import secrets
from dataclasses import dataclass
from typing import Any

from playground.errors import SlackError
from playground.state.messages import Blocks
from playground.validation.messages import check_message_blocks, is_too_long
from playground.web_api.arguments import Arguments
from playground.web_api.metadata import check_metadata
from playground.web_api.method import Request

LONGEST_TEXT = 40_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
BLOCKS_ONLY = "This content can't be displayed."
"""What Slack stores as the text of a message that has blocks alone."""


@dataclass(frozen=True, slots=True)
class Content:
    """A message's content; None means that the argument was not given."""

    text: str | None
    blocks: Blocks | None
    attachments: list[Any] | None
    metadata: dict[str, Any] | None

    @property
    def shown_text(self) -> str:
        """Return the text that is kept."""
        if self.text:
            return self.text[:LONGEST_TEXT]
        return BLOCKS_ONLY if self.blocks else ""


def read_content(request: Request, *, response_url: bool = False) -> Content:
    """Return a message's content, or refuse it as Slack does."""
    arguments = request.arguments
    blocks = _blocks(request, any_length=response_url)
    attachments = _attachments(arguments)
    text = arguments.optional_text("text")
    markdown = arguments.optional_text("markdown_text")
    if markdown is not None:
        _check_markdown(markdown, alone=text is None and blocks is None)
        text = markdown
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    return Content(text, blocks, attachments, check_metadata(arguments))


def _blocks(request: Request, *, any_length: bool) -> Blocks | None:
    blocks = request.arguments.structure("blocks", error="invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    report = check_message_blocks(blocks)
    if report.problems:
        raise SlackError("invalid_blocks", messages=report.lines())
    # The cap was never seen on response URLs: the same blocks pass there.
    if not any_length and is_too_long(report):
        raise SlackError("msg_blocks_too_long")
    for scope in sorted(report.scopes):
        request.need_scope(scope)
    return with_ids(blocks)


def _attachments(arguments: Arguments) -> list[Any] | None:
    attachments = arguments.structure("attachments", error="invalid_attachments")
    if attachments is None:
        return None
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return attachments


def _check_markdown(markdown: str, *, alone: bool) -> None:
    if not alone:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")


def with_ids(blocks: Blocks) -> Blocks:
    """Return the blocks with the ids that Slack makes up where the app gave none."""
    return [_with_block_id(block) for block in blocks]


def _with_block_id(block: dict[str, Any]) -> dict[str, Any]:
    made_up = block.get("type") == "markdown" or not block.get("block_id")
    kept = {**block, "block_id": secrets.token_urlsafe(4)} if made_up else dict(block)
    for place in ("accessory", "element"):
        if isinstance(block.get(place), dict):
            kept[place] = _with_action_id(block[place])
    if block.get("type") in ("actions", "context_actions"):
        kept["elements"] = [_with_action_id(element) for element in block["elements"]]
    return kept


def _with_action_id(element: dict[str, Any]) -> dict[str, Any]:
    if element.get("action_id") or element.get("type") == "image":
        return element
    return {**element, "action_id": secrets.token_urlsafe(4)}
