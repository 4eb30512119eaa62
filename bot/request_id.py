"""The id of the interaction being handled; it stands in every log line and in every apology."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
