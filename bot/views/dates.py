"""Dates that every reader sees in their own zone and language."""

from datetime import datetime

from content.wording import Ours


def day(moment: datetime) -> Ours:
    """A date that Slack shows in the reader's time zone; the fallback is in UTC."""
    fallback = f"{moment.day} {moment:%B %Y}"
    return Ours(f"<!date^{int(moment.timestamp())}^{{date}}|{fallback}>")
