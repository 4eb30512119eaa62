"""Rows in a form that JSON can hold and people can read."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import SQLModel


def plain(row: SQLModel) -> dict[str, Any]:
    """A row with its times and dates as text: ISO 8601, in UTC."""
    return {name: _readable(value) for name, value in row.model_dump().items()}


def _readable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
