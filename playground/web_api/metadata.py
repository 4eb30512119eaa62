"""Message metadata: a named event with a flat payload."""

import json
import re
from typing import Any

from playground.errors import SlackError
from playground.web_api.arguments import Arguments

NAME = re.compile(r"[a-z][a-z0-9_]*")
LARGEST = 16_000
"""Slack documents `metadata_too_large` but no figure; this one is the playground's own."""


def check_metadata(arguments: Arguments) -> dict[str, Any] | None:
    """Return the metadata argument; `{}` takes metadata away, None leaves it."""
    metadata = arguments.structure("metadata", error="invalid_metadata_format")
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    name, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(name, str) or NAME.fullmatch(name) is None or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if not all(_fits(value) for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST:
        raise SlackError("metadata_too_large")
    return metadata


def _fits(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(one) for one in value.values())
    if isinstance(value, list):
        return all(isinstance(one, dict) and _fits(one) for one in value)
    return _is_plain(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
